#!/usr/bin/env bash
# --precision, and models that `bertlet convert --int8` wrote.
#   bash tests/apps/precision_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
cd "$(dirname "$0")/../.."
source tests/apps/small_model.sh
source tests/apps/checks.sh
mkdir model
write_small_model model '"model_type": "bert"'
printf '%s\n' 'the cat' 'the cats sit' sit 'cat cat the' >texts.txt

# least_cosine FILE FILE: of vectors, a line each
least_cosine() {
  paste -d ' ' <(tr -d '[]' <"$1" | tr , ' ') <(tr -d '[]' <"$2" | tr , ' ') | awk '
    { n = NF / 2; ab = aa = bb = 0
      for (i = 1; i <= n; ++i) { ab += $i * $(i + n); aa += $i * $i; bb += $(i + n) * $(i + n) }
      c = ab / sqrt(aa * bb); if (NR == 1 || c < least) least = c }
    END { printf "%.6f", least }'
}
above() { awk -v got="$2" -v want="$3" 'BEGIN { exit !(got >= want) }' || fail "$1: got $2, want at least $3"; }
vectors() { # OUT MODEL OPTION…
  local out=$1
  shift
  "$bertlet" encode "$@" --quiet <texts.txt >"$out" || fail "encode $*: exit code $?"
}

vectors fp32 model
vectors same model --precision fp32
vectors bf16 model --precision bf16
vectors int8 model --precision int8
same "fp32 is what is done anyway" "$(<same)" "$(<fp32)"
[[ $(<bf16) != "$(<fp32)" && $(<int8) != "$(<bf16)" ]] || fail "want other numbers in fewer bits"
above "bf16" "$(least_cosine fp32 bf16)" 0.9999
above "int8" "$(least_cosine fp32 int8)" 0.99
vectors auto model --precision auto
[[ $(<auto) == "$(<fp32)" || $(<auto) == "$(<bf16)" ]] || fail "auto: want fp32 or bf16"
refused 2 "--precision" encode model --precision fp16
refused 2 "--precision" pretrain --corpus texts.txt --vocab model --out run --precision int8

says "layer 0             96       0.25 %" convert model small --int8
says "bert.encoder.layer.0.output.dense.weight                       int8     [4, 4]" info small --tensors
vectors kept small
vectors full small --precision fp32
above "a model in int8 is used so" "$(least_cosine int8 kept)" 0.999999
[[ $(<kept) != "$(<full)" ]] || fail "fp32 of a model in int8: want floats made of its weights"
says "floats: 22 tensors" convert small floats --dtype float32
vectors floats_out floats
same "floats made of int8" "$(<floats_out)" "$(<full)"
says "safetensors, float32 and int8" info small
"$bertlet" convert small again --quiet
cmp small/model.safetensors again/model.safetensors || fail "a copy of a model in int8: want the same file"

says '"cosine":' convert model kept_layer --int8 --data texts.txt --keep 1 --json
vectors all_kept kept_layer
same "the only layer kept" "$(<all_kept)" "$(<fp32)"
refused 2 "--int8" convert model other --keep 1
refused 2 "want one of them" convert model other --int8 --dtype float16
: >empty
refused 1 "holds no text" convert model other --int8 --data empty
refused 1 "in float" convert small other --int8

says "the cat" fill-mask model 'the [MASK]' --precision int8
says "logits" run model --text 'the cat' --head masked-lm --precision bf16

printf 'text\tlabel\nthe cat\ta\nsit sit\tb\nthe the\ta\nsit cat\tb\n' >data.tsv
"$bertlet" finetune classify --model model --train data.tsv --dev data.tsv --epochs 2 --batch 2 --precision bf16 --out run --quiet ||
  fail "finetune --precision bf16: exit code $?"
grep -q '"precision": "bf16"' run/run.json || fail "run.json: want the precision in it"
refused 1 "precision was" finetune classify --model model --train data.tsv --dev data.tsv --epochs 3 --batch 2 --precision fp32 --out run --resume --quiet
says a predict run "the cat" --precision int8

[[ $failures -eq 0 ]] || { echo "$failures failures" && exit 1; }
echo "right"
