"""Measures what isa.sh says.

usage: python3 tests/bench/isa.py build/bertlet [--quick]
"""
import os
import pathlib
import statistics
import subprocess
import sys

import chapter

program, quick = pathlib.Path(sys.argv[1]), "--quick" in sys.argv[2:]
ROUNDS = 1 if quick else 3
CASES = [("tiny", 2, 16)] if quick else [("mini", 16, 128), ("base", 8, 128)]


def runs_here(isa):
    return subprocess.run([program, "--version"], env=os.environ | {"BERTLET_ISA": isa}, capture_output=True).returncode == 0


isas = [isa for isa in ("v2", "v3", "v4") if runs_here(isa)]
text = "| | " + " | ".join(isas) + " |\n" + "|---" * (len(isas) + 1) + "|\n"
for what, name in (("step", "training step"), ("infer", "inference")):
    for size, batch, length in CASES:
        options = {"config": size, "batch": batch, "length": length, "steps": 3}
        rounds = [{isa: chapter.measured(program, what, options, BERTLET_ISA=isa)["median_seconds"] for isa in isas} for _ in range(ROUNDS)]
        middle = {isa: statistics.median(each[isa] for each in rounds) for isa in isas}
        cells = [f"{chapter.seconds_text(middle[isa])} ({middle[isa] / middle[isas[-1]]:.2f})" for isa in isas]
        text += f"| {name}, {size} {batch}×{length} | " + " | ".join(cells) + " |\n"
if quick:
    print(text)
else:
    chapter.put("isa", f"On {chapter.machine_text(chapter.machine())}; in brackets the time beside that of {isas[-1]}.\n\n{text}")
