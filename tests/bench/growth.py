"""Measures what growth.sh says.

usage: python3 tests/bench/growth.py build/bertlet [--quick]
"""
import json
import os
import pathlib
import sys
import tempfile

import chapter
import growth_picture

PLAIN = {"T": 128, "B": 8, "L": 4, "H": 512, "V": 30522, "threads": 0}  # BERT small
AXES = {"T": ("length T, of 4 sequences", [32, 64, 128, 256, 512, 1024]), "B": ("batch B, of 128 tokens", [1, 2, 4, 8, 16, 32]),
        "L": ("layers L", [1, 2, 4, 8, 12]), "H": ("width H", [128, 256, 384, 512, 768, 1024]),
        "V": ("vocabulary V", [1000, 4000, 16000, 30522, 64000, 128000]), "threads": ("threads", list(range(1, len(os.sched_getaffinity(0)) + 1)))}
QUICK = {"T": [16, 32], "B": [1, 2], "L": [1, 2], "H": [64, 128], "V": [1000, 2000], "threads": [1]}
MASKED = 0.15


def flops(what, at):
    """Of products: a layer has 4 of H × H and 2 of H × 4 H, and attention meets T keys. The words' scores are for masked words."""
    tokens, width = at["B"] * at["T"], at["H"]
    forward = tokens * at["L"] * (24 * width**2 + 4 * at["T"] * width)
    return forward if what == "infer" else 3 * (forward + MASKED * tokens * 2 * width * (at["V"] + width))


def seconds(program, what, at, folder):
    config = pathlib.Path(folder) / "config.json"
    config.write_text(json.dumps({"architectures": ["BertForMaskedLM"], "model_type": "bert", "hidden_size": at["H"], "num_hidden_layers": at["L"],
                                  "num_attention_heads": at["H"] // 64, "intermediate_size": 4 * at["H"], "vocab_size": at["V"],
                                  "max_position_embeddings": max(512, at["T"])}))
    return chapter.measured(program, what, {"config": config, "batch": at["B"], "length": at["T"], "vocab-size": at["V"], "threads": at["threads"],
                                            "steps": 5})["median_seconds"]


def points(program, axis, values, quick):
    plain = PLAIN | ({"T": 32, "B": 2, "L": 1, "H": 64, "V": 1000} if quick else {}) | ({"B": 4} if axis == "T" else {})
    with tempfile.TemporaryDirectory() as folder:
        for value in values:
            at = plain | {axis: value}
            print(f"{axis} = {value}", file=sys.stderr, flush=True)
            times = {what: seconds(program, what, at, folder) for what in ("step", "infer")}
            yield {"at": value, **{what: (time, flops(what, at) / time / 1e9) for what, time in times.items()}}


def table(title, line):
    rows = [f"| {title} | " + " | ".join(str(point["at"]) for point in line) + " |", "|---" * (len(line) + 1) + "|"]
    for what, name in (("step", "training step"), ("infer", "inference")):
        rows.append(f"| {name} | " + " | ".join(f"{chapter.seconds_text(point[what][0])}, {point[what][1]:.0f} GF/s" for point in line) + " |")
    return "\n".join(rows) + "\n"


program, quick = pathlib.Path(sys.argv[1]), "--quick" in sys.argv[2:]
lines = {axis: list(points(program, axis, QUICK[axis] if quick else values, quick)) for axis, (_, values) in AXES.items()}
text = "\n".join(table(AXES[axis][0], line) for axis, line in lines.items())
picture = growth_picture.svg([(AXES[axis][0], line) for axis, line in lines.items()])
if quick:
    print(text)
else:
    (chapter.HERE / "growth.svg").write_text(picture, encoding="utf8")
    chapter.put("growth", f"On {chapter.machine_text(chapter.machine())}.\n\n{text}\n![GF/s over each](growth.svg)")
