#!/usr/bin/env bash
# Every kind of page that the program makes, in a browser, wide and narrow, light and dark: nothing is wider than the window,
# nothing is asked of a network, the console stays empty, and axe-core finds nothing. BERTLET_PYTHON names a Python that
# may have axe-playwright-python, which brings axe-core. With a folder as second argument pictures stay there, to be looked
# at. Without Chromium, Python or axe-core it is skipped, the latter after all else.
#   bash tests/browser/pages_test.sh BUILD [PICTURES]
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pictures=$(realpath "${2:-$work}")
python=${BERTLET_PYTHON:-python3}
command -v "$python" >/dev/null || { echo "skipped: there is no $python" && exit 77; }
cd "$work"

for task in mlm classify ner; do
  "$bertlet" sample-data $task --out $task --rows 48 --quiet
  "$bertlet" finetune $task --model tiny --train $task/train.* --out $task-run --epochs 6 --lr 2e-3 --max-length 64 --threads 1 \
    --quiet
done
"$bertlet" finetune classify --model tiny --train classify/train.* --out classify-run-2 --epochs 4 --lr 1e-3 --max-length 64 --threads 1 \
  --quiet

text='The doctor was [MASK] by مرحبا 🦊 .'
mkdir pages
page() { # NAME COMMAND…
  local name=$1
  shift
  "$bertlet" "$@" --html pages/"$name".html --quiet >/dev/null || { echo "$*: exit code $?" && exit 1; }
}
page romeo romeo --layers 2 --hidden 64 --heads 4 --lr 3e-3
page attention attention mlm-run "$text" 'The nurse ran .'
page attention-beside attention mlm-run "$text" --also 'The nurse ran .' --beside classify-run
page lens lens mlm-run "$text"
page explain explain classify-run "$text"
page explain-words explain mlm-run "$text"
page explain-tags explain ner-run 'Emma sold the map .'
for action in importance 'mask --share 0.5' 'prune --share 0.5 --out half' 'curve --points 3'; do
  page "heads-${action%% *}" heads classify-run $action --data classify/dev.tsv
done
page trace trace mlm-run "$text" --grad
page report report classify-run
page report-several report classify-run classify-run-2 --data classify/dev.tsv --heads
page data-report data report classify/train.tsv --vocab classify-run/best/vocab.txt

"$python" "$here/pages.py" pages "$pictures"
