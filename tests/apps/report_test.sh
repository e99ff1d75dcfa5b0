#!/usr/bin/env bash
# `bertlet report` on runs made here: what it prints, and that its page is whole, needs nothing else and lets no text of
# a run be more than text.
#   bash tests/apps/report_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }

make_run() {  # NAME RATE
  mkdir "$work/$1"
  echo "{\"lr\": $2, \"seed\": 1, \"references\": {\"loss\": {\"<i>blind</i>\": 3}},
         \"histograms\": {\"labels\": {\"bars\": [[\"<b>\", 3], [\"no\", 5]]}, \"lengths\": {\"bins\": [[0, 8, 2], [8, 16, 7]]}}}" \
    >"$work/$1/run.json"
  for step in $(seq 10 10 200); do
    echo "{\"step\": $step, \"loss\": $((400 - step)).5e-2, \"lr\": $2, \"<script>alert(1)</script>\": 1}"
    [[ $((step % 100)) -ne 0 ]] || echo "{\"step\": $step, \"evaluation\": {\"loss\": 2.$step, \"accuracy\": 0.$step}}"
  done >"$work/$1/metrics.jsonl"
  echo '{"step": 200, "seconds": 4, "tokens": 1000}' >"$work/$1/speed.jsonl"
}
make_run slow 1e-4
make_run 'fast & "bold"' 1e-3

"$bertlet" report "$work/slow" >"$work/out" 2>"$work/err" || fail "report: exit code $?, $(<"$work/err")"
grep -q '/slow: 200 steps, 1 000 tokens in 4.0 s$' "$work/out" || fail "totals: $(<"$work/out")"
grep -Eq '^loss +held out +2.2 +2.1 +100$' "$work/out" || fail "loss: $(<"$work/out")"
grep -Eq '^tokens_per_second +training +250 *$' "$work/out" || fail "tokens per second: $(<"$work/out")"

"$bertlet" report "$work/slow" --json >"$work/out"
for part in '"steps":200' '"seconds":4.0' '"accuracy":{"last":0.2,"last_step":200,"best":0.2,"best_step":200}'; do
  grep -qF "$part" "$work/out" || fail "--json has no $part: $(<"$work/out")"
done

echo '{"step": 210, "loss": null}' >>"$work/slow/metrics.jsonl"
echo 'nonsense' >>"$work/slow/metrics.jsonl"
printf '{"step": 220, "los' >>"$work/slow/metrics.jsonl"
"$bertlet" report "$work/slow" "$work/fast & \"bold\"" --html "$work/page.html" >"$work/out" 2>"$work/err" ||
  fail "report --html: exit code $?, $(<"$work/err")"
[[ $(wc -l <"$work/err") -eq 1 ]] && grep -q 'metrics.jsonl:24: ' "$work/err" || fail "a broken line: $(<"$work/err")"
page=$work/page.html
grep -Eq 'https?:|src=|href=|url\([^#]|@import' "$page" && fail "the page wants something from elsewhere"
grep -q '<script>alert\|<b>\|<i>' "$page" && fail "a text of the run is a tag of the page"
[[ $(grep -c '<figure' "$page") -eq 7 ]] || fail "got $(grep -c '<figure' "$page") charts, want 7"
for part in 'class="cross"' 'class="best"' 'class="reference"' 'class="bar"' 'id="show1"' 'metrics.jsonl:24'; do
  grep -qF "$part" "$page" || fail "the page has no $part"
done

if command -v python3 >/dev/null; then
  python3 - "$page" <<'END' || fail "a drawing is not well-formed"
import re, sys
import xml.etree.ElementTree as tree
drawings = re.findall(r"<svg.*?</svg>", open(sys.argv[1], encoding="utf-8").read(), re.DOTALL)
assert len(drawings) > 7
for drawing in drawings:
    tree.fromstring(drawing)
END
else
  echo "skipped: there is no python3 to parse the drawings"
fi

code=0
"$bertlet" report "$work" 2>"$work/err" || code=$?
[[ $code -eq 1 ]] && grep -q "has no run.json and no metrics.jsonl" "$work/err" || fail "no run: $code, $(<"$work/err")"

[[ $failures -eq 0 ]] && echo "all right"
exit $((failures > 0))
