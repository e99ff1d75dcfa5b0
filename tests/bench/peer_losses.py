"""PyTorch beside `bertlet_bench losses`: forward and backward in turn, medians of rounds.

usage: python tests/bench/peer_losses.py build/tests/bertlet_bench [ROUNDS] [REPETITIONS] [THREADS]
A ratio above 1 says that bertlet is faster. torch 2.x
"""
import statistics
import subprocess
import sys
import time

import torch
import torch.nn.functional as F

bench = sys.argv[1]
rounds, repetitions, threads = (int(a) for a in (sys.argv[2:] + ["7", "15", "2"][len(sys.argv) - 2:]))
torch.set_num_threads(threads)

ROWS = (1024, 768)
TARGETS = torch.rand(ROWS)


def cross_entropy(rows, classes, **options):
    labels = torch.randint(classes, (rows,))
    return ((rows, classes),), lambda x: F.cross_entropy(x, labels, **options)


def attention_pool(x, scores):
    return (torch.softmax(scores.view(8, 128), 1)[:, None] @ x.view(8, 128, 768)).squeeze(1)


LOSSES = {
    "cross_entropy": cross_entropy(154, 30522),
    "cross_entropy_smooth": cross_entropy(154, 30522, label_smoothing=0.1),
    "cross_entropy_2_rows": cross_entropy(2, 30522),
    "cross_entropy_9_tags": cross_entropy(4096, 9),
    "bce_with_logits": ((ROWS,), lambda x: F.binary_cross_entropy_with_logits(x, TARGETS)),
    "mse": ((ROWS, ROWS), F.mse_loss),
    "cosine_similarity": ((ROWS, ROWS), lambda x, y: F.cosine_similarity(x, y, dim=-1)),
    "pool_mean": ((ROWS,), lambda x: x.view(8, 128, 768).mean(1)),
    "pool_max": ((ROWS,), lambda x: x.view(8, 128, 768).max(1).values),
    "attention_pool": ((ROWS, (1024,)), attention_pool),
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
    command = [bench, "losses", str(repetitions)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[1:]
    return {name: (float(middle), float(least)) for name, middle, least in map(str.split, lines)}


ours, theirs = {name: [] for name in LOSSES}, {name: [] for name in LOSSES}
for _ in range(rounds):
    for name, times in bertlet_times().items():
        ours[name].append(times)
    for name, (shapes, f) in LOSSES.items():
        theirs[name].append(torch_times(shapes, f))

print(f"torch {torch.__version__}, {threads} threads, {rounds} rounds of {repetitions}; ratios: torch / bertlet")
print(f"{'loss':22} {'bertlet µs':>10} {'torch µs':>10} {'median':>8} {'least':>8}")
for name in LOSSES:
    a, b = (statistics.median(t[0] for t in side[name]) for side in (ours, theirs))
    least = min(t[1] for t in theirs[name]) / min(t[1] for t in ours[name])
    print(f"{name:22} {a:10.0f} {b:10.0f} {b / a:8.2f} {least:8.2f}")
