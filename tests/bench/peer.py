"""What the peers of operations have in common: bertlet and PyTorch in turn, forward and backward, medians of rounds."""
import re
import statistics
import subprocess
import time

import torch


def torch_times(shapes, f, repetitions):
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


def bertlet_times(bench, section, repetitions):
    command = [bench, section, str(repetitions)]
    head, *lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return head, {name: (float(middle), float(least)) for name, middle, least in map(str.split, lines)}


def compare(bench, section, column, table, rounds, repetitions, threads=None):
    """`table` has the shapes and the function of each name that `bertlet_bench SECTION` prints; `column` heads the names
    in the width that it has. PyTorch gets `threads`, or else as many as bertlet says it takes."""
    ours, theirs = {name: [] for name in table}, {name: [] for name in table}
    for _ in range(rounds):
        head, lines = bertlet_times(bench, section, repetitions)
        torch.set_num_threads(threads or int(re.search(r"(\d+) threads", head)[1]))
        for name, times in lines.items():
            ours[name].append(times)
        for name, (shapes, f) in table.items():
            theirs[name].append(torch_times(shapes, f, repetitions))

    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {rounds} rounds of {repetitions}; "
          "ratios: torch / bertlet")
    print(f"{column} {'bertlet µs':>10} {'torch µs':>10} {'median':>8} {'least':>8}")
    for name in table:
        a, b = (statistics.median(t[0] for t in side[name]) for side in (ours, theirs))
        least = min(t[1] for t in theirs[name]) / min(t[1] for t in ours[name])
        print(f"{name:{len(column)}} {a:10.0f} {b:10.0f} {b / a:8.2f} {least:8.2f}")
