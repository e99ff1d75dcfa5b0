"""What bertlet saved, transformers loads, with no key missing or left over; and it saves what bertlet shall load.

usage: python tests/bert/differential/checkpoints.py FOLDER

For each FOLDER/CLASS/ours: every weight is moved by 1/64 and saved in four forms beside it; the encoder's last states
before and after go to states.safetensors. transformers 4.44.2, torch 2.15; the test that calls it is
tests/bert/exchange_test.cpp.
"""

import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file

transformers.logging.set_verbosity_error()


def states(model):
    ids = torch.tensor([[5, 7, 1, 2, 9, 3]])
    with torch.no_grad():
        return model.base_model(ids).last_hidden_state[0].clone()


for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    model, info = getattr(transformers, folder.name).from_pretrained(folder / "ours", output_loading_info=True)
    assert not any(info.values()), f"{folder.name}: {info}"
    model.eval()
    before = states(model)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 1 / 64
    save_file({"before": before, "after": states(model)}, folder / "states.safetensors")
    model.save_pretrained(folder / "whole")
    model.save_pretrained(folder / "shards", max_shard_size="4KB")
    model.save_pretrained(folder / "torch", safe_serialization=False)
    model.save_pretrained(folder / "torch_shards", safe_serialization=False, max_shard_size="4KB")
