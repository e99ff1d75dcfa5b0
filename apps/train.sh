#!/usr/bin/env bash
# Fine-tunes on a folder with train.* and dev.*, such as `bertlet sample-data TASK --out DATA` writes. Options go to
# `bertlet finetune`; without --model it begins from nothing, with a tiny model. It fails if the model is not better on
# dev than what knows only how frequent the labels are.
#   bash apps/train.sh classify /tmp/data /tmp/run
#   bash apps/train.sh ner /tmp/data /tmp/run --model DIR --crf --epochs 3
# For distill, without --teacher, a classifier is trained first, in RUN_DIR-teacher; unlabelled.* is used where it is there.
set -euo pipefail
[[ $# -ge 3 ]] || { echo "usage: bash apps/train.sh TASK DATA_DIR RUN_DIR [OPTIONS]" >&2 && exit 2; }
task=$1 data=$(realpath "$2") run=$(realpath -m "$3")
shift 3
root=$(realpath "$(dirname "$0")/..")

[[ -x $root/build/bertlet ]] || bash "$root/apps/build.sh"
file() { find "$data" -maxdepth 1 -name "$1.*" | LC_ALL=C sort | head -n 1; }
[[ -n $(file train) && -n $(file dev) ]] || { echo "train.sh: $data has no train.* or no dev.*" >&2 && exit 1; }

asked=" $* " options=()
if [[ $task == distill ]]; then
  if [[ $asked != *" --teacher "* ]]; then
    again=()
    for option in "$@"; do [[ $option != --force && $option != --resume ]] || again+=("$option"); done
    bash "$root/apps/train.sh" classify "$data" "$run-teacher" "${again[@]}"
    options+=(--teacher "$run-teacher")
  fi
  [[ -z $(file unlabelled) ]] || options+=(--unlabelled "$(file unlabelled)")
elif [[ $asked != *" --model "* ]]; then
  epochs=20
  [[ $task != mlm && $task != causal ]] || epochs=5
  options+=(--model tiny)
  [[ $asked == *" --epochs "* ]] || options+=(--epochs $epochs)
fi
"$root/build/bertlet" finetune "$task" --train "$(file train)" --dev "$(file dev)" --out "$run" "${options[@]}" "$@"
bash "$root/apps/eval.sh" "$run" "$data"
