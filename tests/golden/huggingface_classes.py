"""Asks `tokenizers` about every code point and writes bert/text/huggingface_classes.cpp.

usage: python tests/golden/huggingface_classes.py > bert/text/unicode/huggingface_classes.cpp
tokenizers 0.19.1
"""
from tokenizers import normalizers, pre_tokenizers

OFF = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
CLEAN = normalizers.BertNormalizer(**{**OFF, "clean_text": True})
STRIP = normalizers.BertNormalizer(**{**OFF, "strip_accents": True})
NFD = normalizers.NFD()
SPLIT = pre_tokenizers.BertPreTokenizer()
CHARACTERS = [chr(c) for c in range(0x80, 0x110000) if not 0xD800 <= c < 0xE000]
ASCII_CONTROL = [chr(c) for c in [*range(1, 9), 11, 12, *range(14, 32), 127]]

CLASSES = {
    "other": ASCII_CONTROL + [c for c in CHARACTERS if c != "\ufffd" and CLEAN.normalize_str(c) == ""],
    "punctuation": [c for c in CHARACTERS if [w for w, _ in SPLIT.pre_tokenize_str(f"a{c}b")] == ["a", c, "b"]],
    "marks": [c for c in CHARACTERS if NFD.normalize_str(c) == c and STRIP.normalize_str(c) == ""],
}


def ranges(characters):
    found = []
    for c in map(ord, characters):
        if found and found[-1][1] == c - 1:
            found[-1][1] = c
        else:
            found.append([c, c])
    return found


def lines(items, width=116):
    line = ""
    for item in items:
        if len(line) + len(item) > width:
            yield line.rstrip()
            line = ""
        line += item + " "
    yield line.rstrip().rstrip(",")


print("""#include "bert/text/unicode/range.h"

// Written by tests/golden/huggingface_classes.py.
// clang-format off
namespace bertlet::text {

namespace {
""")
for name, characters in CLASSES.items():
    print(f"constexpr Range {name}[] = {{")
    for line in lines(f"{{0x{a:X}, 0x{b:X}}}," for a, b in ranges(characters)):
        print("    " + line)
    print("};\n")
print("}  // namespace\n")
for name in CLASSES:
    print(f"constinit const std::span<const Range> huggingface_{name} = {name};")
print("\n}  // namespace bertlet::text")
