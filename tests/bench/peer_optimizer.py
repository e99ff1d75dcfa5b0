"""PyTorch beside `bertlet_bench optimizer`: fused AdamW after clip_grad_norm_, over the parameters of BERT base.

usage: python tests/bench/peer_optimizer.py build/tests/bertlet_bench [ROUNDS] [REPETITIONS]
PyTorch gets as many threads as bertlet takes. A ratio above 1 says that bertlet is faster. torch 2.x
"""
import re
import statistics
import subprocess
import sys
import time

import torch

bench = sys.argv[1]
rounds, repetitions = (int(a) for a in (sys.argv[2:] + ["7", "9"][len(sys.argv) - 2:]))


def linear(inner, outer):
    return [(outer, inner), (outer,)]


NORM = [(768,), (768,)]
LAYER = 4 * linear(768, 768) + NORM + linear(768, 3072) + linear(3072, 768) + NORM
BASE = [(30522, 768), (512, 768), (2, 768)] + NORM + 12 * LAYER + linear(768, 768)

parameters = [torch.nn.Parameter(torch.zeros(shape)) for shape in BASE]
for p in parameters:
    p.grad = torch.randn_like(p)
groups = [{"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.01},
          {"params": [p for p in parameters if p.dim() == 1], "weight_decay": 0.0}]
optimizer = torch.optim.AdamW(groups, lr=1e-4, fused=True)


def torch_times():
    times = []
    for _ in range(repetitions + 2):
        start = time.perf_counter()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times[2:]), min(times[2:])


def bertlet_times():
    command = [bench, "optimizer", str(repetitions)]
    head, line = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    count, number = map(int, re.search(r"(\d+) threads, (\d+) parameters", head).groups())
    assert number == sum(p.numel() for p in parameters)
    torch.set_num_threads(count)
    return tuple(float(t) for t in line.split()[1:])


ours, theirs = [], []
for _ in range(rounds):
    ours.append(bertlet_times())
    theirs.append(torch_times())

print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {rounds} rounds of {repetitions}; ratios: torch / bertlet")
print(f"{'step':20} {'bertlet ms':>10} {'torch ms':>10} {'median':>8} {'least':>8}")
a, b = (statistics.median(t[0] for t in side) for side in (ours, theirs))
least = min(t[1] for t in theirs) / min(t[1] for t in ours)
print(f"{'adamw_clip':20} {a:10.1f} {b:10.1f} {b / a:8.2f} {least:8.2f}")
