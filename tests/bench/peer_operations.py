"""PyTorch beside `bertlet_bench operations`: each operation forward and backward, in turn, medians of ratios.

usage: python tests/bench/peer_operations.py build/tests/bertlet_bench [ROUNDS] [THREADS]
A ratio above 1 says that bertlet is faster.
"""
import re
import statistics
import subprocess
import sys
import time

import torch
import torch.nn.functional as F

bench = sys.argv[1]
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
torch.set_num_threads(int(sys.argv[3]) if len(sys.argv) > 3 else 2)

OPERATIONS = {
    "add": lambda x: x[0] + x[1],
    "sub": lambda x: x[0] - x[1],
    "mul": lambda x: x[0] * x[1],
    "div": lambda x: x[0] / x[1],
    "neg": lambda x: -x[0],
    "exp": lambda x: torch.exp(x[0]),
    "log": lambda x: torch.log(x[0]),
    "sqrt": lambda x: torch.sqrt(x[0]),
    "tanh": lambda x: torch.tanh(x[0]),
    "erf": lambda x: torch.erf(x[0]),
    "sigmoid": lambda x: torch.sigmoid(x[0]),
    "relu": lambda x: F.relu(x[0]),
    "gelu": lambda x: F.gelu(x[0]),
    "gelu_tanh": lambda x: F.gelu(x[0], approximate="tanh"),
    "sum": lambda x: x[0].sum(),
    "mean": lambda x: x[0].mean(-1),
    "max": lambda x: x[0].max(1).values,
    "softmax": lambda x: torch.softmax(x[0], -1),
    "log_softmax": lambda x: torch.log_softmax(x[0], -1),
    "matmul": lambda x: x[0] @ x[1],
    "permute": lambda x: (x[0].permute(0, 2, 1, 3) if x[0].dim() == 4 else x[0].T).contiguous(),
    "axpby": lambda x: x[1].add_(x[0], alpha=0.5),
}


def timed(f):
    start = time.perf_counter()
    result = f()
    return result, (time.perf_counter() - start) * 1e6


def torch_times(operation, shapes, differentiable, repetitions=9):
    inputs = [(torch.randn(s).abs() + 0.5).requires_grad_(differentiable) for s in shapes]
    forward, backward = [], []
    for _ in range(repetitions):
        y, t = timed(lambda: OPERATIONS[operation](inputs))
        forward.append(t)
        del y
    for _ in range(repetitions if differentiable else 0):
        y = OPERATIONS[operation](inputs)
        dy = torch.randn_like(y)
        backward.append(timed(lambda: y.backward(dy))[1])
        for x in inputs:
            x.grad = None
    return [statistics.median(times) for times in (forward, backward) if times]


ratios = {}
for _ in range(rounds):
    lines = subprocess.run([bench, "operations", "9"], capture_output=True, text=True, check=True).stdout.splitlines()[1:]
    for line in lines:
        operation, *_, forward, backward = line.split()
        shapes = [[int(n) for n in s.split(",")] for s in re.findall(r"\[([\d, ]+)\]", line)]
        if operation not in OPERATIONS:
            continue
        ours = [float(t) for t in (forward, backward) if t != "-"]
        theirs = torch_times(operation, shapes, differentiable=backward != "-")
        ratios.setdefault((operation, str(shapes)), []).append((ours, theirs))

print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, median of {rounds} rounds in turn")
print(f"{'operation':12} {'inputs':36} {'µs forward':>22} {'ratio':>6} {'µs backward':>22} {'ratio':>6}")
for (operation, shapes), pairs in ratios.items():
    columns = []
    for side in range(len(pairs[0][0])):
        ours, theirs = (statistics.median(pair[who][side] for pair in pairs) for who in (0, 1))
        ratio = statistics.median(pair[1][side] / pair[0][side] for pair in pairs)
        columns.append(f"{ours:9.0f} torch {theirs:6.0f} {ratio:6.2f}")
    print(f"{operation:12} {shapes:36} {' '.join(columns)}")
