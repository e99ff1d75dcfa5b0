"""PyTorch beside `bertlet_bench losses`: forward and backward in turn, medians of rounds.

usage: python tests/bench/peer_losses.py build/tests/bertlet_bench [ROUNDS] [REPETITIONS] [THREADS]
A ratio above 1 says that bertlet is faster. torch 2.x
"""
import sys

import torch
import torch.nn.functional as F
from peer import compare

bench = sys.argv[1]
rounds, repetitions, threads = (int(a) for a in (sys.argv[2:] + ["7", "15", "2"][len(sys.argv) - 2:]))

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

compare(bench, "losses", f"{'loss':22}", LOSSES, rounds, repetitions, threads)
