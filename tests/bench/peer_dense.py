"""PyTorch beside `bertlet_bench dense`: forward and backward in turn, medians of rounds.

usage: python tests/bench/peer_dense.py build/tests/bertlet_bench [ROUNDS] [REPETITIONS]
PyTorch gets as many threads as bertlet takes. A ratio above 1 says that bertlet is faster. torch 2.x
"""
import sys

import torch
import torch.nn.functional as F
from peer import compare

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

compare(bench, "dense", f"{'layer':20}", LAYERS, rounds, repetitions)
