"""The same numbers from PyTorch."""
import torch

x = torch.tensor([[1.0, 2], [3, 4], [5, 6]])
w = torch.tensor([[1.0, 0], [-1, 2]], requires_grad=True)
b = torch.tensor([10.0, 20], requires_grad=True)
y = x @ w + b
(y * y).sum().backward()
for name, tensor in ("y", y), ("dw", w.grad), ("db", b.grad):
    print(name, [int(number) for number in tensor.flatten()])
