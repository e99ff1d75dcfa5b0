"""Plants small faults, one at a time, and tells which of them no test sees.

  python3 tests/mutation/mutate.py [FILE…]      those of mutants.txt, or of these sources

A fault costs the compilation of its one file and a link: build-mutation/ compiles the sources that have faults by
themselves, and what is linked first counts. The first part of the folder's name says which tests are run.
"""

import json
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build-mutation"
SECONDS = 120  # a test that takes longer does not end


@dataclass
class Mutant:
    file: str
    before: str
    after: str
    reason: str = ""

    def __str__(self):
        return f"{self.file}\n  - {self.before}\n  + {self.after}"


def read_mutants():
    mutants, file = [], ""
    for line in (ROOT / "tests/mutation/mutants.txt").read_text().splitlines():
        if line.startswith("- "):
            mutants.append(Mutant(file, line[2:], ""))
        elif line.startswith("+"):
            mutants[-1].after = line[2:]
        elif line.startswith("survives: "):
            mutants[-1].reason = line.removeprefix("survives: ")
        elif line and not line.startswith("#"):
            file = line
    return mutants


def mutated(mutant):
    text = (ROOT / mutant.file).read_text()
    if text.count(mutant.before) != 1:
        raise SystemExit(f"{mutant.file}: has '{mutant.before}' {text.count(mutant.before)} times, want it once")
    return text.replace(mutant.before, mutant.after)


def build(mutants):
    alone = ";".join(sorted({mutant.file for mutant in mutants}))
    subprocess.run(["cmake", "-S", ROOT, "-B", BUILD, "-G", "Ninja", "-DBERTLET_TESTS=ON", "-DBERTLET_TEST_PRECISION=float",
                    f"-DBERTLET_ALONE={alone}"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", BUILD, "--target", *sorted({name for m in mutants for name in tests_of(m)})], check=True)


def tests_of(mutant):
    folder = mutant.file.split("/", maxsplit=1)[0]
    return ["tests_text", "tests_bert"] if folder == "bert" else [f"tests_{folder}"]


def commands(target):
    return subprocess.run(["ninja", "-C", BUILD, "-t", "commands", target], check=True, capture_output=True,
                          text=True).stdout.splitlines()


def machines_kernels():
    flags = Path("/proc/cpuinfo").read_text()
    return "v4" if "avx512vl" in flags else "v3" if "avx2" in flags else "v2"


def compile_command(file):
    entries = [entry["command"] for entry in json.loads((BUILD / "compile_commands.json").read_text())
               if entry["file"] == str(ROOT / file)]
    kernels = [entry for entry in entries if f"BERTLET_KERNEL_ISA={machines_kernels()}" in entry]
    plain = [entry for entry in entries if "_double" not in entry and "BERTLET_DOUBLE" not in entry]
    return ([entry for entry in kernels if entry in plain] or plain)[0]


def object_of(mutant, folder):
    """The file with its fault, compiled; none where it does not compile."""
    source, made = folder / Path(mutant.file).name, folder / "mutant.o"
    source.write_text(mutated(mutant))
    words = shlex.split(compile_command(mutant.file))
    words[words.index("-o") + 1] = str(made)
    words[words.index(str(ROOT / mutant.file))] = str(source)
    done = subprocess.run(words, cwd=BUILD, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{mutant}\ndoes not compile: {done.stderr}")
    return made


def link(target, made, folder):
    words = shlex.split(commands(target)[-1].removeprefix(": && ").removesuffix(" && :"))
    program = folder / target
    words[words.index("-o") + 1] = str(program)
    words.insert(words.index("-o") + 2, str(made))
    subprocess.run(words, cwd=BUILD, check=True)
    return program


def is_caught(program):
    try:
        return subprocess.run([program, "--abort", "~[conformance]~[python]"], cwd=ROOT, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=SECONDS, check=False).returncode != 0
    except subprocess.TimeoutExpired:
        return True


def try_mutant(mutant):
    with tempfile.TemporaryDirectory() as name:
        made = object_of(mutant, Path(name))
        return any(is_caught(link(target, made, Path(name))) for target in tests_of(mutant))


def main():
    mutants = [mutant for mutant in read_mutants() if not sys.argv[1:] or mutant.file in sys.argv[1:]]
    for mutant in mutants:
        mutated(mutant)
    build(mutants)
    caught, unexplained = 0, []
    for mutant in mutants:
        begin = time.monotonic()
        seen = try_mutant(mutant)
        caught += seen
        print(f"{'caught' if seen else 'SURVIVES':9} {time.monotonic() - begin:4.0f} s  {mutant.file}: {mutant.before}",
              flush=True)
        if not seen and not mutant.reason:
            unexplained.append(mutant)
    print(f"{caught} of {len(mutants)} caught")
    for mutant in unexplained:
        print(f"No test sees, and nothing says why:\n{mutant}")
    return len(unexplained) > 0


if __name__ == "__main__":
    sys.exit(main())
