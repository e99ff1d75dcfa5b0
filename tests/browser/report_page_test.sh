#!/usr/bin/env bash
# The page of `bertlet report` in a browser: it is drawn, wide and narrow, its script runs, and a click hides a run.
#   bash tests/browser/report_page_test.sh BUILD [PICTURES]
set -euo pipefail
source "$(dirname "$0")/browser.sh"

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
title=$(title_of "$work/used.html")
[[ $title == *'step 23one, training'*'one, held out7.2 (20)'* ]] || fail "the hint in the middle is another: $title"
[[ $title == *' | zoom: true true true true true true<'* ]] || fail "zoom: got $title"
[[ $title == *' | 3 lines | wider than the window: false'* ]] || fail "got $title"

for size in 1300,1100 420,900; do
  picture "report-$size" "$work/page.html" $size
done

finish
