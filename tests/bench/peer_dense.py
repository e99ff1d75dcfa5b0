"""PyTorch beside `bertlet_bench dense`: forward and backward in turn, medians of rounds.

usage: python tests/bench/peer_dense.py build/tests/bertlet_bench [ROUNDS] [REPETITIONS]
PyTorch gets as many threads as bertlet takes. A ratio above 1 says that bertlet is faster. torch 2.x
"""
import re
import statistics
import subprocess
import sys
import time

import torch
import torch.nn.functional as F

bench = sys.argv[1]
rounds, repetitions = (int(a) for a in (sys.argv[2:] + ["7", "15"][len(sys.argv) - 2:]))

ROWS, WIDE, COLUMNS = (1024, 768), (1024, 3072), (768,)
EXPAND = (ROWS, (3072, 768), (3072,))
IDS = torch.randint(0, 30522, (1024,))


def dropout_add_norm(x, residual, weight, bias):
    return F.layer_norm(F.dropout(x, 0.1, True) + residual, COLUMNS, weight, bias, 1e-12)


LAYERS = {
    "linear": (EXPAND, F.linear),
    "linear_gelu": (EXPAND, lambda x, w, b: F.gelu(F.linear(x, w, b))),
    "gelu": ((WIDE,), F.gelu),
    "gelu_tanh": ((WIDE,), lambda x: F.gelu(x, approximate="tanh")),
    "layer_norm": ((ROWS, COLUMNS, COLUMNS), lambda x, w, b: F.layer_norm(x, COLUMNS, w, b, 1e-12)),
    "dropout": ((ROWS,), lambda x: F.dropout(x, 0.1, True)),
    "dropout_add_norm": ((ROWS, ROWS, COLUMNS, COLUMNS), dropout_add_norm),
    "embedding": (((30522, 768),), lambda table: F.embedding(IDS, table)),
}


def torch_times(shapes, f):
    x = [torch.randn(shape, requires_grad=True) for shape in shapes]
    dy = torch.randn_like(f(*x))
    times = []
    for _ in range(repetitions + 2):
        start = time.perf_counter()
        f(*x).backward(dy)
        times.append((time.perf_counter() - start) * 1e6)
        for tensor in x:
            tensor.grad = None
    return statistics.median(times[2:]), min(times[2:])


def bertlet_times():
    command = [bench, "dense", str(repetitions)]
    head, *lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    torch.set_num_threads(int(re.search(r"(\d+) threads", head)[1]))
    return {name: (float(middle), float(least)) for name, middle, least in map(str.split, lines)}


ours, theirs = {name: [] for name in LAYERS}, {name: [] for name in LAYERS}
for _ in range(rounds):
    for name, times in bertlet_times().items():
        ours[name].append(times)
    for name, (shapes, f) in LAYERS.items():
        theirs[name].append(torch_times(shapes, f))

print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {rounds} rounds of {repetitions}; ratios: torch / bertlet")
print(f"{'layer':20} {'bertlet µs':>10} {'torch µs':>10} {'median':>8} {'least':>8}")
for name in LAYERS:
    a, b = (statistics.median(t[0] for t in side[name]) for side in (ours, theirs))
    least = min(t[1] for t in theirs[name]) / min(t[1] for t in ours[name])
    print(f"{name:20} {a:10.0f} {b:10.0f} {b / a:8.2f} {least:8.2f}")
