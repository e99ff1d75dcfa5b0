"""`bertlet vocab train` beside Hugging Face's WordPieceTrainer: the same tokens in the same order.

usage: python tests/bert/differential/vocabulary.py build/bertlet [TEXT] [SIZE]
Without a text, one is made. The trainer numbers the characters that continue words (##a) in an order that differs from
run to run, and ids decide between pairs that are equally frequent. So it is asked twice: with the characters in our
order, as special tokens, where all tokens must be the same; and as it is, where some differ, beside how many differ
between two runs of its own. tokenizers 0.19.1
"""
import os
import subprocess
import sys
import tempfile

try:
    from tokenizers import BertWordPieceTokenizer, trainers
except ImportError:
    print("skipped: tokenizers is not installed for", sys.executable)
    sys.exit(77)

import strings

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
NO_LIMIT = 1 << 20  # which of equally frequent characters are over a limit is another thing that differs from run to run
SETTINGS = [  # name, our options, theirs, alphabet limit, least frequency
    ("uncased", [], dict(lowercase=True), NO_LIMIT, 2),
    ("cased", ["--cased"], dict(lowercase=False), NO_LIMIT, 2),
    ("uncased with accents", ["--strip-accents", "false"], dict(lowercase=True, strip_accents=False), NO_LIMIT, 5),
    ("no Chinese", ["--no-chinese"], dict(lowercase=True, handle_chinese_chars=False), NO_LIMIT, 1),
    ("30 characters", [], dict(lowercase=True), 30, 2),
]


def ours(text, size, options, limit, least):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "vocab.txt")
        subprocess.run([bertlet, "vocab", "train", "--text", text, "--out", out, "--size", str(size), "--quiet",
                        "--longest-word", str(1 << 30), "--alphabet", str(limit), "--min-frequency", str(least),
                        *options], check=True)
        with open(out, encoding="utf-8", newline="\n") as file:
            return file.read().split("\n")[:-1]


def theirs(text, size, settings, limit, least, special):
    tokenizer = BertWordPieceTokenizer(**settings)._tokenizer
    tokenizer.train([text], trainers.WordPieceTrainer(vocab_size=size, min_frequency=least, limit_alphabet=limit,
                                                      special_tokens=special, show_progress=False))
    return sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().get)


def characters_of(tokens):
    return [t for t in tokens[len(SPECIAL):] if len(t.removeprefix("##") or t) == 1 or t == "##"]


def compare(text, size, name, options, settings, limit, least):
    mine = ours(text, size, options, limit, least)
    want = theirs(text, size, settings, limit, least, SPECIAL + characters_of(mine))
    same = mine == want
    again = [set(theirs(text, size, settings, limit, least, SPECIAL)) for _ in range(2)]
    print(f"{name}: {len(mine)} tokens, {'the same in the same order' if same else 'NOT the same'}; as it is, "
          f"{len(again[0] - set(mine))} others, and {len(again[0] - again[1])} between two runs")
    if not same:
        first = next((i for i, (a, b) in enumerate(zip(mine, want)) if a != b), min(len(mine), len(want)))
        print(f"  at {first} of {len(mine)} and {len(want)}: {ascii(mine[first:first + 3])}, want {ascii(want[first:first + 3])}")
    return not same


if __name__ == "__main__":
    bertlet = sys.argv[1]
    size = int(sys.argv[3]) if len(sys.argv) > 3 else 20000
    with tempfile.NamedTemporaryFile(suffix=".txt") as made:
        text = sys.argv[2] if len(sys.argv) > 2 else made.name
        if text == made.name:
            lines = [line.decode("utf-8", "replace").encode() for line in strings.texts(3000, 1)]
            made.write(b"\n".join(lines) + b"\n")
            made.flush()
        sys.exit(1 if sum(compare(text, size, *setting) for setting in SETTINGS) else 0)
