#!/usr/bin/env bash
# The page of `bertlet report` in a browser: it is drawn, wide and narrow, its script runs, and a click hides a run. With
# a folder as second argument the pictures stay there to be looked at. Without Chromium this says so.
#   bash tests/browser/report_page_test.sh BUILD [PICTURES]
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pictures=${2:-$work}
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[[ -n $browser ]] || { echo "skipped: there is no Chromium" && exit 77; }
browse() { timeout 60 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" "$@" 2>/dev/null; }

for run in one two; do
  mkdir "$work/$run"
  echo "{\"name\": \"$run\"}" >"$work/$run/run.json"
  for step in $(seq 50); do
    echo "{\"step\": $step, \"loss\": $((90 - step + ${#run} * (step % 7)))e-1}"
    [[ $((step % 10)) -ne 0 ]] || echo "{\"step\": $step, \"evaluation\": {\"loss\": $((92 - step))e-1, \"accuracy\": 0.$step}}"
  done >"$work/$run/metrics.jsonl"
done
"$bertlet" report "$work/one" "$work/two" --html "$work/page.html" --quiet

# After a move over the first chart and a click on a run's name, what they did is written into the title.
cat "$work/page.html" - >"$work/used.html" <<'END'
<script>
const chart = document.querySelector("svg[data-x]"), box = chart.getBoundingClientRect();
chart.dispatchEvent(new PointerEvent("pointermove", {clientX: box.left + box.width / 2, clientY: box.top + box.height / 2}));
document.querySelector("#show1").click();
const shown = [...document.querySelectorAll(".charts .line")].filter(line => getComputedStyle(line).display !== "none");
const said = hint.textContent;
const at = (type, share, buttons) => chart.dispatchEvent(new PointerEvent(type,
  {bubbles: true, buttons, clientX: box.left + share * box.width, clientY: box.top + box.height / 2}));
const ticks = () => [...chart.querySelectorAll(".tick.middle")].map(tick => Number(tick.textContent)).filter(Number.isFinite);
const whole = ticks();
at("pointerdown", 0.4, 1), at("pointermove", 0.6, 1), at("pointerup", 0.6, 0);
const part = ticks(), reset = document.querySelector(".keys button"), shown_then = !reset.hidden;
chart.dispatchEvent(new KeyboardEvent("keydown", {key: "0", bubbles: true}));
const zoomed = [Math.min(...part) > Math.min(...whole), Math.max(...part) < Math.max(...whole), shown_then, reset.hidden,
                String(ticks()) === String(whole), document.querySelector("details tbody").rows.length > 20].join(" ");
document.title = `${said} | ${shown.length} lines | wider than the window: ${document.documentElement.scrollWidth > innerWidth} | zoom: ${zoomed}`;
</script>
END
browse --dump-dom "file://$work/used.html" >"$work/dom"
title=$(grep -o '<title>[^<]*</title>' "$work/dom" | head -n 1)
[[ $title == *'step 23one, training'*'one, held out7.2 (20)'* ]] || fail "the hint in the middle is another: $title"
[[ $title == *' | zoom: true true true true true true<'* ]] || fail "zoom: got $title"
[[ $title == *' | 3 lines | wider than the window: false'* ]] || fail "got $title"

for size in 1300,1100 420,900; do
  browse --hide-scrollbars --window-size=$size --screenshot="$pictures/report-$size.png" "file://$work/page.html" >/dev/null
  [[ $(wc -c <"$pictures/report-$size.png") -gt 10000 ]] || fail "$size: the picture is empty"
done

[[ $failures -eq 0 ]] && echo "all right"
exit $((failures > 0))
