"""Golden values of attention: python3 tests/golden/nn_attention.py > tests/golden/nn_attention.json

torch 2.15.0, numpy 2.x; the relative positions follow transformers 4.44.2 (BertSelfAttention).
Everything in double, seed 11. Rows are packed: [N, heads * size], one sequence after another.
"""

import json

import torch
import torch.nn.functional as F

HEADS, SIZE, FROM, TO, MAX = 2, 3, [3, 5], [4, 6], 7
torch.set_default_dtype(torch.float64)
torch.manual_seed(11)

OPERANDS = {
    "q": torch.randn(sum(FROM), HEADS * SIZE),
    "k": torch.randn(sum(TO), HEADS * SIZE),
    "v": torch.randn(sum(TO), HEADS * SIZE),
    "dy": torch.randn(sum(FROM), HEADS * SIZE),
    "head_scale": torch.tensor([0.0, 1.7]),
    "distances": torch.randn(2 * MAX - 1, SIZE),
}


def heads_of(x):
    return x.view(x.shape[0], HEADS, -1).transpose(0, 1)  # [N, A D] → [A, N, D]


def relative_scores(q, k, table, kind, first):
    """transformers: distance = from − to, embedding(distance + max − 1), einsum bhld,lrd->bhlr and bhrd,lrd->bhlr"""
    places = torch.arange(q.shape[1]) + (0 if first else k.shape[1] - q.shape[1])
    rows = table[places[:, None] - torch.arange(k.shape[1])[None, :] + MAX - 1]
    scores = torch.einsum("hld,lrd->hlr", q, rows)
    return scores if kind == "key" else scores + torch.einsum("hrd,lrd->hlr", k, rows)


def seen(case, queries, keys):
    if not case.get("causal"):
        return torch.ones(queries, keys, dtype=torch.bool)
    return torch.ones(queries, keys, dtype=torch.bool).tril(0 if case.get("queries") == "first" else keys - queries)


def one_sequence(case, q, k, v, table, mask, bias):
    q, k, v = heads_of(q), heads_of(k), heads_of(v)
    scale = case.get("scale", SIZE**-0.5)
    if case.get("relative"):
        first = case.get("queries") == "first"
        bias = bias + relative_scores(q, k, table, case["relative"], first) * scale
    extra = bias.masked_fill(~mask, float("-inf"))
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=extra.expand(HEADS, -1, -1), scale=scale)
    probabilities = torch.softmax(q @ k.transpose(1, 2) * scale + extra, -1)
    return y.transpose(0, 1), probabilities


def run(case):
    to = FROM if case["self"] else TO
    leaf = {name: x.clone() for name, x in OPERANDS.items() if name != "dy"}
    for name in ("k", "v"):
        leaf[name] = leaf[name][: sum(to)].clone()
    for x in leaf.values():
        x.requires_grad_()
    rows, probabilities, query, key, pair = [], [], 0, 0, 0
    for queries, keys in zip(FROM, to):
        mask, bias = seen(case, queries, keys), torch.zeros(HEADS, queries, keys)
        pairs = slice(pair, pair + queries * keys)
        if "keys" in case:
            mask = mask & torch.tensor(case["keys"])[None, key : key + keys].bool()
        if "pairs" in case:
            mask = mask & torch.tensor(case["pairs"])[pairs].view(queries, keys).bool()
        if "bias" in case:
            of = torch.tensor(case["bias"])
            per_head = len(case["bias"]) > sum(f * t for f, t in zip(FROM, to))
            many = slice(pair * HEADS, pair * HEADS + HEADS * queries * keys)
            bias = bias + (of[many].view(HEADS, queries, keys) if per_head else of[pairs].view(queries, keys))
        parts = [leaf["q"][query : query + queries], leaf["k"][key : key + keys], leaf["v"][key : key + keys]]
        y, p = one_sequence(case, *parts, leaf["distances"], mask, bias)
        if case.get("head_scale"):
            y, p = y * leaf["head_scale"][:, None], p * leaf["head_scale"][:, None, None]
        rows.append(y.reshape(queries, -1))
        probabilities.append(p)
        query, key, pair = query + queries, key + keys, pair + queries * keys
    y = torch.cat(rows)
    y.backward(OPERANDS["dy"])
    result = {"y": y, "probabilities": torch.cat([p.flatten() for p in probabilities])}
    result |= {"d" + name: x.grad for name, x in leaf.items() if x.grad is not None}
    return case | {name: numbers(x) for name, x in result.items()}


def numbers(x):
    return [float("%.17g" % value) for value in x.detach().flatten().tolist()]


def module():
    """torch.nn.MultiheadAttention, whose in_proj is query, key and value in one."""
    layer, x = torch.nn.MultiheadAttention(6, HEADS, batch_first=True), torch.randn(5, 6, requires_grad=True)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.randn(parameter.shape))
    y, p = layer(x[None], x[None], x[None], average_attn_weights=False)
    y[0].backward(OPERANDS["dy"][:5])
    named = {}
    for i, name in enumerate(("self.query", "self.key", "self.value")):
        part = slice(6 * i, 6 * i + 6)
        named[name + ".weight"] = (layer.in_proj_weight[part], layer.in_proj_weight.grad[part])
        named[name + ".bias"] = (layer.in_proj_bias[part], layer.in_proj_bias.grad[part])
    named["output.dense.weight"] = (layer.out_proj.weight, layer.out_proj.weight.grad)
    named["output.dense.bias"] = (layer.out_proj.bias, layer.out_proj.bias.grad)
    return {
        "x": numbers(x),
        "y": numbers(y),
        "dx": numbers(x.grad),
        "probabilities": numbers(p),
        "parameters": {name: numbers(value) for name, (value, _) in named.items()},
        "gradients": {name: numbers(grad) for name, (_, grad) in named.items()},
    }


def pattern(n, period):
    return [int(i % period != 1) for i in range(n)]


SELF, CROSS = sum(f * f for f in FROM), sum(f * t for f, t in zip(FROM, TO))
CASES = [
    {"name": "plain", "self": True},
    {"name": "scale", "self": True, "scale": 0.9},
    {"name": "causal", "self": True, "causal": True},
    {"name": "keys hidden", "self": True, "keys": pattern(8, 3)},
    {"name": "pairs hidden", "self": True, "pairs": pattern(SELF, 2)},
    {"name": "bias", "self": True, "bias": numbers(torch.randn(SELF))},
    {"name": "bias per head, causal", "self": True, "causal": True, "bias": numbers(torch.randn(HEADS * SELF))},
    {"name": "head scale", "self": True, "head_scale": True},
    {"name": "relative key", "self": True, "relative": "key"},
    {"name": "relative key and query", "self": True, "relative": "key_query"},
    {"name": "cross", "self": False},
    {"name": "cross, causal from the end", "self": False, "causal": True},
    {"name": "cross, causal from the start", "self": False, "causal": True, "queries": "first"},
    {"name": "cross, keys hidden", "self": False, "keys": pattern(10, 4)},
    {"name": "cross, relative from the end", "self": False, "relative": "key_query"},
    {"name": "cross, relative from the start", "self": False, "relative": "key_query", "queries": "first"},
]

golden = {"heads": HEADS, "from": FROM, "to": TO}
golden |= {name: numbers(x) for name, x in OPERANDS.items()}
golden |= {"cases": [run(case) for case in CASES], "module": module()}
print(json.dumps(golden, separators=(",", ":")))
