"""`bertlet tokenize` beside Hugging Face's `tokenizers`: tokens, ids, offsets and word numbers of random texts.

usage: python tests/bert/differential/fast.py build/bertlet FOLDER-WITH-VOCABULARIES [TEXTS] [SEED] [every]
With `every`, each code point is tried as well. tokenizers 0.19.1
"""
import json
import os
import subprocess
import sys
import tempfile

try:
    from tokenizers import AddedToken, BertWordPieceTokenizer
except ImportError:
    print("skipped: tokenizers is not installed for", sys.executable)
    sys.exit(77)

import strings

bertlet, folder = sys.argv[1:3]
count, seed = (int(a) for a in (sys.argv[3:5] + ["5000", "1"][len(sys.argv[3:5]):]))
os.environ["TOKENIZERS_PARALLELISM"] = "false"

SETTINGS = [  # name, vocabulary, our options, theirs
    ("uncased", "uncased", [], dict(lowercase=True)),
    ("cased", "cased", ["--cased"], dict(lowercase=False)),
    ("uncased with accents", "uncased", ["--strip-accents", "false"], dict(lowercase=True, strip_accents=False)),
    ("cased without accents", "cased", ["--cased", "--strip-accents", "true"], dict(lowercase=False, strip_accents=True)),
    ("no Chinese", "uncased", ["--no-chinese"], dict(lowercase=True, handle_chinese_chars=False)),
]


def ours(texts, vocab, options):
    with tempfile.NamedTemporaryFile() as lines:
        lines.write(b"\n".join(texts) + b"\n")
        lines.flush()
        done = subprocess.run([bertlet, "tokenize", lines.name, "--quiet", "--vocab", vocab, *options], capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]


def theirs(text, tokenizer):
    encoding = tokenizer.encode(text.decode("utf-8", "replace"))
    return {"tokens": encoding.tokens, "ids": encoding.ids, "offsets": [list(o) for o in encoding.offsets], "word_ids": encoding.word_ids}


def made(vocab, **settings):
    tokenizer = BertWordPieceTokenizer(vocab, **settings)
    tokenizer.add_special_tokens(["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"])
    return tokenizer


def compare(name, texts, vocab, options, settings):
    return differences(name, texts, ours(texts, vocab, options), made(vocab, **settings))


def differences(name, texts, mine, tokenizer, keys=("tokens", "ids", "offsets", "word_ids")):
    different = 0
    assert len(mine) == len(texts), f"{name}: got {len(mine)} lines, want {len(texts)}"
    for text, got in zip(texts, mine):
        want = theirs(text, tokenizer)
        wrong = [key for key in keys if got[key] != want[key]]
        if not wrong:
            continue
        different += 1
        if different <= 5:
            print(f"{name}: {ascii(text.decode('utf-8', 'replace'))}")
            for key in wrong:
                print(f"  {key}: got  {ascii(got[key])}\n  {' ' * len(key)}  want {ascii(want[key])}")
    print(f"{name}: {len(texts)} texts, {different} different")
    return different


def compare_added(texts, vocab):
    """Tokens of one's own, of all kinds, read from the tokenizer.json that `tokenizers` saves. It shows them as they
    stand in the text, with the spaces they took; bertlet as they stand in the vocabulary."""
    tokenizer = made(vocab, lowercase=True)
    tokenizer.add_tokens([AddedToken("Un", normalized=True), AddedToken("É", normalized=True, single_word=True),
                          AddedToken("want", normalized=False, lstrip=True), AddedToken("한", normalized=False, rstrip=True),
                          AddedToken("中文", normalized=False, single_word=True)])
    tokenizer.add_special_tokens([AddedToken("[MASK", lstrip=True, rstrip=True, normalized=False)])
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save(os.path.join(folder, "tokenizer.json"))
        return differences("added tokens", texts, ours(texts, folder, []), tokenizer, ("ids", "offsets", "word_ids"))


def compare_pairs(texts, vocab):
    """A tab parts the texts of a pair; lengths are such that one, both or none is cut."""
    halves = [text.replace(b"\t", b" ") for text in texts]
    pairs = list(zip(halves[::2], halves[1::2]))
    tokenizer = made(vocab, lowercase=True)
    different = 0
    for length in (3, 12, 25):
        tokenizer.enable_truncation(length)
        for (a, b), got in zip(pairs, ours([a + b"\t" + b for a, b in pairs], vocab, ["--pair", "--max-length", str(length)])):
            encoding = tokenizer.encode(a.decode("utf-8", "replace"), b.decode("utf-8", "replace"))
            want = {"ids": encoding.ids, "type_ids": encoding.type_ids, "word_ids": encoding.word_ids,
                    "offsets": [list(o) for o in encoding.offsets]}
            different += any(got[key] != want[key] for key in want)
    print(f"pairs: {len(pairs)} at 3 lengths, {different} different")
    return different


if __name__ == "__main__":
    texts = strings.texts(count, seed) + (strings.every_character() if "every" in sys.argv else [])
    total = sum(compare(name, texts, os.path.join(folder, f"bert-base-{vocab}-vocab.txt"), options, settings)
                for name, vocab, options, settings in SETTINGS)
    total += compare_added(texts, os.path.join(folder, "bert-base-uncased-vocab.txt"))
    total += compare_pairs(texts, os.path.join(folder, "bert-base-uncased-vocab.txt"))
    sys.exit(1 if total else 0)
