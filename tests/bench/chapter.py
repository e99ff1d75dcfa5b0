"""What the scripts here measure with `bertlet bench`, and where they write it."""
import json
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent


def measured(program, what, options, **settings):
    """The JSON of `bertlet bench WHAT`; `settings` are of its environment."""
    command = [str(program), "bench", what, "--json", *(str(part) for name, value in options.items() for part in (f"--{name}", value))]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | settings)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def machine():
    """The processor, the cores that may be used, and what of its instructions matters for products."""
    facts = dict(line.split(":", 1) for line in pathlib.Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines())
    facts = {name.strip(): value.strip() for name, value in facts.items()}
    wanted = ("avx2", "fma", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8")
    return {"processor": facts.get("model name", "unknown"), "cores": len(os.sched_getaffinity(0)),
            "features": [each for each in wanted if each in facts.get("flags", "").split()]}


def machine_text(facts):
    return f"{facts['cores']} cores of an {facts['processor']} ({', '.join(facts['features'])})"


def seconds_text(seconds):
    return f"{seconds:.2f} s" if seconds >= 1 else f"{1e3 * seconds:.0f} ms" if seconds >= 0.1 else f"{1e3 * seconds:.1f} ms"


def put(name, text):
    """Between the two marks that tests/bench/README.md has for it."""
    readme, begin, end = HERE / "README.md", f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, found, rest = readme.read_text(encoding="utf8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"{readme}: want the marks {begin} and {end}")
    readme.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf8")
