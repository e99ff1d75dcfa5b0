"""PyTorch beside `bertlet_bench attention`: forward and backward in turn, medians of rounds.

usage: python tests/bench/peer_attention.py build/tests/bertlet_bench [ROUNDS] [REPETITIONS] [THREADS]
torch 2.x has two ways to the same result: scaled_dot_product_attention, as transformers calls it, and the products
written out; the faster counts. Operands are [B, T, A D] on both sides. A ratio above 1 says that bertlet is faster.
"""
import os
import statistics
import subprocess
import sys
import time

bench = sys.argv[1]
rounds, repetitions, threads = (int(a) for a in (sys.argv[2:] + ["7", "5", "2"][len(sys.argv) - 2:]))
os.environ["OMP_NUM_THREADS"] = str(threads)

import torch
import torch.nn.functional as F

torch.set_num_threads(threads)
BATCH, HEADS, SIZE = 8, 12, 64
SETTINGS = {"T=128_dropout": (128, 0.1), "T=128": (128, 0.0), "T=512_dropout": (512, 0.1), "T=512": (512, 0.0)}


def fused(q, k, v, rate):
    return F.scaled_dot_product_attention(q, k, v, dropout_p=rate)


def written_out(q, k, v, rate):
    scores = torch.matmul(q, k.transpose(-1, -2)) / SIZE**0.5
    return torch.matmul(F.dropout(torch.softmax(scores, -1), rate, rate > 0), v)


def torch_times(f, length, rate):
    shape = (BATCH, length, HEADS * SIZE)
    x = [torch.randn(shape, requires_grad=True) for _ in range(3)]
    dy, times = torch.randn(shape), []
    for _ in range(repetitions + 2):
        start = time.perf_counter()
        heads = [t.view(BATCH, length, HEADS, SIZE).transpose(1, 2) for t in x]
        f(*heads, rate).transpose(1, 2).reshape(shape).backward(dy)
        times.append((time.perf_counter() - start) * 1e3)
        for tensor in x:
            tensor.grad = None
    return statistics.median(times[2:]), min(times[2:])


def bertlet_times():
    command = [bench, "attention", str(repetitions)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[1:]
    return {name: (float(middle), float(least)) for name, middle, least in map(str.split, lines)}


sides = ("bertlet", "fused", "written out")
times = {name: {side: [] for side in sides} for name in SETTINGS}
for _ in range(rounds):
    for name, pair in bertlet_times().items():
        times[name]["bertlet"].append(pair)
    for name, (length, rate) in SETTINGS.items():
        times[name]["fused"].append(torch_times(fused, length, rate))
        times[name]["written out"].append(torch_times(written_out, length, rate))

print(f"torch {torch.__version__}, {threads} threads, {rounds} rounds of {repetitions}; milliseconds")
print("ratios: the faster torch / bertlet, of medians and of the least times")
print(f"{'attention':20} {'bertlet':>9} {'fused':>9} {'written':>9} {'median':>8} {'least':>8}")
for name, of in times.items():
    middle = [statistics.median(t[0] for t in of[side]) for side in sides]
    least = [min(t[1] for t in of[side]) for side in sides]
    ratios = [min(t[1:]) / t[0] for t in (middle, least)]
    print(f"{name:20} " + " ".join(f"{t:9.1f}" for t in middle) + " ".join(f" {r:8.2f}" for r in ratios))
