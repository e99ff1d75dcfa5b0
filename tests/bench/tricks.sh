#!/usr/bin/env bash
# What each trick of fine-tuning does: a line of Markdown each, the mean and standard deviation of accuracy on dev over
# some seeds. A tiny model is pre-trained on sentences without labels, and fine-tuned on few with labels.
#   bash tests/bench/tricks.sh BUILD [SEEDS] [FRACTION]
set -euo pipefail
bertlet=$(realpath "$1")/bertlet seeds=${2:-5} fraction=${3:-0.1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$bertlet" sample-data classify --out "$work/data" --quiet >/dev/null
"$bertlet" sample-data ner --out "$work/ner" --quiet >/dev/null
"$bertlet" sample-data mlm --out "$work/text" --quiet
"$bertlet" finetune mlm --model tiny --train "$work/text/train.txt" --out "$work/mlm" --epochs 6 --quiet
pretrained=(--model "$work/mlm/best") few=(--fraction "$fraction")
data=(--train "$work/data/train.tsv" --dev "$work/data/dev.tsv" --epochs 10 --lr 5e-4)

# row WHAT MEASURE TASK OPTIONS…: one line of the table.
row() {
  local what=$1 measure=$2 task=$3 said
  shift 3
  said=$("$bertlet" finetune "$task" --out "$work/run" --force --seeds "$seeds" --quiet --json "$@" | tail -n 1)
  number() { sed "s/.*\"$1\":{[^}]*\"$measure\":\([-0-9.e]*\).*/\1/" <<<"$said"; }
  LC_ALL=C printf '| %s | %.3f ± %.3f |\n' "$what" "$(number mean)" "$(number deviation)"
}
trick() { row "\`$*\`" accuracy classify "${data[@]}" "${pretrained[@]}" "${few[@]}" "$@"; }

printf '| classify, %s of the labels | accuracy |\n|---|---|\n' "$fraction"
row "pre-trained, and nothing else" accuracy classify "${data[@]}" "${pretrained[@]}" "${few[@]}"
row "not pre-trained" accuracy classify "${data[@]}" --model tiny "${few[@]}"
row "pre-trained, all labels" accuracy classify "${data[@]}" "${pretrained[@]}"
row "not pre-trained, all labels" accuracy classify "${data[@]}" --model tiny

for head in mlp cnn lstm gru; do trick --head $head; done
for pool in cls mean max attention first-last; do trick --pool $pool; done
trick --pool mean --layers mixed
trick --pool mean --layers 1
trick --freeze 1
trick --fresh-layers 1
trick --layer-decay 0.7
trick --head-lr 10
trick --head-decay 0.1
trick --weight-decay 0.1
trick --dropout 0.1
trick --smoothing 0.1
trick --dropout 0.1 --r-drop 1
for epsilon in 0.1 1; do trick --fgm $epsilon; done
trick --average 3
trick --warmup 0
trick --schedule constant
trick --schedule cosine
trick --optimizer google
trick --batch 8
trick --accumulate 4

tags=(--train "$work/ner/train.conll" --dev "$work/ner/dev.conll" --epochs 20 --model tiny "${few[@]}")
printf '\n| ner, %s of the labels | entity F1 |\n|---|---|\n' "$fraction"
row "linear" f1 ner "${tags[@]}"
row "\`--crf\`" f1 ner "${tags[@]}" --crf
row "\`--head lstm\`" f1 ner "${tags[@]}" --head lstm
row "\`--head lstm --crf\`" f1 ner "${tags[@]}" --head lstm --crf
