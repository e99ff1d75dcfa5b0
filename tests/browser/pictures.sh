#!/usr/bin/env bash
# Makes the pictures of bert/view/README.md anew: of MiniLM's attention, and of two models trained here on made-up data.
#   bash tests/browser/pictures.sh BUILD MINILM
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
minilm=$(realpath "$2")
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

for task in mlm classify; do
  "$bertlet" sample-data $task --out $task --rows 600 --quiet
  "$bertlet" finetune $task --model tiny --train $task/train.* --out $task-run --epochs 8 --lr 1e-3 --max-length 64 --threads 1 --quiet
done
"$bertlet" attention "$minilm" 'The animal did not cross the street because it was too tired.' --html attention.html --quiet
"$bertlet" lens mlm-run 'The doctor was [MASK] by the nurse .' --html lens.html --quiet
"$bertlet" explain classify-run 'The doctor bought a new engine for the old car .' --html explain.html --quiet
"$bertlet" trace classify-run 'The doctor ran .' --grad --html trace.html --quiet
"$bertlet" heads classify-run curve --data classify/dev.tsv --html heads.html --quiet
"$bertlet" report classify-run --data classify/dev.tsv --html report.html --quiet
python3 "$here/pictures.py" "$work" "$here/../../bert/view/pictures"
