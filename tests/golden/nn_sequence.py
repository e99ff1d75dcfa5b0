"""Golden values of LSTM, GRU, Conv1d and the conditional random field, in double.

Made with Python 3.11, torch 2.15.0:   python tests/golden/nn_sequence.py > tests/golden/nn_sequence.json
LSTM and GRU read packed sequences, Conv1d one sequence at a time. PyTorch has no conditional random field: its
likelihood and best path come from writing out every path there is. Each case has its inputs, its results, a cotangent
for each, and the gradients.
"""
import itertools
import json

import torch
import torch.nn.functional as F
from torch.nn.utils.rnn import pack_sequence, unpack_sequence

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
SPANS = [3, 5, 1]


def tensor(x):
    return {"shape": list(x.shape), "data": x.detach().flatten().tolist()}


def case(name, function, inputs, **options):
    inputs = {key: x.detach().requires_grad_() for key, x in inputs.items()}
    outputs = function(**inputs)
    slopes = {key: torch.randn(y.shape) for key, y in outputs.items()}
    gradients = torch.autograd.grad(list(outputs.values()), list(inputs.values()), list(slopes.values()))
    return {
        "name": name,
        **options,
        "inputs": {key: tensor(x) for key, x in inputs.items()},
        "outputs": {key: tensor(y) for key, y in outputs.items()},
        "slopes": {key: tensor(y) for key, y in slopes.items()},
        "gradients": {key: tensor(g) for key, g in zip(inputs, gradients)},
    }


def side_by_side(state):
    """[directions, B, H] → [B, directions · H]"""
    return state.transpose(0, 1).flatten(1)


def one_above_the_other(state, directions):
    return state.unflatten(1, (directions, -1)).transpose(0, 1).contiguous()


def recurrent(kind, directions, states, size=4, hidden=3):
    layer = getattr(torch.nn, kind.upper())(size, hidden, bidirectional=directions == 2)
    inputs = {"x": torch.randn(sum(SPANS), size)}
    inputs |= {name: p * 1.5 for name, p in layer.named_parameters()}
    if states:
        for name in ("hidden", "cell")[: 2 if kind == "lstm" else 1]:
            inputs[name] = torch.randn(len(SPANS), directions * hidden)

    def run(x, hidden=None, cell=None, **parameters):
        packed = pack_sequence(x.split(SPANS), enforce_sorted=False)
        state = None
        if hidden is not None:
            given = [one_above_the_other(s, directions) for s in (hidden, cell) if s is not None]
            state = tuple(given) if kind == "lstm" else given[0]
        y, last = torch.func.functional_call(layer, parameters, (packed, state))
        last = dict(zip(("hidden", "cell"), last)) if kind == "lstm" else {"hidden": last}
        return {"output": torch.cat(unpack_sequence(y)), **{k: side_by_side(s) for k, s in last.items()}}

    return case(kind, run, inputs, spans=SPANS, directions=directions)


def recurrents():
    for kind in ("lstm", "gru"):
        for directions in (1, 2):
            for states in (False, True):
                yield recurrent(kind, directions, states)


def convolution(kernel, ends, spans):
    def run(x, weight, bias):
        long_enough = [s.T for s in x.split(spans) if ends == "same" or len(s) >= kernel]
        return {"output": torch.cat([F.conv1d(s[None], weight, bias, padding=ends)[0].T for s in long_enough])}

    inputs = {"x": torch.randn(sum(spans), 4), "weight": torch.randn(3, 4, kernel), "bias": torch.randn(3)}
    return case("conv1d", run, inputs, spans=spans, kernel=kernel, ends=ends)


def convolutions():
    for kernel in (1, 2, 3, 4, 5):
        for ends in ("same", "valid"):
            yield convolution(kernel, ends, [3, 6, 1])


def path_score(path, emissions, start, end, transitions):
    score = start[path[0]] + end[path[-1]] + sum(emissions[t, tag] for t, tag in enumerate(path))
    return score + sum(transitions[a, b] for a, b in zip(path, path[1:]))


def all_paths(rows, k):
    return list(itertools.product(range(k), repeat=rows))


def random_field(k, spans, scale):
    tags = torch.randint(k, (sum(spans),)).tolist()

    def run(emissions, start, end, transitions):
        logs, first = [], 0
        for rows in spans:
            own, part = tags[first : first + rows], emissions[first : first + rows]
            scores = [path_score(path, part, start, end, transitions) for path in all_paths(rows, k)]
            logs.append(path_score(own, part, start, end, transitions) - torch.logsumexp(torch.stack(scores), 0))
            first += rows
        return {"output": torch.stack(logs)}

    inputs = {"emissions": scale * torch.randn(sum(spans), k), "start": torch.randn(k), "end": torch.randn(k),
              "transitions": scale * torch.randn(k, k)}
    best, first = [], 0
    for rows in spans:
        scores = {path: path_score(path, inputs["emissions"][first : first + rows], inputs["start"], inputs["end"],
                                   inputs["transitions"]).item() for path in all_paths(rows, k)}
        best += max(scores, key=scores.get)
        first += rows
    return case("crf", run, inputs, spans=spans, tags=tags, best=best)


def random_fields():
    yield random_field(3, [4, 1, 5], 1.0)
    yield random_field(2, [7, 2], 3.0)
    yield random_field(1, [3], 1.0)
    yield random_field(5, [3, 3, 2], 10.0)


if __name__ == "__main__":
    torch.manual_seed(5)
    print(json.dumps([*recurrents(), *convolutions(), *random_fields()], separators=(",", ":")))
