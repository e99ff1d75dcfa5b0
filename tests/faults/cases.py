"""The faults. Each is a generator of outcomes."""

import errno
import itertools
import os
import shutil
import signal
import subprocess
import time

from lab import Ended

KINDS = ("pretrain", "finetune")


def chosen(lab, everything, few):
    """All of them, or some that are spread over them."""
    everything = list(everything)
    if lab.is_long or len(everything) <= few:
        return everything
    return [everything[i * len(everything) // few] for i in range(few)]


def at_calls(kind_of_fault, number, few, killed=False):
    def fault(lab):
        for kind in KINDS:
            for at in chosen(lab, range(1, lab.calls(kind) + 1), few):
                run = lab.new()
                environment = lab.injected(run, kind=kind_of_fault, at=at, errno=number)
                ended = lab.run(*lab.runs[kind], "--out", run, environment=environment)
                was_killed = killed and ended.code == -signal.SIGKILL
                yield lab.judged(kind, run, ended, f"{kind}, call {at} {kind_of_fault} {number}", was_killed)
    return fault


def at_instants(signals, many, few):
    def fault(lab):
        for i in range(many if lab.is_long else few):
            kind, number = KINDS[i % 2], signals[i // 2 % len(signals)]
            run, after = lab.new(), lab.instant(kind)
            process = lab.start(*lab.runs[kind], "--out", run)
            time.sleep(after)
            process.send_signal(number)
            ended = lab.end(process)
            stopped = ended.code in (-number, 130)
            yield lab.judged(kind, run, ended, f"{kind}, {number.name} after {after:.3f} s", stopped)
    return fault


def small_disk(lab):
    """Real file systems that are too small, where this may mount one."""
    for kibibytes in chosen(lab, range(4, 200, 8), 4) if os.geteuid() == 0 else ():
        disk = lab.work / "disk"
        disk.mkdir(exist_ok=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", str(disk)]
        if subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode != 0:
            return
        try:
            ended = lab.run(*lab.runs["pretrain"], "--out", disk / "run")
            shutil.copytree(disk, lab.work / "saved", dirs_exist_ok=True)
        finally:
            subprocess.run(["umount", str(disk)], check=True)
        (lab.work / "saved" / "run").mkdir(exist_ok=True)
        yield lab.judged("pretrain", (lab.work / "saved" / "run").rename(lab.new()), ended, f"a disk of {kibibytes} KiB")


def read_only(lab):
    """A folder that may be looked at only: before a run, and between two parts of one."""
    for kind in KINDS:
        for begun in (False, True):
            run = lab.new()
            if begun:
                shutil.copytree(lab.whole[kind], run)
                shutil.rmtree(sorted((run / "checkpoints").iterdir())[-1])
            run.mkdir(exist_ok=True)
            ended = locked(lab, kind, run, ["--resume"] if begun else [])
            yield lab.judged(kind, run, ended, f"{kind}, a read-only folder, begun: {begun}")


def locked(lab, kind, run, more):
    nobody = 65534 if os.geteuid() == 0 else None
    lab.work.chmod(0o755)
    folders = [run, *(each for each in run.rglob("*") if each.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        return lab.run(*lab.runs[kind], "--out", run, *more, user=nobody)
    finally:
        for folder in folders:
            folder.chmod(0o755)


def vanished(lab):
    """The run's folder is renamed under the program's feet while it trains, and is back before it is resumed."""
    for i in range(40 if lab.is_long else 6):
        kind, run, away = KINDS[i % 2], lab.new(), lab.new()
        process = lab.start(*lab.runs[kind], "--out", run)
        while process.poll() is None and not len(list((run / "checkpoints").glob("step-*"))) > i // 2 % 3:
            time.sleep(0.0005)
        run.rename(away)
        ended = lab.end(process)
        shutil.rmtree(run, ignore_errors=True)  # what it may have begun anew
        away.rename(run)
        yield lab.judged(kind, run, ended, f"{kind}, the folder vanished")


def two_at_once(lab):
    """Of two in one folder one works, and the other says so."""
    for i in range(60 if lab.is_long else 4):
        kind, run = KINDS[i % 2], lab.new()
        first = lab.start(*lab.runs[kind], "--out", run)
        time.sleep(lab.chance.choice([0, lab.chance.uniform(0, 0.03)]))
        second = lab.start(*lab.runs[kind], "--out", run, *([] if i % 4 < 2 else ["--resume"]))
        endings = [lab.end(first), lab.end(second)]
        about = f"{kind}, two at once: {endings[0]}; {endings[1]}"
        refused = [each for each in endings if each.code != 0]
        resumed_what_was_done = not refused and i % 4 >= 2
        if not resumed_what_was_done and (len(refused) != 1 or not refused[0].is_clear()):
            yield lab.tell(about, "want one that works")
            continue
        yield lab.judged(kind, run, endings[0] if endings[0].code == 0 else endings[1], about)


def two_on_one_text(lab):
    """Two runs that prepare the same text in one folder: both end as ever, or one says why not."""
    for i in range(60 if lab.is_long else 3):
        runs, text = [lab.new(), lab.new()], lab.new()
        processes = []
        for run in runs:
            processes.append(lab.start(*lab.runs["pretrain"], "--out", run, "--prepared", text))
            time.sleep(lab.chance.uniform(0, 0.01) * (i % 3))
        for run, process in zip(runs, processes):
            ended = lab.end(process)
            if ended.code == 0:
                yield lab.judged("pretrain", run, ended, "two on one text")
            else:
                yield "refused" if ended.is_clear() else lab.tell("two on one text", ended)


def clock(lab):
    """All clocks go back an hour."""
    for kind in KINDS:
        for at in chosen(lab, range(1, 60), 6):
            run = lab.new()
            ended = lab.run(*lab.runs[kind], "--out", run, "--hours", 100, environment=lab.injected(run, clock=at))
            yield lab.judged(kind, run, ended, f"{kind}, the clock goes back at reading {at}")


def memory(lab):
    """From what is too little to start with, to enough."""
    least = next(size for size in range(1, 1 << 12)
                 if lab.run("--version", memory=size << 20).code == 0)
    for kind, threads in itertools.product(KINDS, (1, 2)):
        for more in chosen(lab, range(0, 400, 4), 8):
            run = lab.new()
            ended = lab.run(*lab.runs[kind], "--out", run, "--threads", threads, memory=(least + more) << 20)
            yield lab.judged(kind, run, ended, f"{kind}, {least + more} MiB of memory, {threads} threads")


# --- files that are not as they were written --------------------------------------------------------------------------

def regions(lab, file):
    """Bytes to change: at both ends, where headers are, and between."""
    size = file.stat().st_size
    places = {0, 7, 8, 9, 40, size // 4, size // 2, size * 3 // 4, size - 9, size - 2, size - 1}
    if lab.is_long:
        places |= set(range(0, size, max(1, size // 60)))
    return sorted(place for place in places if 0 <= place < size)


def flip(data, place, bit):
    return data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1:]


def spoiled(lab, file):
    data = file.read_bytes()
    for place in regions(lab, file):
        yield f"bit of byte {place} flipped", flip(data, place, lab.chance.choice([0, 1, 3, 5, 6]))
    for place in regions(lab, file)[:: 1 if lab.is_long else 3]:
        yield f"cut to {place} bytes", data[:place]


def half_done(lab, kind):
    """A run that was ended in the middle."""
    run = lab.new()
    shutil.copytree(lab.whole[kind], run)
    shutil.rmtree(sorted((run / "checkpoints").iterdir())[-1])
    return run


def spoiled_run(lab):
    """A file of a run, which then goes on: from the checkpoint before, or not at all; never to other bits."""
    for kind in KINDS:
        begun = half_done(lab, kind)
        newest = sorted((begun / "checkpoints").iterdir())[-1]
        files = [file for file in sorted(begun.rglob("*")) if file.is_file() and file.parent.name != "best"]
        tried = [(file, how, data) for file in files for how, data in spoiled(lab, file)]
        for file, how, data in chosen(lab, tried, 40):
            run, name = lab.new(), file.relative_to(begun)
            shutil.copytree(begun, run)
            (run / name).write_bytes(data)
            says = "the checkpoint before it is used" if file.parent == newest else ""
            yield lab.resumed(kind, run, f"{kind}, {name}: {how}", says)
            shutil.rmtree(run)


def spoiled_model(lab):
    """A file of a model that is used: refused, or it makes no difference."""
    data = lab.work / "labelled" / "dev.tsv"
    uses = {"pretrain": ["fill-mask", "the cat saw the [MASK]", "--json"], "finetune": ["predict", "--data", data]}
    for kind, (command, *more) in uses.items():
        model = lab.whole[kind] / "best"
        answer = answered(lab, command, model, more)
        tried = [(file.name, how, spoilt) for file in sorted(model.iterdir()) for how, spoilt in spoiled(lab, file)]
        for name, how, spoilt in chosen(lab, tried, 40):
            copy = lab.new()
            shutil.copytree(model, copy)
            (copy / name).write_bytes(spoilt)
            yield same_or_refused(lab, answer, answered(lab, command, copy, more), f"{command}, {name}: {how}")
            shutil.rmtree(copy)


def answered(lab, command, model, more):
    out = lab.work / "answer.jsonl"
    out.unlink(missing_ok=True)
    process = subprocess.run([lab.program, command, model, *more, *(["--out", out] if command == "predict" else [])],
                             capture_output=True, text=True, errors="replace", timeout=30, check=False)
    return process.returncode, process.stderr, out.read_text() if out.exists() else process.stdout


def same_or_refused(lab, before, now, about):
    code, err, out = now
    if code == 0:
        return "unharmed" if out == before[2] else lab.tell(about, f"is used all the same: {err}")
    ended = Ended(code, err)
    return "refused" if ended.is_clear() else lab.tell(about, ended)


ALL = [
    ("kill -9 before a call", at_calls("kill", 0, 20, killed=True)),
    ("kill -9 at random instants", at_instants([signal.SIGKILL], 200, 20)),
    ("SIGINT, SIGTERM at random instants", at_instants([signal.SIGINT, signal.SIGTERM], 100, 12)),
    ("no space, at one call", at_calls("once", errno.ENOSPC, 20)),
    ("no space, from a call on", at_calls("stays", errno.ENOSPC, 12)),
    ("a write is short, then no space", at_calls("short", errno.ENOSPC, 12)),
    ("input/output error, at one call", at_calls("once", errno.EIO, 8)),
    ("read-only file system, from a call on", at_calls("stays", errno.EROFS, 8)),
    ("a small disk", small_disk),
    ("a read-only folder", read_only),
    ("a folder that vanishes", vanished),
    ("two processes on one run", two_at_once),
    ("two processes on one prepared text", two_on_one_text),
    ("clocks that jump back", clock),
    ("little memory", memory),
    ("a run's file flipped or cut", spoiled_run),
    ("a model's file flipped or cut", spoiled_model),
]
