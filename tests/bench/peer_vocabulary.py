"""Hugging Face's trainer of WordPiece vocabularies beside `bertlet vocab train`: one text, in turn.

usage: python tests/bench/peer_vocabulary.py build/bertlet TEXT [SIZE] [ROUNDS]
Medians of rounds in seconds, from the start of reading to the vocabulary; a ratio above 1 says that bertlet is faster.
tokenizers 0.19.1
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from tokenizers import BertWordPieceTokenizer

bertlet, text = sys.argv[1:3]
size, rounds = (int(a) for a in (sys.argv[3:5] + ["8000", "3"][len(sys.argv[3:5]):]))


def ours(threads):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([bertlet, "vocab", "train", "--text", text, "--size", str(size), "--json", "--threads", str(threads),
                               "--out", os.path.join(folder, "vocab.txt")], capture_output=True, check=True)
    return json.loads(done.stdout)["seconds"]


def theirs():
    begin = time.perf_counter()
    BertWordPieceTokenizer().train([text], vocab_size=size, show_progress=False)
    return time.perf_counter() - begin


RUNS = {"tokenizers, all threads": theirs, "bertlet, all threads": lambda: ours(0), "bertlet, one thread": lambda: ours(1)}
seconds = {name: [] for name in RUNS}
for _ in range(rounds):
    for name, run in RUNS.items():
        seconds[name].append(run())
seconds = {name: statistics.median(values) for name, values in seconds.items()}
print(f"{size} tokens from {os.path.getsize(text) / 1e6:.0f} MB")
for name, value in seconds.items():
    print(f"{name:24} {value:7.2f} s   {seconds['tokenizers, all threads'] / value:6.1f} x")
