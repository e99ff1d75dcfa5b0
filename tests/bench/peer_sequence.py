"""PyTorch beside `bertlet_bench sequence`: forward and backward in turn, medians of rounds.

usage: python tests/bench/peer_sequence.py build/tests/bertlet_bench [ROUNDS] [REPETITIONS] [THREADS]
A ratio above 1 says that bertlet is faster. The uneven sequences are packed for PyTorch too. PyTorch has no conditional
random field; that line gives bertlet's time alone. torch 2.x
"""
import statistics
import subprocess
import sys
import time

import torch
from torch.nn.utils.rnn import pack_padded_sequence

bench = sys.argv[1]
rounds, repetitions, threads = (int(a) for a in (sys.argv[2:] + ["5", "7", "2"][len(sys.argv) - 2:]))
torch.set_num_threads(threads)

UNEVEN = torch.tensor([128, 100, 90, 70, 64, 40, 30, 10])
X = torch.randn(8, 128, 768, requires_grad=True)


def packed(layer):
    return lambda x: layer(pack_padded_sequence(x, UNEVEN, batch_first=True))[0].data


def plain(layer):
    return lambda x: layer(x)[0]


bilstm = torch.nn.LSTM(768, 384, bidirectional=True, batch_first=True)
conv1d = torch.nn.Conv1d(768, 128, 3, padding=1)
LAYERS = {
    "bilstm": plain(bilstm),
    "bilstm_uneven": packed(bilstm),
    "lstm": plain(torch.nn.LSTM(768, 768, batch_first=True)),
    "bigru": plain(torch.nn.GRU(768, 384, bidirectional=True, batch_first=True)),
    "conv1d": lambda x: conv1d(x.transpose(1, 2)).transpose(1, 2),
}


def torch_times(f):
    dy = torch.randn_like(f(X))
    times = []
    for _ in range(repetitions + 2):
        start = time.perf_counter()
        f(X).backward(dy)
        times.append((time.perf_counter() - start) * 1e3)
        X.grad = None
    return statistics.median(times[2:]), min(times[2:])


def bertlet_times():
    command = [bench, "sequence", str(repetitions)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[1:]
    return {name: (float(middle), float(least)) for name, middle, least in map(str.split, lines)}


ours, theirs = {name: [] for name in [*LAYERS, "crf"]}, {name: [] for name in LAYERS}
for _ in range(rounds):
    for name, times in bertlet_times().items():
        ours[name].append(times)
    for name, f in LAYERS.items():
        theirs[name].append(torch_times(f))

print(f"torch {torch.__version__}, {threads} threads, {rounds} rounds of {repetitions}; ratios: torch / bertlet")
print(f"{'layer':16} {'bertlet ms':>10} {'torch ms':>10} {'median':>8} {'least':>8}")
for name in ours:
    a = statistics.median(t[0] for t in ours[name])
    if name not in theirs:
        print(f"{name:16} {a:10.2f}")
        continue
    b = statistics.median(t[0] for t in theirs[name])
    least = min(t[1] for t in theirs[name]) / min(t[1] for t in ours[name])
    print(f"{name:16} {a:10.2f} {b:10.2f} {b / a:8.2f} {least:8.2f}")
