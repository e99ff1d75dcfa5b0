"""What `peers.sh` measures: rows, and in each the contestants."""
import dataclasses
import fnmatch
import pathlib

HERE = pathlib.Path(__file__).resolve().parent


@dataclasses.dataclass
class Contestant:
    command: list
    line: str = ""  # what it is told for each turn
    settings: dict = dataclasses.field(default_factory=dict)  # of its environment


@dataclasses.dataclass
class Row:
    name: str
    title: str
    group: str
    guess: float  # seconds that five rounds take
    contestants: dict  # label: Contestant; the first is what is compared with the fastest of the others
    turns: int = 1  # in a round, of which the median counts; 0: a round is a whole process


def step_rows(program, python):
    sizes = [("tiny", 32, 64, "full", 35), ("mini", 16, 128, "full", 60), ("small", 8, 128, "full", 75), ("base", 8, 128, "full", 160),
             ("base", 8, 128, "uniform", 130), ("base", 2, 512, "full", 160)]
    for precision in ("fp32", "bf16"):
        for size, batch, length, kind, guess in sizes:
            shape = [size, str(batch), str(length), kind]
            ours = [program, "bench", "step", "--config", size, "--batch", str(batch), "--length", str(length), "--lengths", kind, "--threads", "2", "--turns"]
            ways = {"bertlet": Contestant(ours + (["--precision", precision] if precision != "fp32" else []))}
            for way, label in (("eager", "PyTorch"), ("compiled", "PyTorch compiled")):
                ways[label] = Contestant([python, "-W", "ignore", HERE / "peer_step.py", *shape, precision, way])
            name = f"step-{size}-{batch}x{length}" + ("-real" if kind == "uniform" else "") + f"-{precision}"
            lengths = ", real lengths (8 … 128)" if kind == "uniform" else ""
            yield Row(name, f"{size} {batch}×{length}{lengths}", f"training step, {precision}", guess, ways)


def infer_rows(program, python, folder):
    shapes = [(1, 16, "full", 9, 15), (1, 128, "full", 5, 20), (32, 128, "full", 1, 110), (32, 128, "uniform", 1, 100)]
    engines = {
        "fp32": {"torch": "PyTorch", "compiled": "PyTorch compiled", "openvino": "OpenVINO", "onnxruntime": "onnxruntime", "ctranslate2": "CTranslate2"},
        "bf16": {"torch": "PyTorch", "compiled": "PyTorch compiled", "openvino": "OpenVINO", "ctranslate2": "CTranslate2"},
        "int8": {"openvino": "OpenVINO", "onnxruntime": "onnxruntime", "onnxruntime-static": "onnxruntime static", "ctranslate2": "CTranslate2"},
    }
    for precision, labels in engines.items():
        for batch, length, kind, turns, guess in shapes:
            shape = ["--batch", str(batch), "--length", str(length), "--lengths", kind]
            ours = [program, "bench", "infer", "--config", "base", *shape, "--precision", precision, "--threads", "2", "--turns"]
            ways = {"bertlet": Contestant(ours)}
            for engine, label in labels.items():
                ways[label] = Contestant([python, "-W", "ignore", HERE / "peer_infer.py", engine, precision, folder], f"{batch} {length} {kind}")
            name = f"infer-{batch}x{length}" + ("-real" if kind == "uniform" else "") + f"-{precision}"
            yield Row(name, f"base {batch}×{length}" + (", real lengths (8 … 128)" if kind == "uniform" else ""), f"inference, {precision}", guess, ways, turns)


def thread_rows(program):
    for size, batch, length, guess in (("tiny", 32, 64, 8), ("mini", 16, 128, 20), ("small", 8, 128, 25), ("base", 8, 128, 70)):
        ours = [program, "bench", "step", "--config", size, "--batch", str(batch), "--length", str(length), "--turns", "--threads"]
        ways = {"two threads": Contestant([*ours, "2"]), "one thread": Contestant([*ours, "1"])}
        yield Row(f"threads-{size}-{batch}x{length}", f"{size} {batch}×{length}", "training step, fp32, bertlet on one and two threads", guess, ways)


def whole_rows(program, python, folder, data, quick):
    toy = ["2"] if quick else ["100"]
    yield Row("toy", f"the toy of `bertlet romeo`, {toy[0]} epochs", "whole processes", 220,
              {"bertlet": Contestant([program, "romeo", "--epochs", *toy, "--threads", "2", "--quiet"]),
               "PyTorch": Contestant([python, "-W", "ignore", HERE / "peer_toy.py", *toy])}, 0)
    yield Row("fill-mask", "first fill-mask of base", "whole processes", 40,
              {"bertlet": Contestant([program, "fill-mask", folder / "base-words", "the cat [MASK] on the mat .", "--threads", "2", "--quiet"]),
               "transformers": Contestant([python, "-W", "ignore", HERE / "peer_fill_mask.py", folder / "base-words"])}, 0)
    for precision in ("fp32", "bf16"):
        tuned = lambda side: [python, HERE / "real_data.py", program, data, "--only", "sst2", "--side", side, "--precision", precision,
                              *(["--rows", "200"] if quick else [])]
        yield Row(f"sst2-{precision}", f"SST-2 from MiniLM, three epochs, {precision}", "whole processes", 300,
                  {"bertlet": Contestant(tuned("bertlet")), "transformers": Contestant(tuned("transformers"))}, 0)


def all_rows(program, python, folder, data, quick):
    return [*step_rows(program, python), *infer_rows(program, python, folder), *thread_rows(program), *whole_rows(program, python, folder, data, quick)]


def chosen(rows, patterns):
    names = [row.name for row in rows]
    for pattern in patterns:
        if not fnmatch.filter(names, pattern):
            raise SystemExit(f"peers: --rows: got '{pattern}', want some of: {' '.join(names)} (or a pattern, as step-*-fp32)")
    return [row for row in rows if any(fnmatch.fnmatch(row.name, pattern) for pattern in patterns)]
