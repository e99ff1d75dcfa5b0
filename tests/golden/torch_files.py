"""Makes torch_new.pt, torch_old.pt and torch_files.json: small files as torch.save writes them, and what is in them.

python tests/golden/torch_files.py        (torch 2.15)
"""

import collections
import json
import pathlib

import torch

here = pathlib.Path(__file__).parent
numbers = torch.arange(24, dtype=torch.float32).reshape(4, 6) / 8

state = collections.OrderedDict()
state["float"] = numbers.clone()
state["parameter"] = torch.nn.Parameter(numbers[:2].clone())
state["double"] = numbers.double()
state["half"] = numbers.half()
state["bfloat16"] = numbers.bfloat16()
for kind in (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool):
    state[str(kind)[6:]] = torch.tensor([1, 0, 1]).to(kind)
state["number"] = torch.tensor(1.5)
state["none"] = torch.zeros(0, 3)
state["rows of shared numbers"] = numbers[1:3]
state["columns of shared numbers"] = numbers[:, 1:3]
state["shared numbers, transposed"] = numbers.t()
state["every other"] = numbers.flatten()[3::2]

torch.save({"epoch": 3, "lr": 0.5, "state_dict": state, "note": None}, here / "torch_new.pt")
torch.save(state, here / "torch_old.pt", _use_new_zipfile_serialization=False)
expected = {
    name: {"shape": list(t.shape), "numbers": t.detach().double().flatten().tolist()} for name, t in state.items()
}
(here / "torch_files.json").write_text(json.dumps(expected, indent=1) + "\n")
