"""Golden values of the losses and of pooling, from PyTorch in double.

Made with Python 3.11, torch 2.15.0:   python tests/golden/nn_losses.py > tests/golden/nn_losses.json
Each case has its inputs, its result, a cotangent dy, and the gradients of (result · dy).
"""
import json

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
SPANS = [4, 1, 3]


def tensor(x):
    return {"shape": list(x.shape), "data": x.detach().flatten().tolist()}


def case(name, function, inputs, **options):
    inputs = {key: x.requires_grad_() for key, x in inputs.items()}
    y = function(**inputs)
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


def cross_entropy(labels, reduction, weights=None, smoothing=0.0, ignore=-100, scale=1.0):
    weight = None if weights is None else torch.tensor(weights)

    def loss(x):
        return F.cross_entropy(x, torch.tensor(labels), weight=weight, ignore_index=ignore, reduction=reduction,
                               label_smoothing=smoothing)

    return case("cross_entropy", loss, {"x": scale * torch.randn(len(labels), 6)}, labels=labels, weights=weights,
                smoothing=smoothing, ignore=ignore, reduction=reduction)


def cross_entropies():
    labels, weights = [3, 0, -100, 5, 2, -100, 2], [0.5, 1.0, 2.0, 0.0, 0.25, 3.0]
    for reduction in ("mean", "sum", "none"):
        for w in (None, weights):
            for smoothing in (0.0, 0.15):
                yield cross_entropy(labels, reduction, w, smoothing)
    yield cross_entropy([3, 0, 2, 5, 2, 2, 2], "mean", weights, 0.15, ignore=2)
    yield cross_entropy(labels, "mean", scale=300.0)


def bces():
    y = torch.tensor([[0.0, 1.0, 0.3], [1.0, 1.0, 0.0], [0.0, 0.5, 1.0], [1.0, 0.0, 0.0]])
    for reduction in ("mean", "sum", "none"):
        for p in (None, [0.5, 3.0, 1.5]):
            weight = None if p is None else torch.tensor(p)
            for scale in (1.0, 30.0):
                yield case("bce_with_logits",
                           lambda x: F.binary_cross_entropy_with_logits(x, y, pos_weight=weight, reduction=reduction),
                           {"x": scale * torch.randn(4, 3)}, targets=tensor(y), positive_weights=p,
                           reduction=reduction)


def others():
    for reduction in ("mean", "sum", "none"):
        yield case("mse", lambda x, y: F.mse_loss(x, y, reduction=reduction),
                   {"x": torch.randn(3, 4), "y": torch.randn(3, 4)}, reduction=reduction)
    for eps in (1e-8, 0.5):
        yield case("cosine_similarity", lambda x, y: F.cosine_similarity(x, y, dim=-1, eps=eps),
                   {"x": torch.randn(2, 3, 5), "y": torch.randn(2, 3, 5)}, eps=eps)


def by_sequence(f, *rows):
    return torch.stack([f(*parts) for parts in zip(*(x.split(SPANS) for x in rows))])


POOLINGS = {
    "first": lambda x: x[0],
    "last": lambda x: x[-1],
    "mean": lambda x: x.mean(0),
    "max": lambda x: x.max(0).values,
    "mean_sqrt": lambda x: x.mean(0) * len(x) ** 0.5,
}


def poolings():
    for kind, f in POOLINGS.items():
        yield case("pool", lambda x: by_sequence(f, x), {"x": torch.randn(sum(SPANS), 5)}, kind=kind, spans=SPANS)
    yield case("attention_pool",
               lambda x, scores: by_sequence(lambda r, s: torch.softmax(s, 0) @ r, x, scores),
               {"x": torch.randn(sum(SPANS), 5), "scores": 3 * torch.randn(sum(SPANS))}, spans=SPANS)


if __name__ == "__main__":
    torch.manual_seed(4)
    print(json.dumps([*cross_entropies(), *bces(), *others(), *poolings()], separators=(",", ":")))
