"""Pre-training in bf16 beside fp32: losses of hidden words over 1000 steps of tiny and mini, three seeds each, on a text;
a table, and the curves as one SVG.

usage: python3 tests/bench/precision_curves.py build/bertlet TEXT [--out F.svg] [--steps N] [--configs tiny,mini]
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

parser = argparse.ArgumentParser()
parser.add_argument("program")
parser.add_argument("text", type=pathlib.Path)
parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).with_name("precision_curves.svg"))
parser.add_argument("--steps", type=int, default=1000)
parser.add_argument("--configs", default="tiny,mini")
options = parser.parse_args()

TOKENS = {"tiny": 2048, "mini": 1024}
SEEDS, PRECISIONS = (1, 2, 3), ("fp32", "bf16")
WIDTH, HEIGHT = 330, 200
STYLE = """
  text { font: 11px system-ui, sans-serif; fill: #333 }
  .axis { stroke: #999; fill: none }
  polyline { fill: none; stroke-width: 1.2; opacity: 0.8 }
  .fp32 { stroke: #1667b7 } .bf16 { stroke: #b3541e; stroke-dasharray: 5 3 }
  @media (prefers-color-scheme: dark) { text { fill: #ddd } .fp32 { stroke: #6db3f2 } .bf16 { stroke: #f0a070 } }
"""


def bertlet(*words):
    subprocess.run([options.program, *map(str, words)], check=True, stdout=subprocess.DEVNULL)


def run(folder, config, precision, seed):
    """Two curves of (step, loss): of training, and held out."""
    out = folder / f"{config}-{precision}-{seed}"
    every = max(1, options.steps // 40)
    bertlet("pretrain", "--corpus", options.text, "--vocab", folder / "vocab.txt", "--prepared", folder / "prepared", "--config", config,
            "--dupe-factor", 2, "--tokens", TOKENS.get(config, 2048), "--steps", options.steps, "--precision", precision, "--seed", seed, "--log-every", every,
            "--evaluate-every", options.steps // 4, "--out", out, "--quiet")
    lines = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    print(f"{config} {precision} seed {seed}", file=sys.stderr)
    held_out = [(line["step"], line["evaluation"]) for line in lines if "evaluation" in line]
    return [[(of["step"], of["mlm_loss"]) for of in lines if "mlm_loss" in of], [(step, of["mlm_loss"]) for step, of in held_out]]


def polyline(curve, kind, least, most):
    spots = " ".join(f"{WIDTH * step / options.steps:.1f},{HEIGHT * (most - loss) / (most - least):.1f}" for step, loss in curve)
    return f'<polyline class="{kind}" points="{spots}"/>'


def panel(config, curves, at):
    losses = [loss for several in curves.values() for curve, _ in several for _, loss in curve]
    least, most = min(losses) - 0.1, max(losses) + 0.1
    lines = "".join(polyline(curve, kind, least, most) for kind, several in curves.items() for curve, _ in several)
    return (f'<g transform="translate({40 + at * (WIDTH + 60)} 30)"><text x="0" y="-10">{config}: loss of hidden words, training</text>'
            f'<path class="axis" d="M0 0V{HEIGHT}H{WIDTH}"/><text x="-6" y="8" text-anchor="end">{most:.1f}</text>'
            f'<text x="-6" y="{HEIGHT}" text-anchor="end">{least:.1f}</text><text x="{WIDTH}" y="{HEIGHT + 16}" text-anchor="end">step {options.steps}</text>{lines}</g>\n')


def said(values):
    return f"{statistics.mean(values):.3f} ({min(values):.3f}–{max(values):.3f})"


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    bertlet("vocab", "train", "--text", options.text, "--out", folder / "vocab.txt", "--size", 8000, "--quiet")
    panels = ""
    print("| | held-out loss, fp32 | bf16 | difference of means |\n|---|---|---|---|")
    for at, config in enumerate(options.configs.split(",")):
        curves = {precision: [run(folder, config, precision, seed) for seed in SEEDS] for precision in PRECISIONS}
        panels += panel(config, curves, at)
        last = {precision: [held_out[-1][1] for _, held_out in several] for precision, several in curves.items()}
        difference = statistics.mean(last["bf16"]) - statistics.mean(last["fp32"])
        print(f"| {config} | {said(last['fp32'])} | {said(last['bf16'])} | {difference:+.4f} |", flush=True)
    count = len(options.configs.split(","))
    width = 40 + count * (WIDTH + 60)
    options.out.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT + 60}" width="{width}" height="{HEIGHT + 60}" role="img">'
                           f"<title>Pre-training in fp32 and bf16, three seeds each</title><style>{STYLE}</style>\n{panels}"
                           f'<text x="40" y="{HEIGHT + 56}">fp32: full lines; bf16: dashes; three seeds each</text></svg>\n')
