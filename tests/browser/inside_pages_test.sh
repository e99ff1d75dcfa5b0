#!/usr/bin/env bash
# The pages of `bertlet lens`, explain and trace in a browser: they are drawn, wide and narrow, light and dark; what is
# pointed at or clicked shows the numbers that --json has.
#   bash tests/browser/inside_pages_test.sh BUILD [PICTURES]
set -euo pipefail
source "$(dirname "$0")/browser.sh"

for task in mlm classify; do
  "$bertlet" sample-data $task --out "$work/$task" --rows 48 --quiet
  "$bertlet" finetune $task --model tiny --train "$work/$task"/train.* --out "$work/$task-run" --epochs 6 --lr 2e-3 --max-length 64 \
    --threads 1 --held-out 0 --quiet
done
hostile='The doctor </script><script>document.title="broken"</script> was [MASK] by مرحبا 🦊 .'
"$bertlet" lens "$work/mlm-run" "$hostile" --html "$work/lens.html" --json >"$work/lens.json"
"$bertlet" explain "$work/classify-run" "$hostile" --html "$work/explain.html" --json >"$work/explain.json"
"$bertlet" trace "$work/mlm-run" "$hostile" --grad --html "$work/trace.html" --json >"$work/trace.json"

# used PAGE: its title after the script on standard input, which says what it did there.
used() {
  cat "$work/$1.html" - >"$work/used.html"
  title_of "$work/used.html" --window-size=500,844
}

title=$(used lens <<'END'
<script>
const cell = document.querySelector(".grid tbody").rows[1].cells[3];
cell.dispatchEvent(new PointerEvent("pointerover", {bubbles: true}));
const said = hint.textContent;
document.querySelector(".grid td").focus();
document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowDown", bubbles: true}));
const reading = JSON.parse(document.getElementById("lens").textContent).layers[2].readings[1];
document.title = [said.includes("rank " + reading.rank + ","), said.includes(reading.likeliest[4].probability.toFixed(4)),
                  document.activeElement.parentElement.rowIndex, document.documentElement.scrollWidth > innerWidth].join(" ");
</script>
END
)
[[ $title == '<title>true true 2 false</title>' ]] || fail "lens: got $title"

title=$(used explain <<'END'
<script>
const word = document.querySelectorAll(".word")[1], colour = () => getComputedStyle(word).backgroundImage;
const before = colour();
document.querySelector("label[for=occlusion]").click();
document.title = [before !== colour(), word.textContent, document.documentElement.scrollWidth > innerWidth].join(" ");
</script>
END
)
[[ $title == '<title>true doctor false</title>' ]] || fail "explain: got $title"

title=$(used trace <<'END'
<script>
location.hash = "box2";
const shown = [...document.querySelectorAll(".box")].filter((box) => getComputedStyle(box).display !== "none");
document.title = [shown.length, shown[0].querySelector("h2").textContent, document.documentElement.scrollWidth > innerWidth].join(" ");
</script>
END
)
[[ $title == '<title>1 Layer 1 false</title>' ]] || fail "trace: got $title"

for page in lens explain trace; do
  for size in 1280,800 390,844; do
    for dark in '' --force-dark-mode; do
      picture "$page-$size$dark" "$work/$page.html" $size $dark --blink-settings=preferredColorScheme=$([[ -n $dark ]] && echo 0 || echo 1)
    done
  done
done

finish
