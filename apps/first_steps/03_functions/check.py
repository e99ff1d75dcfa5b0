"""The same numbers from PyTorch."""
import torch
import torch.nn.functional as F

x = torch.tensor([2.0, 1, 0, -1], dtype=torch.float64)
for name, y in [("softmax", F.softmax(x, 0)), ("cross-entropy", F.cross_entropy(x, torch.tensor(1))), ("GELU", F.gelu(x)),
                ("layer norm", F.layer_norm(x, (4,), eps=1e-12))]:
    print(f"{name:13}", " ".join(f"{number:7.4f}" for number in y.reshape(-1).tolist()))
