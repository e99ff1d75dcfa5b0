"""Golden values of linear layers, embeddings and layer norm, from PyTorch in double.

Made with Python 3.11, torch 2.15.0:   python tests/golden/nn_dense.py > tests/golden/nn_dense.json
Each case has its inputs, its result, a cotangent dy, and the gradients of (result · dy).
"""
import json

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

ACTIVATIONS = {
    "none": lambda z: z,
    "gelu": F.gelu,
    "gelu_tanh": lambda z: F.gelu(z, approximate="tanh"),
    "relu": F.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "silu": F.silu,
}
IDS = [5, 0, 3, 5, 1, 5]


def tensor(x):
    return {"shape": list(x.shape), "data": x.detach().flatten().tolist()}


def case(name, function, inputs, **options):
    inputs = {key: x.requires_grad_() for key, x in inputs.items()}
    y = function(*inputs.values())
    dy = torch.randn(y.shape)
    gradients = torch.autograd.grad(y, list(inputs.values()), dy)
    return {
        "name": name,
        **options,
        "inputs": {key: tensor(x) for key, x in inputs.items()},
        "y": tensor(y),
        "dy": tensor(dy),
        "gradients": {key: tensor(g) for key, g in zip(inputs, gradients)},
    }


def linear(activation, rows):
    f = ACTIVATIONS[activation]
    inputs = {"x": 2 * torch.randn(*rows, 5), "weight": torch.randn(3, 5), "bias": torch.randn(3)}
    return case("linear", lambda x, w, b: f(F.linear(x, w, b)), inputs, activation=activation)


def embedding(padding):
    def look_up(table):
        return F.embedding(torch.tensor(IDS), table, padding_idx=padding)

    return case("embedding", look_up, {"table": torch.randn(6, 4)}, ids=IDS, padding=padding)


def tied():
    def decode(table, weight):
        return F.linear(torch.tanh(F.linear(F.embedding(torch.tensor(IDS), table), weight)), table)

    return case("tied", decode, {"table": torch.randn(6, 4), "weight": torch.randn(4, 4)}, ids=IDS)


def layer_norm(shape, eps, mean=0.0):
    columns = shape[-1:]
    inputs = {"x": mean + 3 * torch.randn(shape), "weight": torch.randn(columns), "bias": torch.randn(columns)}
    return case("layer_norm", lambda x, w, b: F.layer_norm(x, columns, w, b, eps), inputs, eps=eps)


def add_norm():
    inputs = {"x": torch.randn(3, 36), "residual": torch.randn(3, 36), "weight": torch.randn(36),
              "bias": torch.randn(36)}
    return case("dropout_add_norm", lambda x, r, w, b: F.layer_norm(x + r, (36,), w, b, 1e-12), inputs, eps=1e-12)


def feed_forward():
    inputs = {"x": torch.randn(3, 4), "intermediate.dense.weight": torch.randn(9, 4),
              "intermediate.dense.bias": torch.randn(9), "output.dense.weight": torch.randn(4, 9),
              "output.dense.bias": torch.randn(4)}
    return case("feed_forward", lambda x, w, b, v, c: F.linear(F.gelu(F.linear(x, w, b)), v, c), inputs)


print(json.dumps([
    *(linear(activation, [5]) for activation in ACTIVATIONS),
    linear("gelu", [2, 3]),
    embedding(None),
    embedding(5),
    tied(),
    layer_norm((3, 36), 1e-12),
    layer_norm((2, 3, 7), 1e-5, mean=10.0),
    add_norm(),
    feed_forward(),
]))
