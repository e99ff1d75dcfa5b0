"""Real runs of the program, each with a fault, and what came of it.

  python3 tests/faults/faults.py BUILD          the short form, which ctest runs
  python3 tests/faults/faults.py BUILD long     every call fails once, 200 kills, every byte's neighbourhood

After each fault a run goes on and ends with the bits of one that nothing happened to, or it says in one line why not.
The last column of the table counts the cases in which neither is so; each is told in full.
"""

import random
import sys
import tempfile
from pathlib import Path

import cases
from lab import Lab


def main():
    build, form = Path(sys.argv[1]).resolve(), sys.argv[2] if len(sys.argv) > 2 else "short"
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as work:
        lab = Lab(build, Path(work), chance, form == "long")
        print(f"{'fault':44} {'cases':>5} {'unharmed':>9} {'resumed':>8} {'refused':>8} {'wrong':>6}")
        for name, fault in cases.ALL:
            counts = {"unharmed": 0, "resumed": 0, "refused": 0, "wrong": 0}
            for outcome in fault(lab):
                counts[outcome] += 1
            print(f"{name:44} {sum(counts.values()):5} " + " ".join(
                f"{counts[key]:{width}}" for key, width in zip(counts, (9, 8, 8, 6))), flush=True)
        for wrong in lab.wrong:
            print(wrong)
        return len(lab.wrong) > 0


if __name__ == "__main__":
    sys.exit(main())
