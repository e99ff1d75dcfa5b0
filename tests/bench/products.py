"""Measures what products.sh says.

usage: python3 tests/bench/products.py build/tests/bertlet_bench [--quick]
"""
import subprocess
import sys

import chapter

program, quick = sys.argv[1], "--quick" in sys.argv[2:]
NAME = 32  # characters of its column
said = subprocess.run([program, "products", "1" if quick else "5"], stdout=subprocess.PIPE, text=True)
if said.returncode != 0:
    sys.exit("skipped: bertlet_bench was built without OpenBLAS")

text = "| products of | bertlet: one thread, GF/s | two | OpenBLAS: one thread | two products side by side | bertlet's two of these |\n|---|---|---|---|---|---|\n"
for line in said.stdout.splitlines()[1:]:
    if not line.startswith(" "):  # a group
        bare, pair, _, one, two, _, share, *_ = line[NAME:].split()
        text += f"| {line[:NAME].strip()} | {one} | {two} | {bare} | {pair} | {share} |\n"
if quick:
    print(text)
else:
    chapter.put("products", f"On {chapter.machine_text(chapter.machine())}.\n\n{text}")
