"""Sums up what gcov says of a build's counters: python3 tests/coverage.py BUILD [FOLDER…]"""

import collections
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("core", "nn", "optim", "bert", "apps")


def counts_of(counters):
    """How often each line was run, by file: of those below the project that these counters know."""
    command = ["gcov", "--json-format", "--stdout", "--relative-only", "--source-prefix", str(ROOT), *counters]
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        for file in json.loads(line)["files"]:
            name = real_name(file["file"])
            if name:
                yield name, {each["line_number"]: each["count"] for each in file["lines"]}


def real_name(name):
    """From the root; headers are seen through links in the build's include folders."""
    path = Path(name)
    path = (path if path.is_absolute() else ROOT / path).resolve()
    if not path.is_relative_to(ROOT):
        return None
    relative = path.relative_to(ROOT)
    return str(relative) if relative.parts[0] in FOLDERS else None


def all_lines(build):
    lines = collections.defaultdict(collections.Counter)
    counters = sorted(map(str, build.rglob("*.gcda")))
    for begin in range(0, len(counters), 20):
        for name, counts in counts_of(counters[begin:begin + 20]):
            lines[name].update(counts)
    return lines


def stretches(numbers):
    """1-3,7"""
    text, begin = [], None
    for number in [*numbers, None]:
        if begin is not None and number == last + 1:
            last = number
            continue
        if begin is not None:
            text.append(str(begin) if begin == last else f"{begin}-{last}")
        begin = last = number
    return ",".join(text)


def main():
    lines, asked = all_lines(Path(sys.argv[1])), sys.argv[2:]
    if asked:
        for name in sorted(lines):
            missed = sorted(number for number, count in lines[name].items() if count == 0)
            if missed and any(name.startswith(folder) for folder in asked):
                print(f"{name}:{stretches(missed)}")
        return
    total = collections.Counter()
    for name, counts in lines.items():
        folder = "/".join(name.split("/")[:2]) if name.startswith(("bert", "apps", "nn")) else name.split("/")[0]
        for key in {folder, name.split("/")[0] + "/", "all"}:
            total[key, "lines"] += len(counts)
            total[key, "run"] += sum(count > 0 for count in counts.values())
    for key in sorted({key for key, _ in total}):
        print(f"{key:24} {total[key, 'lines']:6} lines {100 * total[key, 'run'] / total[key, 'lines']:6.1f} %")


if __name__ == "__main__":
    main()
