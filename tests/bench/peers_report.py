"""The tables of tests/bench/README.md from what peers.py measured, and peers.json."""
import json
import statistics

from chapter import HERE, machine_text, put, seconds_text


def medians(results):
    return {label: statistics.median(each["seconds"]) for label, each in results.items() if each["seconds"]}


def line(row, results):
    """| what | ours | the fastest other | ratio | spread | others |"""
    ours, *others = row.contestants
    middle = medians(results)
    rest = {label: seconds for label, seconds in middle.items() if label != ours}
    lacking = [f"{label}: not available" for label in others if label not in middle]
    fastest = min(rest, key=rest.get) if rest else None
    own, best = (seconds_text(middle[ours]) if ours in middle else "not available"), f"{fastest} {seconds_text(rest[fastest])}" if rest else "not available"
    more = ", ".join([f"{label} {seconds_text(seconds)}" for label, seconds in rest.items() if label != fastest] + (lacking if rest else []))
    if ours not in middle or not rest:
        return f"| {row.title} | {own} | {best} | – | – | {more} |"
    ratios = [b / a for a, b in zip(results[ours]["seconds"], results[fastest]["seconds"])]
    return f"| {row.title} | {own} | {best} | **{statistics.median(ratios):.2f}** | {min(ratios):.2f} … {max(ratios):.2f} | {more} |"


def tables(rows, state):
    text, group = "", None
    for row in rows:
        if not any(each["seconds"] or "unavailable" in each for each in state["rows"].get(row.name, {}).values()):
            continue
        if row.group != group:
            ours, other = next(iter(row.contestants)), "fastest other" if len(row.contestants) > 2 else "beside"
            text += f"\n| {row.group} | {ours} | {other} | times as fast | spread | others |\n|---|---|---|---|---|---|\n"
            group = row.group
        text += line(row, state["rows"][row.name]) + "\n"
    return text


def memory(rows, state):
    """| what | ours | other | share |"""
    def peak(name, label):
        return state["rows"].get(name, {}).get(label, {}).get("peak_rss_mb")

    wanted = [("training step of base 8×128, fp32", ("step-base-8x128-fp32", "bertlet"), ("step-base-8x128-fp32", "PyTorch")),
              ("training step of base 8×128, bf16", ("step-base-8x128-bf16", "bertlet"), ("step-base-8x128-bf16", "PyTorch")),
              ("training step of base 2×512, fp32", ("step-base-2x512-fp32", "bertlet"), ("step-base-2x512-fp32", "PyTorch")),
              ("inference of base 1×128, int8 beside fp32", ("infer-1x128-int8", "bertlet"), ("infer-1x128-fp32", "bertlet")),
              ("inference of base 1×128, bf16 beside fp32", ("infer-1x128-bf16", "bertlet"), ("infer-1x128-fp32", "bertlet"))]
    lines = [f"| {title} | {peak(*a):.0f} MB | {peak(*b):.0f} MB | {peak(*a) / peak(*b):.2f} |" for title, a, b in wanted if peak(*a) and peak(*b)]
    return "\n| peak memory | bertlet | beside (PyTorch, or fp32) | share |\n|---|---|---|---|\n" + "\n".join(lines) + "\n" if lines else ""


def head(state):
    facts = state["facts"]
    versions = ", ".join(f"{package} {version}" for package, version in facts["versions"].items())
    return (f"Medians of rounds in which all take turns, on {machine_text(facts)}; {versions}. "
            "*Times as fast* is the median of the rounds' ratios, beside it the least and the most. "
            "A step is forward, losses, backward, clipping and AdamW; PyTorch computes scores of masked words only, as bertlet does. "
            "Of real lengths, engines get the faster of pads and four batches of like length.\n")


def text(rows, state):
    return head(state) + tables(rows, state) + memory(rows, state)


def shortened(state):
    rounded = lambda value: float(f"{value:.4g}")
    rows = {name: {label: {key: [rounded(x) for x in value] if isinstance(value, list) else value for key, value in each.items()}
                   for label, each in row.items() if each["seconds"] or "unavailable" in each} for name, row in state["rows"].items()}
    return {"facts": state["facts"], "rows": {name: row for name, row in rows.items() if row}}


def write(rows, state):
    (HERE / "peers.json").write_text(json.dumps(shortened(state), indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    put("peers", text(rows, state))
    print(f"written: {HERE / 'peers.json'}, {HERE / 'README.md'}")
