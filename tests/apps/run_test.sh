#!/usr/bin/env bash
# `bertlet run`, `fill-mask` and `encode` on a model made here: what they print, what they refuse, and in which words.
#   bash tests/apps/run_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }

# Fresh weights are small, so that the decoder's bias decides: cat 5, ##s 4, sit 3, [SEP] 2, all others 0.
cat >"$work/config.json" <<'END'
{"architectures": ["BertForMaskedLM"], "vocab_size": 9, "hidden_size": 4, "num_hidden_layers": 1,
 "num_attention_heads": 1, "intermediate_size": 4, "max_position_embeddings": 32}
END
printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' the cat '##s' sit >"$work/vocab.txt"
header='{"cls.predictions.bias":{"dtype":"F32","shape":[9],"data_offsets":[0,36]},
         "bert.embeddings.LayerNorm.bias":{"dtype":"F32","shape":[4],"data_offsets":[36,52]}}'
none='\0\0\0\0'
printf "\\x$(printf %02x ${#header})\\0\\0\\0\\0\\0\\0\\0$header" >"$work/model.safetensors"
printf "$none$none$none\\0\\0\\0\\100$none$none\\0\\0\\240\\100\\0\\0\\200\\100\\0\\0\\100\\100$none$none$none$none" >>"$work/model.safetensors"

# expect CODE TEXT ARGUMENTS…: the exit code, and what the output has in it
expect() {
  local want=$1 text=$2 code=0
  shift 2
  "$bertlet" "$@" >"$work/out" 2>&1 || code=$?
  [[ $code -eq $want ]] || fail "$*: got exit code $code, want $want"
  grep -qF -- "$text" "$work/out" || fail "$*: got '$(<"$work/out")', want '$text' in it"
}

# --- run --------------------------------------------------------------------------------------------------------------
lab=(run "$work" --input "$work/in.json" --output "$work/out.safetensors")
given() { echo "$1" >"$work/in.json"; }

given '{"input_ids": [[2, 5, 4, 3], [2, 4, 3, 0]], "attention_mask": [[1, 1, 1, 1], [1, 1, 1, 0]],
        "labels": [[-100, -100, 6, -100], [-100, 6, -100, -100]]}'
expect 0 'attentions.0             [2, 1, 4, 4]' "${lab[@]}" --quiet=false
expect 0 'fresh weights for: ' "${lab[@]}" --grad
grep -q 'grad.bert.embeddings.word_embeddings.weight' "$work/out.safetensors" || fail "run --grad: no gradient in the file"
grep -q 'fresh weights' <("$bertlet" "${lab[@]}" --quiet 2>&1) && fail "run --quiet: speaks"
expect 0 '"lr":0.0,"grad_norm":' run "$work" --input "$work/in.json" --steps 3 --warmup 2 --lr 1e-2 --quiet
[[ $(wc -l <"$work/out") -eq 3 ]] || fail "run --steps 3: got $(wc -l <"$work/out") lines"
cp "$work/out" "$work/one"
expect 0 '"step":3' run "$work" --input "$work/in.json" --steps 3 --warmup 2 --lr 1e-2 --quiet --threads 1
cmp -s "$work/out" "$work/one" || fail "run: the losses depend on the number of threads"
given '{"input_ids": [[2, 5, 4, 3], [2, 4, 3, 0]]}'
expect 0 'logits                   [2, 2]' "${lab[@]}" --head sequence-classification
expect 1 'the input has no labels for this head' "${lab[@]}" --head sequence-classification --grad
expect 1 "head: got 'nonsense', want one of: model pretraining" "${lab[@]}" --head nonsense
expect 2 'want --output F, --steps N or both' run "$work" --input "$work/in.json"
given '{"input_ids": [[2, 5], [2]]}'
expect 1 'in.json: input_ids.[1]: got a list, want an array of 2, as beside it' "${lab[@]}"
given '{"input_ids": [[2, 5, 9]]}'
expect 1 'input_ids: id 2 is 9, want 0 … 8' "${lab[@]}"
given '{"labels": [1]}'
expect 1 "in.json: 'input_ids' is missing" "${lab[@]}"
given '{"input_ids": [[2, 5]], "attention_mask": [[1, 1, 1]]}'
expect 1 'batch: got a mask [1, 3], want [1, 2] or [1, 2, 2]' "${lab[@]}"
given '{"input_ids": [[2, 5.5]]}'
expect 1 'want whole numbers' "${lab[@]}"

# --- fill-mask --------------------------------------------------------------------------------------------------------
expect 0 'cat ' fill-mask "$work" 'the [MASK]' --top-k 1 --quiet
expect 0 '"sequence":"the cats"' fill-mask "$work" 'the cat[MASK]' --top-k 2 --json --quiet
expect 0 'mask 2' fill-mask "$work" '[MASK] [MASK]' --quiet
expect 0 'the ' fill-mask "$work" 'the [MASK]' --targets the sit --quiet
expect 1 'got a text without [MASK]' fill-mask "$work" 'the cat' --quiet
expect 1 "'dog cat' is 2 tokens, want one" fill-mask "$work" '[MASK]' --targets 'dog cat' --quiet

# --- encode -----------------------------------------------------------------------------------------------------------
printf 'the cat\n\nthe cats sit\n' >"$work/lines"
expect 0 '[' encode "$work" "$work/lines" --quiet
[[ $(wc -l <"$work/out") -eq 3 ]] || fail "encode: got $(wc -l <"$work/out") lines for 3"
cp "$work/out" "$work/one"
expect 0 '[' encode "$work" "$work/lines" --quiet --batch 1 --threads 1
cmp -s "$work/out" "$work/one" || fail "encode: vectors depend on the batch or the threads"
expect 1 'nowhere: No such file' encode "$work" "$work/nowhere" --quiet
expect 1 'got layer 9, want 0 to 1' encode "$work" "$work/lines" --layer 9 --quiet
expect 1 '/nowhere/vocab.txt: No such file' encode /nowhere "$work/lines"

[[ $failures -eq 0 ]] && echo "all right"
exit $((failures > 0))
