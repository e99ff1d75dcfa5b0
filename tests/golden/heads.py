"""Golden values of the heads that stand on an encoder, in double: from its hidden states to scores and losses.

Made with Python 3.11, torch 2.15.0:   python tests/golden/heads.py > tests/golden/heads.json
Sequences go through PyTorch's modules one at a time, without padding; pairs as sentence-transformers trains them.
The random field's likelihood comes from writing out every path. Each case has the hidden states after the embeddings and
after two layers, its parameters under our names, its scores and loss, and the gradients.
"""
import itertools
import json

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
SPANS, HIDDEN, LABELS, LAYERS, WIDTH = [3, 5, 1], 4, 3, 2, 3
CLASSES = [2, 0, 1]


def tensor(x):
    """What is 0 but for rounding is 0, such as the gradient of a softmax's bias."""
    numbers = [float(f"{number:.12g}") if abs(number) > 1e-13 else 0.0 for number in x.detach().flatten().tolist()]
    return {"shape": list(x.shape), "data": numbers}


def case(kind, options, shapes, loss_of):
    """loss_of(inputs by name) gives scores and loss."""
    inputs = {name: (0.7 * torch.randn(shape)).requires_grad_() for name, shape in shapes.items()}
    scores, loss = loss_of(inputs)
    gradients = torch.autograd.grad(loss, list(inputs.values()), allow_unused=True)
    return {"kind": kind, "options": options, "inputs": {name: tensor(x) for name, x in inputs.items()},
            "scores": tensor(scores), "loss": loss.item(),
            "gradients": {name: tensor(g) for name, g in zip(inputs, gradients) if g is not None}}


STATES = {f"hidden_states.{i}": (sum(SPANS), HIDDEN) for i in range(LAYERS + 1)}


def states(inputs, layers):
    all_states = [inputs[f"hidden_states.{i}"] for i in range(LAYERS + 1)]
    if layers == "mixed":
        shares = torch.softmax(inputs["mix.weights"], 0)
        return sum(share * x for share, x in zip(shares, all_states))
    return all_states[-1 if layers == "last" else int(layers)]


def pooled(inputs, x, pool, attention="attention.score"):
    """Each sequence's rows as one row."""
    ways = {"cls": lambda s: s[0], "mean": lambda s: s.mean(0), "max": lambda s: s.max(0).values,
            "mean-sqrt": lambda s: s.sum(0) / len(s) ** 0.5,
            "attention": lambda s: torch.softmax(
                F.linear(s, inputs[f"{attention}.weight"], inputs[f"{attention}.bias"])[:, 0], 0) @ s}
    return torch.stack([ways[pool](s) for s in x.split(SPANS)])


def vectors(inputs, pool, layers):
    if pool == "pooler":
        return inputs["pooler_output"]
    if pool == "first-last":
        return pooled(inputs, (inputs["hidden_states.1"] + inputs[f"hidden_states.{LAYERS}"]) / 2, "mean")
    return pooled(inputs, states(inputs, layers), pool)


def linear(name, out, size):
    return {f"{name}.weight": (out, size), f"{name}.bias": (out,)}


def apply(inputs, name, x):
    return F.linear(x, inputs[f"{name}.weight"], inputs[f"{name}.bias"])


def choice(pool, layers, width=HIDDEN, attention="attention.score"):
    shapes = {"mix.weights": (LAYERS + 1,)} if layers == "mixed" else {}
    if pool == "pooler":
        shapes["pooler_output"] = (len(SPANS), HIDDEN)
    return shapes | (linear(attention, 1, width) if pool == "attention" else {})


def sentence(options, shapes, scores_of):
    def loss_of(inputs):
        scores = scores_of(inputs)
        return scores, F.cross_entropy(scores, torch.tensor(CLASSES))

    return case("sentence", options, STATES | shapes, loss_of)


def linears():
    for pool, layers in [("pooler", "last"), ("cls", "last"), ("mean", "1"), ("max", "0"), ("mean-sqrt", "last"),
                         ("first-last", "last"), ("attention", "last"), ("attention", "mixed"), ("mean", "mixed")]:
        yield sentence({"head": "linear", "pool": pool, "layers": layers},
                       choice(pool, layers) | linear("classifier", LABELS, HIDDEN),
                       lambda inputs: apply(inputs, "classifier", vectors(inputs, pool, layers)))


def mlp():
    return sentence({"head": "mlp", "pool": "mean", "layers": "last", "width": 5},
                    linear("dense", 5, HIDDEN) | linear("classifier", LABELS, 5),
                    lambda inputs: apply(inputs, "classifier",
                                         torch.tanh(apply(inputs, "dense", vectors(inputs, "mean", "last")))))


def cnn(kernels):
    shapes = {}
    for i, kernel in enumerate(kernels):
        shapes |= {f"convolutions.{i}.weight": (WIDTH, HIDDEN, kernel), f"convolutions.{i}.bias": (WIDTH,)}

    def scores_of(inputs):
        rows = []
        for s in inputs[f"hidden_states.{LAYERS}"].split(SPANS):
            parts = [torch.relu(F.conv1d(s.T[None], inputs[f"convolutions.{i}.weight"], inputs[f"convolutions.{i}.bias"],
                                         padding="same"))[0].max(1).values for i in range(len(kernels))]
            rows.append(torch.cat(parts))
        return apply(inputs, "classifier", torch.stack(rows))

    return sentence({"head": "cnn", "width": WIDTH, "kernels": kernels},
                    shapes | linear("classifier", LABELS, WIDTH * len(kernels)), scores_of)


def recurrent_shapes(kind):
    module = getattr(torch.nn, kind.upper())(HIDDEN, WIDTH, bidirectional=True)
    return module, {f"recurrent.{name}": tuple(p.shape) for name, p in module.named_parameters()}


def read(module, inputs, x):
    """Each sequence's outputs, and its last states of both directions."""
    parameters = {name: inputs[f"recurrent.{name}"] for name, _ in module.named_parameters()}
    outputs, lasts = [], []
    for s in x.split(SPANS):
        y, last = torch.func.functional_call(module, parameters, (s,))
        outputs.append(y)
        lasts.append((last[0] if isinstance(last, tuple) else last).flatten())
    return torch.cat(outputs), torch.stack(lasts)


def recurrents():
    for kind, pool, layers in [("lstm", "last", "last"), ("gru", "last", "1"), ("lstm", "max", "mixed"),
                               ("gru", "mean", "last"), ("lstm", "attention", "last")]:
        module, shapes = recurrent_shapes(kind)

        def scores_of(inputs):
            outputs, lasts = read(module, inputs, states(inputs, layers))
            return apply(inputs, "classifier", lasts if pool == "last" else pooled(inputs, outputs, pool))

        yield sentence({"head": kind, "pool": pool, "layers": layers, "width": WIDTH},
                       choice(pool, layers, 2 * WIDTH) | shapes | linear("classifier", LABELS, 2 * WIDTH), scores_of)


def path_score(path, scores, inputs):
    total = inputs["crf.start_transitions"][path[0]] + inputs["crf.end_transitions"][path[-1]]
    total = total + sum(scores[t, tag] for t, tag in enumerate(path))
    return total + sum(inputs["crf.transitions"][a, b] for a, b in zip(path, path[1:]))


TOKEN_LABELS = [-100, 2, 0, -100, 1, -100, 1, 2, 0]


def field_loss(scores, inputs):
    """Only labelled rows stand in a path."""
    losses, best, first = [], [], 0
    for length in SPANS:
        rows = [row for row in range(first, first + length) if TOKEN_LABELS[row] >= 0]
        part, first = scores[rows], first + length
        paths = {path: path_score(path, part, inputs) for path in itertools.product(range(LABELS), repeat=len(rows))}
        own = paths[tuple(TOKEN_LABELS[row] for row in rows)]
        losses.append(torch.logsumexp(torch.stack(list(paths.values())), 0) - own)
        best += max(paths, key=lambda path: paths[path].item())
    return torch.stack(losses).mean(), best


def tokens():
    for kind, crf in [("linear", False), ("linear", True), ("lstm", False), ("lstm", True), ("gru", True)]:
        shapes = linear("classifier", LABELS, HIDDEN if kind == "linear" else 2 * WIDTH)
        if kind != "linear":
            module, recurrent = recurrent_shapes(kind)
            shapes |= recurrent
        if crf:
            shapes |= {"crf.start_transitions": (LABELS,), "crf.end_transitions": (LABELS,),
                       "crf.transitions": (LABELS, LABELS)}
        best = []

        def loss_of(inputs):
            x = inputs[f"hidden_states.{LAYERS}"]
            scores = apply(inputs, "classifier", x if kind == "linear" else read(module, inputs, x)[0])
            counted = [row for row, label in enumerate(TOKEN_LABELS) if label >= 0]
            best[:] = scores[counted].argmax(1).tolist()
            if not crf:
                return scores, F.cross_entropy(scores, torch.tensor(TOKEN_LABELS))
            loss, best[:] = field_loss(scores, inputs)
            return scores, loss

        made = case("token", {"head": kind, "width": WIDTH, "crf": crf}, STATES | shapes, loss_of)
        yield made | {"labels": TOKEN_LABELS, "best": best}


def pairs():
    uv = {"u": (3, HIDDEN), "v": (3, HIDDEN)}

    def softmax(inputs):
        u, v = inputs["u"], inputs["v"]
        scores = apply(inputs, "classifier", torch.cat([u, v, (u - v).abs()], 1))
        return scores, F.cross_entropy(scores, torch.tensor(CLASSES))

    def cosine(inputs):
        scores = F.cosine_similarity(inputs["u"], inputs["v"])
        return scores, F.mse_loss(scores, torch.tensor([0.5, -1.0, 0.25]))

    def ranking(inputs):
        scores = 20 * F.normalize(inputs["u"]) @ F.normalize(inputs["v"]).T
        return scores, F.cross_entropy(scores, torch.arange(3))

    yield case("pair_softmax", {}, uv | linear("classifier", LABELS, 3 * HIDDEN), softmax)
    yield case("cosine", {}, uv, cosine)
    yield case("ranking", {}, uv, ranking)
    yield case("ranking", {"more answers": 2}, uv | {"v": (5, HIDDEN)}, ranking)


if __name__ == "__main__":
    torch.manual_seed(11)
    cases = [*linears(), mlp(), cnn([2, 3, 4]), *recurrents(), *tokens(), *pairs()]
    print(json.dumps(cases, separators=(",", ":")))
