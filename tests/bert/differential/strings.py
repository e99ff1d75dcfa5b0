"""Random texts over all planes of Unicode, as bytes: words, scripts, marks, signs, control characters, broken UTF-8."""
import random

SCRIPTS = [
    range(0x20, 0x7F), range(0x41, 0x7B), range(0xA0, 0x250), range(0x250, 0x300), range(0x300, 0x370),
    range(0x370, 0x400), range(0x400, 0x530), range(0x590, 0x600), range(0x600, 0x700), range(0x900, 0x980),
    range(0xE00, 0xE80), range(0x1100, 0x1200), range(0x1E00, 0x2000), range(0x2000, 0x2070), range(0x2070, 0x2C00),
    range(0x3000, 0x3100), range(0x4E00, 0x4F00), range(0xAC00, 0xD7A4), range(0xF900, 0xFB50), range(0xFE00, 0x10000),
    range(0x0, 0x20), range(0x7F, 0xA0), range(0xE000, 0xE010), range(0x11000, 0x11200), range(0x1D100, 0x1D1F0),
    range(0x1F1E6, 0x1F650), range(0x20000, 0x20100), range(0x2B800, 0x2B940), range(0x2F800, 0x2FA20),
    range(0xE0000, 0xE0080), range(0xF0000, 0xF0010), range(0x0, 0xD800), range(0xE000, 0x10000),
    range(0x10000, 0x20000), range(0x10000, 0x110000),
]
PIECES = ["[MASK]", "[CLS]", "[SEP]", "[UNK]", "[PAD]", "[mask]", "[MASK", "##ing", "un", "want", "É", "e\u0301", "İ", "ΑΣ",
          "Σ", "ß", "ﬁ", "½", "ǅ", "한국어", "각", "中文", "हिन्दी", "ข้อความ", "العَرَبِيَّة", "👨‍👩‍👧", "👍🏽", "🇩🇪", "don't",
          "U.S.A.", "\u200b", "\u00ad", "\ufeff", "\ufffd", "\u2028", "\u3000", "\x85", "\x1c", "\t", "\r", " ", "  ",
          "\U0001d15e", "\U0001d165\U0001d16d\u0301", "\u302e\u0323", "a" * 99, "a" * 100, "a" * 101, "é" * 100, "é" * 101]
BROKEN = [b"\x80", b"\xff", b"\xc0\xaf", b"\xe2\x82", b"\xed\xa0\x80", b"\xf0\x9f\x98", b"\xf4\x90\x80\x80", b"\xc3", b"\xf0\x80"]


def character(rng):
    c = rng.choice(rng.choice(SCRIPTS))
    return "" if c == 0x0A or 0xD800 <= c < 0xE000 else chr(c)


def word(rng):
    kind = rng.random()
    if kind < 0.25:
        return rng.choice(PIECES).encode()
    if kind < 0.28:
        return rng.choice(BROKEN)
    if kind < 0.5:  # one script
        script = rng.choice(SCRIPTS)
        text = "".join(chr(c) for c in rng.choices(script, k=rng.randint(1, 8)) if c != 0x0A and not 0xD800 <= c < 0xE000)
    elif kind < 0.75:
        text = "".join(rng.choices("etaoinshrdluETAOINS", k=rng.randint(1, 12)))
    else:
        text = "".join(character(rng) for _ in range(rng.randint(1, 6)))
    return text.encode()


def texts(count, seed):
    """No text has a line feed in it, so that each can be a line."""
    rng = random.Random(seed)
    return [b"".join(word(rng) + rng.choice([b"", b" "]) for _ in range(rng.randint(1, 10))) for _ in range(count)]


def every_character():
    """Each code point between letters, many to a line."""
    characters = [chr(c) for c in range(0x110000) if c != 0x0A and not 0xD800 <= c < 0xE000]
    return [" ".join(f"a{c}b" for c in characters[i:i + 32]).encode() for i in range(0, len(characters), 32)]
