"""`bertlet tokenize` beside transformers' BertTokenizer, which is Google's code in Python with composition (NFC) before it.

usage: python tests/bert/differential/slow.py build/bertlet FOLDER-WITH-VOCABULARIES [TEXTS] [SEED]
Where ids differ the text must hold something the two are known to treat differently; each reason is counted, and a text
without any is an error. transformers 4.44.2
"""
import collections
import os
import sys
import unicodedata

try:
    from transformers import BertTokenizer
except ImportError:
    print("skipped: transformers is not installed for", sys.executable)
    sys.exit(77)
from tokenizers import normalizers, pre_tokenizers

import strings
from fast import ours

bertlet, folder = sys.argv[1:3]
count, seed = (int(a) for a in (sys.argv[3:5] + ["5000", "1"][len(sys.argv[3:5]):]))

OFF = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
CLEAN = normalizers.BertNormalizer(**{**OFF, "clean_text": True})
STRIP = normalizers.BertNormalizer(**{**OFF, "strip_accents": True})
SPLIT = pre_tokenizers.BertPreTokenizer()


def is_punctuation(c):
    return unicodedata.category(c).startswith("P") or c in "$+<=>^`|~"


def control_differs(c):  # Python removes all of C: unassigned and private characters too
    removed = unicodedata.category(c).startswith("C") and c not in "\t\n\r" or c in "\0\ufffd"
    return removed != (CLEAN.normalize_str(c) == "")


def punctuation_differs(c):
    return not c.isspace() and is_punctuation(c) != ([w for w, _ in SPLIT.pre_tokenize_str(f"a{c}b")] == ["a", c, "b"])


def mark_differs(c):
    python = "".join(d for d in unicodedata.normalize("NFD", c) if unicodedata.category(d) != "Mn")
    return python != STRIP.normalize_str(c)


def composes(text):
    cleaned = "".join(c for c in text if CLEAN.normalize_str(c) != "")
    return unicodedata.normalize("NFC", cleaned) != cleaned


REASONS = {  # name: whether a text gives it, for a tokenizer that strips accents and lowers
    "control, private or unassigned characters": lambda text, strips, lowers: any(map(control_differs, text)),
    "punctuation newer than Unicode 8": lambda text, strips, lowers: any(map(punctuation_differs, text)),
    "marks newer than Unicode 8": lambda text, strips, lowers: strips and any(map(mark_differs, text)),
    "a final sigma": lambda text, strips, lowers: lowers and "Σ" in text,
    "composition": lambda text, strips, lowers: not strips and composes(text),
    "ideographs missing from a table": lambda text, strips, lowers: any("\U0002b820" <= c < "\U0002b920" for c in text),
}
SETTINGS = [
    ("uncased", "uncased", [], dict(do_lower_case=True)),
    ("cased", "cased", ["--cased"], dict(do_lower_case=False)),
    ("uncased with accents", "uncased", ["--strip-accents", "false"], dict(do_lower_case=True, strip_accents=False)),
    ("no Chinese", "uncased", ["--no-chinese"], dict(do_lower_case=True, tokenize_chinese_chars=False)),
]


def compare(name, texts, vocab, options, settings):
    tokenizer = BertTokenizer(vocab, **settings)
    lowers = settings["do_lower_case"]
    strips = settings.get("strip_accents", lowers)
    reasons, unexplained, plain = collections.Counter(), 0, 0
    for raw, got in zip(texts, ours(texts, vocab, options)):
        text = raw.decode("utf-8", "replace")
        want = tokenizer(text)["input_ids"]
        why = [reason for reason, holds in REASONS.items() if holds(text, strips, lowers)]
        plain += not why
        if got["ids"] == want:
            continue
        reasons.update(why)
        if why:
            continue
        unexplained += 1
        if unexplained <= 5:
            print(f"{name}: {ascii(text)}\n  got  {got['ids']}\n  want {want}")
    print(f"{name}: {len(texts)} texts, {plain} without a reason to differ, of which {unexplained} do; the others differ with " +
          "; ".join(f"{reason}: {n}" for reason, n in reasons.most_common()))
    return unexplained


if __name__ == "__main__":
    total = sum(compare(name, strings.texts(count, seed), os.path.join(folder, f"bert-base-{vocab}-vocab.txt"), options, settings)
                for name, vocab, options, settings in SETTINGS)
    sys.exit(1 if total else 0)
