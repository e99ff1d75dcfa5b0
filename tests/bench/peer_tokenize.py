"""flash-tokenizer and Hugging Face's tokenizers beside `bertlet bench tokenize`: one text, line by line, in turn.

usage: python tests/bench/peer_tokenize.py build/bertlet VOCAB TEXT [ROUNDS]
Medians of rounds in millions of bytes per second; a ratio above 1 says that bertlet is faster. Ids are compared first.
flash-tokenizer 1.2.0 (left out where it is not installed), tokenizers 0.19.1
"""
import json
import os
import statistics
import subprocess
import sys
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
from tokenizers import BertWordPieceTokenizer

try:
    from flash_tokenizer import BertTokenizerFlash
except ImportError:
    BertTokenizerFlash = None

bertlet, vocab, text = sys.argv[1:4]
rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 5
with open(text, "rb") as file:
    data = file.read()
lines = data.decode("utf-8", "replace").split("\n")[:20000]
size = len("\n".join(lines).encode())

huggingface = BertWordPieceTokenizer(vocab, lowercase=True)
PEERS = {"tokenizers": lambda line: huggingface.encode(line).ids}
if BertTokenizerFlash:
    flash = BertTokenizerFlash(vocab, do_lower_case=True)
    PEERS["flash-tokenizer"] = lambda line: flash.tokenizer.encode(line, "longest", -1)


def ours(*options):
    done = subprocess.run([bertlet, "bench", "tokenize", "--vocab", vocab, "--text", text, "--quiet", "--json", *options],
                          capture_output=True, check=True)
    return json.loads(done.stdout)["mb_per_second"]


def theirs(encode):
    begin = time.perf_counter()
    for line in lines:
        encode(line)
    return size / 1e6 / (time.perf_counter() - begin)


def ids_of_ours(count=2000):
    done = subprocess.run([bertlet, "tokenize", "--quiet", "--vocab", vocab], input="\n".join(lines[:count]).encode(),
                          capture_output=True, check=True)
    return [json.loads(line)["ids"] for line in done.stdout.decode().split("\n")[:-1]]


mine = ids_of_ours()
for name, encode in PEERS.items():
    same = sum(list(encode(line)) == ids for line, ids in zip(lines, mine))
    print(f"{name}: {same} of {len(mine)} lines have the same ids")

OURS = {
    "one thread": ["--threads", "1"],
    "one thread, offsets": ["--threads", "1", "--offsets"],
    "two threads": ["--threads", "2"],
}
speeds = {name: [] for name in [*PEERS, *OURS]}
for _ in range(rounds):
    for name, encode in PEERS.items():
        speeds[name].append(theirs(encode))
    for name, options in OURS.items():
        speeds[name].append(ours(*options))
speeds = {name: statistics.median(values) for name, values in speeds.items()}
for name in PEERS:
    print(f"{name:22} {speeds[name]:7.1f} MB/s")
for name in OURS:
    ratios = ", ".join(f"{speeds[name] / speeds[peer]:.1f} x {peer}" for peer in PEERS)
    print(f"bertlet, {name:20} {speeds[name]:7.1f} MB/s: {ratios}")
print(f"two threads beside one: {speeds['two threads'] / speeds['one thread']:.2f} x")
