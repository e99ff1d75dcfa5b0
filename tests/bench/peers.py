"""Measures the rows of peers_rows.py, contestant after contestant in each round, and writes what peers_report.py makes of it; peers.sh
calls it.

usage: python tests/bench/peers.py build/bertlet CACHE [options]
"""
import argparse
import hashlib
import importlib.metadata
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import chapter
import peers_report
import peers_rows

PACKAGES = ("torch", "transformers", "openvino", "onnxruntime", "ctranslate2")


class Unavailable(Exception):
    """A contestant that cannot do this, and why."""


def last_words(text):
    return (text.strip().splitlines() or ["it said nothing"])[-1][:200]


class Server:
    """A process that measures once for each line it is given."""

    def __init__(self, contestant):
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([str(part) for part in contestant.command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
                                        text=True)

    def seconds(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            said = self.process.stdout.readline()
        except BrokenPipeError:
            said = ""
        if not said:
            self.end()
            raise Unavailable(self.why())
        return float(said)

    def why(self):
        self.errors.seek(0)
        return last_words(self.errors.read())

    def end(self):
        """The peak memory that it tells."""
        try:
            rest, _ = self.process.communicate()
        except BrokenPipeError:
            self.process.wait()
            return None
        found = re.search(r'"peak_rss_mb": ?([0-9.]+)|at most ([0-9]+) MB', rest or "")
        return float(found[1] or found[2]) if found else None


class Servers:
    def __init__(self):
        self.running = {}

    def of(self, contestant):
        key = tuple(map(str, contestant.command))
        if key not in self.running:
            self.running[key] = Server(contestant)
        return self.running[key]

    def end_but(self, rows):
        """Ends those that no row of these needs; gives {command: memory}."""
        needed = {tuple(map(str, each.command)) for row in rows for each in row.contestants.values()}
        ended = {key: server.end() for key, server in self.running.items() if key not in needed}
        self.running = {key: server for key, server in self.running.items() if key in needed}
        return ended


def tuned_seconds(command):
    """real_data.py tells the seconds of the process that it starts."""
    with tempfile.TemporaryDirectory() as folder:
        kept = pathlib.Path(folder) / "kept.json"
        done = subprocess.run([*command, "--cached", str(kept)], capture_output=True, text=True)
        if not kept.exists():
            raise Unavailable(last_words(done.stderr or done.stdout))
        return next(side["seconds"] for side in json.loads(kept.read_text())["sst2"].values() if isinstance(side, dict))


def process_seconds(command):
    begin = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    seconds = time.perf_counter() - begin
    if done.returncode not in (0, 1) or not done.stdout:  # 1: the toy has not learnt
        raise Unavailable(last_words(done.stderr))
    return seconds


def measured(row, contestant, servers, quick):
    if row.turns:
        server = servers.of(contestant)
        return statistics.median(server.seconds(contestant.line) for _ in range(1 if quick else row.turns))
    command = [str(part) for part in contestant.command]
    return (tuned_seconds if row.name.startswith("sst2") else process_seconds)(command)


class Kept:
    """What was measured so far, on disk after every round. It is for one program on one machine."""

    def __init__(self, path, facts, fresh):
        self.path = path
        self.state = json.loads(path.read_text()) if path.exists() and not fresh else {}
        if self.state.get("facts") != facts:
            if self.state:
                print("peers: the program, the machine or a version is another than before: everything is measured anew", file=sys.stderr)
            self.state = {"facts": facts, "rows": {}}

    def of(self, row, label):
        return self.state["rows"].setdefault(row.name, {}).setdefault(label, {"seconds": []})

    def save(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        begun = self.path.with_suffix(".begun")
        begun.write_text(json.dumps(self.state))
        begun.replace(self.path)


def measure_row(row, rounds, kept, servers, options):
    """Only what is missing. What was not available once is tried again."""
    for label in row.contestants:
        kept.of(row, label).pop("unavailable", None)
    for done in range(rounds):
        for label, contestant in row.contestants.items():
            here = kept.of(row, label)
            if len(here["seconds"]) > done or "unavailable" in here:
                continue
            try:
                here["seconds"].append(measured(row, contestant, servers, options.quick))
            except Unavailable as why:
                here["unavailable"] = str(why)
        kept.save()


def note_memory(rows, ended, kept):
    for row in rows:
        for label, contestant in row.contestants.items():
            memory = ended.get(tuple(map(str, contestant.command)))
            if memory:
                kept.of(row, label)["peak_rss_mb"] = memory


def missing_rounds(row, rounds, kept):
    return max(rounds - len(kept.of(row, label)["seconds"]) for label in row.contestants)


class Clock:
    """Says how long the rest takes, by the guesses and how right they were."""

    def __init__(self, guesses):
        self.left, self.guessed, self.begin = sum(guesses), 0, time.time()

    def text(self):
        factor = (time.time() - self.begin) / self.guessed if self.guessed else 1
        return f"{self.left * factor / 60:.0f} minutes left"

    def done(self, guess):
        self.left, self.guessed = self.left - guess, self.guessed + guess


def facts_of(program):
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pass
    return {"program": hashlib.sha256(program.read_bytes()).hexdigest()[:16], **chapter.machine(), "versions": versions}


def main():
    parser = argparse.ArgumentParser(prog="peers.sh")
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("cache", type=pathlib.Path)
    parser.add_argument("--rows", default="*", help="names or patterns, separated by commas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--whole-rounds", type=int, default=2, help="of rows that are whole processes")
    parser.add_argument("--quick", action="store_true", help="a round of everything, the longest shortened; the table is printed and not kept")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    parser.add_argument("--list", action="store_true", help="the rows' names")
    options = parser.parse_args()
    if options.quick:
        options.rounds = options.whole_rounds = 1

    folder, data = options.cache / "models", pathlib.Path(__file__).resolve().parents[3] / "shared" / "data"
    rows = peers_rows.all_rows(options.program, sys.executable, folder, data, options.quick)
    if options.list:
        return print(*(row.name for row in rows), sep="\n")
    rows = peers_rows.chosen(rows, options.rows.split(","))
    kept = Kept(options.cache / ("peers-quick.json" if options.quick else "peers.json"), facts_of(options.program), options.fresh)
    if any(row.name == "fill-mask" for row in rows) and not (folder / "base-words").exists():
        subprocess.run([sys.executable, peers_rows.HERE / "peer_fill_mask.py", folder / "base-words", "make"], check=True, capture_output=True)

    rounds_of = lambda row: options.rounds if row.turns else options.whole_rounds
    guess = lambda row: row.guess * missing_rounds(row, rounds_of(row), kept) / (5 if row.turns else 2)
    guesses = {row.name: guess(row) for row in rows}
    clock, servers = Clock(guesses.values()), Servers()
    for i, row in enumerate(rows):
        print(f"{i + 1} of {len(rows)}: {row.name} ({clock.text()})", file=sys.stderr, flush=True)
        measure_row(row, rounds_of(row), kept, servers, options)
        note_memory(rows[: i + 1], servers.end_but(rows[i + 1 :]), kept)
        kept.save()
        clock.done(guesses[row.name])
    everything = peers_rows.all_rows(options.program, sys.executable, folder, data, options.quick)
    if options.quick:
        print(peers_report.text(rows, kept.state))
    else:
        peers_report.write(everything, kept.state)


if __name__ == "__main__":
    main()
