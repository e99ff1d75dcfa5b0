"""What peers that take turns have in common: a measurement for each line of standard input, its seconds on standard output, and at the
end the peak memory as JSON, as `bertlet bench … --turns` does."""
import json
import resource
import sys
import time

WARM_UP = 3


def take_turns(round_of):
    """`round_of(line)` is what to measure for a line; it runs three times unmeasured when a line comes for the first time."""
    known = {}
    for line in sys.stdin:
        line = line.strip()
        if line not in known:
            known[line] = round_of(line)
            for _ in range(WARM_UP):
                known[line]()
        begin = time.perf_counter()
        known[line]()
        print(f"{time.perf_counter() - begin:.6f}", flush=True)
    print(json.dumps({"peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)


def random_lengths(batch, length, kind):
    """Of the sequences of a batch: `full`, or `uniform` between 8 and the longest."""
    import random

    return [length] * batch if kind == "full" else [random.Random(1).randint(min(8, length), length) for _ in range(batch)]
