"""Runs of the program, and how they are judged."""

import json
import os
import resource
import shutil
import signal
import struct
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUBJECTS = ["cat", "dog", "hen", "fox"]


@dataclass
class Ended:
    code: int
    err: str

    def is_clear(self):
        """Exit code 1, and one line of what is wrong, the last; warnings and remarks may stand before it."""
        lines = self.err.splitlines()
        vague = any(word in self.err for word in ("std::", "basic_", "terminate", "filesystem error", "bertlet: :"))
        ours = [line for line in lines if line.startswith("bertlet: ")]
        return self.code == 1 and len(ours) == 1 and lines[-1] == ours[0] and not vague

    def __str__(self):
        return f"exit code {self.code}, {self.err.strip()!r}"


class Lab:
    """A folder to work in, a text, and what runs on it leave when nothing happens to them."""

    def __init__(self, build, work, chance, is_long):
        self.program, self.preload = build / "bertlet", build / "tests" / "libinject.so"
        self.work, self.chance, self.is_long = work, chance, is_long
        self.wrong, self.made, self.lasts = [], 0, {}
        self.text, self.vocab, self.config = work / "text", work / "vocab.txt", work / "small.json"
        lines = (f"the {a} saw the {b} and ran to a {a}" + "\n" * (2 if i % 4 == 3 else 1)
                 for i, (a, b) in enumerate((a, b) for a in SUBJECTS for b in SUBJECTS * 4))
        self.text.write_text("".join(lines))
        self.config.write_text('{"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}')
        self.must("vocab", "train", "--text", self.text, "--size", 40, "--out", self.vocab, "--quiet")
        self.must("sample-data", "classify", "--out", work / "labelled", "--rows", 24, "--quiet")
        self.runs = {"pretrain": self.pretraining(), "finetune": self.fine_tuning()}
        self.whole = {}
        for kind, arguments in self.runs.items():
            self.whole[kind] = self.work / f"whole-{kind}"
            self.must(*arguments, "--out", self.whole[kind])

    def pretraining(self):
        return ["pretrain", "--corpus", self.text, "--dev", self.text, "--vocab", self.vocab, "--config", self.config,
                "--max-length", 16, "--dupe-factor", 1, "--tokens", 64, "--lr", "3e-3", "--warmup", 2, "--steps", 12,
                "--save-every", 3, "--evaluate-every", 3, "--log-every", 1, "--keep", 2, "--threads", 1, "--quiet"]

    def fine_tuning(self):
        return ["finetune", "classify", "--model", self.whole_model(), "--train", self.work / "labelled" / "train.tsv",
                "--dev", self.work / "labelled" / "dev.tsv", "--epochs", 2, "--batch", 8, "--max-length", 16,
                "--save-every", 2, "--evaluate-every", 2, "--log-every", 1, "--keep", 2, "--threads", 1, "--quiet"]

    def whole_model(self):
        model = self.work / "model"
        self.must(*self.pretraining(), "--out", self.work / "first")
        shutil.copytree(self.work / "first" / "best", model)
        return model

    # --- running ------------------------------------------------------------------------------------------------------

    def start(self, *arguments, environment=None, memory=None, user=None):
        def limit():
            if memory:
                resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

        return subprocess.Popen([self.program, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                text=True, errors="replace", env={**os.environ, **(environment or {})},
                                preexec_fn=limit, user=user)

    def end(self, process, seconds=30):
        try:
            _, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return Ended(-signal.SIGALRM, f"does not end within {seconds} s")
        return Ended(process.returncode, err)

    def run(self, *arguments, **how):
        return self.end(self.start(*arguments, **how))

    def must(self, *arguments):
        ended = self.run(*arguments)
        if ended.code != 0:
            raise SystemExit(f"{' '.join(map(str, arguments))}: {ended}")

    def new(self):
        self.made += 1
        return self.work / f"run-{self.made}"

    def injected(self, run, **settings):
        """The environment in which calls below the run's folder fail."""
        return {"LD_PRELOAD": str(self.preload), "FAULT_UNDER": str(run),
                **{f"FAULT_{key.upper()}": str(value) for key, value in settings.items()}}

    def calls(self, kind):
        """How many calls an undisturbed run makes."""
        run, count = self.new(), self.work / "count"
        ended = self.run(*self.runs[kind], "--out", run, environment=self.injected(run, count=count))
        if ended.code != 0:
            raise SystemExit(f"with inject: {ended}")
        shutil.rmtree(run)
        return int(count.read_text())

    def instant(self, kind):
        """A random one of an undisturbed run, in seconds from its start."""
        if kind not in self.lasts:
            begin, run = time.monotonic(), self.new()
            self.must(*self.runs[kind], "--out", run)
            self.lasts[kind] = time.monotonic() - begin
            shutil.rmtree(run)
        return self.chance.uniform(0, self.lasts[kind])

    # --- judging ------------------------------------------------------------------------------------------------------

    def is_same(self, kind, run):
        last = sorted((self.whole[kind] / "checkpoints").iterdir())[-1].name
        files = ["metrics.jsonl", f"checkpoints/{last}/model.safetensors", f"checkpoints/{last}/training.safetensors",
                 "best/model.safetensors"]
        return all((run / file).is_file() and (run / file).read_bytes() == (self.whole[kind] / file).read_bytes()
                   for file in files)

    def tell(self, about, what):
        self.wrong.append(f"WRONG {about}: {what}")
        return "wrong"

    def judged(self, kind, run, ended, about, killed=False):
        """What came of a run that ended so. It is tried to go on, and its folder is gone afterwards."""
        try:
            half = half_written(run)
            if half:
                return self.tell(about, f"half-written: {half}")
            if ended.code == 0:
                return "unharmed" if self.is_same(kind, run) else self.tell(about, "exit code 0, and other bits")
            if not killed and not ended.is_clear():
                return self.tell(about, ended)
            return self.resumed(kind, run, about)
        finally:
            shutil.rmtree(run, ignore_errors=True)

    def resumed(self, kind, run, about, says=""):
        """What comes of a run that is to go on; `says` is what it must not keep quiet about."""
        again = self.run(*self.runs[kind], "--out", run, "--resume")
        if again.code != 0:
            return "refused" if again.is_clear() else self.tell(about, f"resumed: {again}")
        if says not in again.err:
            return self.tell(about, f"resumed without a word of it: {again.err}")
        return "resumed" if self.is_same(kind, run) else self.tell(about, f"resumed to other bits; {again.err}")


# --- files that must be whole wherever they have their final name -----------------------------------------------------

def is_whole(file):
    data = file.read_bytes()
    if file.suffix == ".safetensors":
        size = struct.unpack("<Q", data[:8])[0]
        tensors = json.loads(data[8:8 + size])
        return len(data) == 8 + size + max(each["data_offsets"][1] for name, each in tensors.items()
                                           if name != "__metadata__")
    if file.suffix == ".json":
        return json.loads(data) is not None
    if file.suffix in (".corpus", ".instances"):
        return data.endswith(b"bertlet\n")
    return True


def half_written(run):
    """The first file that is not whole; a name that ends in .partial, or stands below one, promises nothing."""
    for file in sorted(run.rglob("*")):
        if not file.is_file() or any(part.endswith(".partial") for part in file.relative_to(run).parts):
            continue
        try:
            if not is_whole(file):
                return file.relative_to(run)
        except (ValueError, struct.error, KeyError) as error:
            return f"{file.relative_to(run)}: {error}"
    return None
