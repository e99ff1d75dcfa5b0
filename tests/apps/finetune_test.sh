#!/usr/bin/env bash
# Every task from made-up data to predictions, from nothing, in a short form; and what else `bertlet finetune`, evaluate
# and predict promise.
#   bash tests/apps/finetune_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }
value() { sed -n "s/\"majority\":{[^}]*}//; s/.*\"$1\":\([-0-9.e]*\).*/\1/p"; }  # the model's

cat >"$work/small.json" <<'END'
{"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 128}
END

# learns TASK MEASURE BAR ROWS OPTIONS…: trained on made-up data, the measure on dev is above the bar, which is well
# above what the labels' frequencies give, and every example of test has a prediction.
learns() {
  local task=$1 measure=$2 bar=$3 rows=$4 data=$work/$1 run=$work/$1-run got train
  shift 4
  "$bertlet" sample-data "$task" --out "$data" --rows "$rows" --quiet >/dev/null
  train=$(find "$data" -name 'train.*')
  "$bertlet" finetune "$task" --model "$work/small.json" --train "$train" --dev "${train/train./dev.}" --out "$run" \
    --quiet --dropout 0 --lr 1e-3 "$@" || { fail "$task: finetune: exit code $?" && return; }
  got=$("$bertlet" evaluate "$run" --data "${train/train./dev.}" --json --better-than-majority | value "$measure")
  awk "BEGIN { exit !($got > $bar) }" || fail "$task: $measure is $got, want more than $bar"
  "$bertlet" predict "$run" --data "${train/train./test.}" --out "$run/predictions.csv" --quiet ||
    fail "$task: predict: exit code $?"
  echo "$task: $measure $got"
}

learns classify accuracy 0.7 1000 --epochs 12
learns ner f1 0.7 600 --epochs 8
learns qa f1 60 600 --epochs 12
learns multilabel micro_f1 0.6 1000 --epochs 12
learns regress spearman 0.5 1000 --epochs 12
learns pair accuracy 0.6 1500 --epochs 15
learns choice accuracy 0.4 1000 --epochs 12
learns siamese spearman 0.5 1000 --epochs 8

# An option is offered where it changes something.
for wrong in "qa --balanced" "regress --smoothing 0.1" "multilabel --r-drop 1" "choice --crf" "ner --pool mean"; do
  said=$("$bertlet" finetune $wrong --model tiny --train none --out "$work/none" 2>&1) && fail "$wrong: is taken"
  [[ $said == *"not expected: --"* ]] || fail "$wrong: says $said"
done
said=$("$bertlet" finetune ner --crf --balanced --model tiny --train none --out "$work/none" 2>&1) &&
  fail "--crf --balanced: is taken"
[[ $said == *"want neither beside it"* ]] || fail "--crf --balanced: says $said"

[[ $failures -eq 0 ]] && echo "all right"
exit $((failures > 0))
