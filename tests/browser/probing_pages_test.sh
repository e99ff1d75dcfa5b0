#!/usr/bin/env bash
# The pages of `bertlet probe`, neighbours, senses and map in a browser: they are drawn, wide and narrow, light and dark;
# what the pointer or the keys lead to, and what is hidden, is what --json says. With a folder as second argument the
# pictures stay there to be looked at. Without Chromium this is skipped.
#   bash tests/browser/probing_pages_test.sh BUILD [PICTURES]
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pictures=${2:-$work}
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[[ -n $browser ]] || { echo "skipped: there is no Chromium" && exit 77; }
browse() { timeout 120 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" "$@" 2>/dev/null; }

cd "$work"
for task in classify ner; do "$bertlet" sample-data $task --out $task --rows 48 --quiet; done
"$bertlet" finetune classify --model tiny --train classify/train.tsv --out run --epochs 2 --max-length 64 --threads 1 --held-out 0 --quiet
printf 'label\ttext\n' >texts.tsv
tail -n +2 classify/train.tsv | awk -F '\t' '{ print $2 "\t" $1 }' >>texts.tsv
printf '<b>\tThe fox </script><script>document.title="broken"</script> مرحبا 🦊\n' >>texts.tsv
for i in 1 2 3 4 5 6 7 8; do
  printf '1\tThe\t_\tDET\t_\t_\t2\t_\t_\t_\n2\tfox\t_\tNOUN\t_\t_\t3\t_\t_\t_\n3\tran%s\t_\tVERB\t_\t_\t0\t_\t_\t_\n\n' $i
done >trees.conllu
"$bertlet" map run texts.tsv --html map.html --json >map.json
"$bertlet" map run texts.tsv --by t-sne --perplexity 5 --steps 200 --html t-sne.html --quiet
printf 'sense\ttext\na\tThe fox ran.\na\tA red fox.\nb\tThat old fox said.\nb\tMister fox.\n' >senses.tsv
"$bertlet" senses run fox --file senses.tsv --label sense --html senses.html --quiet
"$bertlet" probe run --data ner/train.conll --dev ner/dev.conll --control --html probe.html --quiet
"$bertlet" probe run --treebank trees.conllu --dev trees.conllu --epochs 2 --html trees.html --quiet
cut -f 2 texts.tsv >texts.txt
"$bertlet" neighbours run fox --file texts.txt --html neighbours.html --quiet

used() { # NAME, and a script that leaves what it saw in the title
  cat "$1.html" - >used.html
  browse --window-size=500,844 --dump-dom "file://$work/used.html" | grep -o '<title>[^<]*</title>' | head -n 1
}

title=$(used map <<'END'
<script>
const svg = document.querySelector("svg.scatter"), marks = [...svg.querySelectorAll(".mark")];
const told = JSON.parse(document.getElementById("points").textContent);
const at = marks[5].getBoundingClientRect();
svg.dispatchEvent(new PointerEvent("pointermove", {clientX: at.x + at.width / 2, clientY: at.y + at.height / 2, bubbles: true}));
const pointed = hint.textContent === told[5].text + told[5].label;
svg.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
svg.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowLeft", bubbles: true}));
const walked = !hint.hidden && hint.textContent.length > 0;
svg.dispatchEvent(new KeyboardEvent("keydown", {key: "Escape", bubbles: true}));
const gone = hint.hidden;
document.querySelector("button.label").click();
const hidden = marks.filter((mark) => getComputedStyle(mark).display === "none").length;
const wanted = marks.filter((mark) => mark.dataset.label === "0").length;
document.querySelector("button.label").click();  // shown again
svg.dispatchEvent(new KeyboardEvent("keydown", {key: "End", bubbles: true}));
const last = hint.textContent.includes("مرحبا");
document.title = [pointed, walked, gone, hidden === wanted && wanted > 0, last,
                  document.documentElement.scrollWidth > innerWidth].join(" ");
</script>
END
)
[[ $title == '<title>true true true true true false</title>' ]] || fail "map: got $title"

title=$(used trees <<'END'
<script>
const shown = () => [...document.querySelectorAll(".trees")].filter((each) => getComputedStyle(each).display !== "none").map((each) => each.id);
document.getElementById("layer1").click();
document.title = [shown().join(), document.querySelectorAll("#trees1 .gold").length,
                  document.documentElement.scrollWidth > innerWidth].join(" ");
</script>
END
)
[[ $title == '<title>trees1 16 false</title>' ]] || fail "trees: got $title"

title=$(used senses <<'END'
<script>
document.querySelectorAll("button.label")[1].click();
document.title = [document.querySelectorAll("svg.scatter").length, document.querySelectorAll(".mark.off").length,
                  document.documentElement.scrollWidth > innerWidth].join(" ");
</script>
END
)
[[ $title == '<title>3 6 false</title>' ]] || fail "senses: got $title"

for page in map t-sne senses probe trees neighbours; do
  for size in 1280,800 390,844; do
    for dark in '' --force-dark-mode; do
      picture="$pictures/$page-$size$dark.png"
      browse --hide-scrollbars --window-size=$size $dark --blink-settings=preferredColorScheme=$([[ -n $dark ]] && echo 0 || echo 1) \
        --screenshot="$picture" "file://$work/$page.html" >/dev/null
      [[ $(wc -c <"$picture") -gt 8000 ]] || fail "$page $size $dark: the picture is empty"
    done
  done
done

[[ $failures -eq 0 ]] && echo "all right"
exit $((failures > 0))
