#!/usr/bin/env bash
# `bertlet run`, `fill-mask`, `encode`, `convert`, `vocab add` and `tokenize` on a model made here: what they print, what
# they refuse, and in which words.
#   bash tests/apps/run_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }

source "$(dirname "$0")/small_model.sh"
write_small_model "$work" '"architectures": ["BertForMaskedLM"]'

# expect CODE TEXT ARGUMENTS…: the exit code, and what the output has in it
expect() {
  local want=$1 text=$2 code=0
  shift 2
  "$bertlet" "$@" >"$work/out" 2>&1 || code=$?
  [[ $code -eq $want ]] || fail "$*: got exit code $code, want $want"
  grep -qF -- "$text" "$work/out" || fail "$*: got '$(<"$work/out")', want '$text' in it"
}

# --- run --------------------------------------------------------------------------------------------------------------
lab=(run "$work" --input "$work/in.json" --output "$work/out.safetensors" --force)
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
expect 0 '"step":2' "${lab[@]}" --steps 2 --quiet
cp "$work/out" "$work/one"
expect 0 '"step":2' "${lab[@]}" --grad --steps 2 --quiet
cmp -s "$work/out" "$work/one" || fail "run --steps: the losses depend on whether there was an output with gradients"
grep -q 'grad.bert.embeddings.word_embeddings.weight' "$work/out.safetensors" || fail "run --grad --steps: no gradient in the file"
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

# A text is cut by the model's vocabulary: [CLS] the cats [SEP] sit [SEP].
expect 0 'logits                   [1, 7, 9]' run "$work" --text 'the cats' --text-b sit
expect 0 'logits                   [1, 2]' run "$work" --text 'the cats' --head sequence-classification
expect 0 'start_logits             [1, 5]' run "$work" --text 'the cats' --head question-answering
expect 0 'logits                   [1, 3]' run "$work" --text the --text-b cat --text-b 'cats sit' --text-b sit --head multiple-choice
given '{"input_ids": [[2, 5, 6, 7, 3, 8, 3]], "token_type_ids": [[0, 0, 0, 0, 0, 1, 1]]}'
expect 0 'logits' "${lab[@]}"
cp "$work/out.safetensors" "$work/one"
expect 0 'logits' run "$work" --text 'the cats' --text-b sit --output "$work/out.safetensors" --force
cmp -s "$work/out.safetensors" "$work/one" || fail "run --text: gives other numbers than its ids"
echo mine >"$work/out.safetensors"
expect 1 'out.safetensors: is there already, want --force to replace it' run "$work" --text the --output "$work/out.safetensors"
[[ $(<"$work/out.safetensors") == mine ]] || fail "run --output: replaces a file that is there"
expect 0 'logits' run "$work" --text the --output "$work/new.safetensors"
expect 2 'want --input F or --text TEXT' run "$work" --text the --input "$work/in.json"
expect 2 'want --input F or --text TEXT' run "$work"
expect 2 '--text-b: want --text with it' run "$work" --input "$work/in.json" --text-b the

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
expect 1 '/nowhere: there is no such directory; nothing is downloaded' encode /nowhere "$work/lines"
expect 2 'got several files, want one' encode "$work" a b
expect 2 'got --tokens and --similar, want one of them' encode "$work" a --tokens --similar
expect 0 '{"text":"the cat","vector":[' encode "$work" "$work/lines" --json --quiet
expect 0 '{"tokens":["[CLS]","the","cat","[SEP]"],"vectors":[[' encode "$work" "$work/lines" --tokens --quiet
expect 0 '1.0000' encode "$work" --similar 'the cat' 'The cat' --quiet
expect 0 '3' encode "$work" --similar 'the cat' 'cat' 'the cats' --quiet
grep -qE '^2 +-?0\.[0-9]{4} +1\.0000 +-?0\.[0-9]{4}  cat$' "$work/out" || fail "encode --similar: got '$(<"$work/out")'"
expect 0 '{"texts":["the cat","cat"],"similarity":[[' encode "$work" --similar 'the cat' 'cat' --json --quiet
expect 1 '--similar: got 1 texts, want 2' encode "$work" --similar 'the cat' --quiet
printf 'cat\tcat\nthe cat\tsit\n' >"$work/pairs"
"$bertlet" encode "$work" --similar --pair --quiet <"$work/pairs" >"$work/out"
[[ $(head -1 "$work/out") == $'1.0000\tcat\tcat' && $(wc -l <"$work/out") -eq 2 ]] || fail "encode --similar --pair: got '$(<"$work/out")'"

# --- a run, and a model without weights, are taken as models ------------------------------------------------------------
mkdir -p "$work/run/best" && cp "$work"/{config.json,vocab.txt,model.safetensors} "$work/run/best"
expect 0 'cat ' fill-mask "$work/run" 'the [MASK]' --top-k 1 --quiet
expect 0 '[' encode "$work/run" "$work/lines" --quiet
expect 0 'cls.predictions.bias' info "$work/run" --tensors
[[ $(echo 'the cats' | "$bertlet" tokenize --vocab "$work/run" --no-special) == *'["the","cat","##s"]'* ]] || fail "tokenize: takes no run"
rm "$work/run/best/model.safetensors"
expect 0 'run/best: holds no weights' fill-mask "$work/run" 'the [MASK]'
printf 'the\ncat\n' >>"$work/run/best/vocab.txt" && printf '1\n2\n' >>"$work/run/best/vocab.txt"
expect 1 'run/best: the vocabulary has 13 tokens, and the model embeddings for 9' fill-mask "$work/run" 'the [MASK]'
head -7 "$work/vocab.txt" >"$work/run/best/vocab.txt"
expect 0 "run/best: the vocabulary has 7 tokens; the model's last 2 embeddings belong to none" fill-mask "$work/run" 'the [MASK]'
echo '{"model_type": "roberta", "architectures": ["RobertaForMaskedLM"]}' >"$work/run/best/config.json"
expect 1 'is a RobertaForMaskedLM; only BERT and DistilBERT are supported' fill-mask "$work/run" 'the [MASK]'

# --- convert and vocab add keep all of it -------------------------------------------------------------------------------
mkdir "$work/whole" && cp "$work"/{config.json,vocab.txt,model.safetensors} "$work/whole" && echo '{}' >"$work/whole/task.json"
expect 0 '22 tensors' convert "$work/whole" "$work/half" --dtype float16
[[ $(ls "$work/half") == $'checksums.json\nconfig.json\nmodel.safetensors\ntask.json\nvocab.txt' ]] || fail "convert: wrote $(ls "$work/half")"
expect 0 'cat ' fill-mask "$work/half" 'the [MASK]' --top-k 1 --quiet
expect 1 'half: is what is read, want another place' convert "$work/half" "$work/half" --force
expect 1 'half/model.safetensors: is what is read' convert "$work/half" "$work/half/model.safetensors" --force
expect 1 'half/model.safetensors: is what is read' convert "$work/half/model.safetensors" "$work/half" --force
expect 1 'half/model.safetensors: is there already, want --force' convert "$work/whole" "$work/half"
expect 1 'nowhere: there is no such folder' convert "$work/whole" "$work/nowhere/x.safetensors"
expect 0 '2 new tokens, 11 in all; embeddings for 11, before 9' vocab add "$work/half" "$work/more" dog '<x>'
[[ -f $work/more/task.json ]] || fail "vocab add: loses task.json"
expect 0 'dog ' fill-mask "$work/more" 'the [MASK]' --targets dog cat --quiet
[[ $(echo 'a <X>dog' | "$bertlet" tokenize --vocab "$work/more" --no-special) == *'"ids":[1,10,9]'* ]] || fail "vocab add: <x> is not found"
expect 0 'cat: is there already, with the id 6' vocab add "$work/whole" "$work/same" cat
expect 2 'TOKEN or --from is required' vocab add "$work/whole" "$work/none"
expect 1 'more/model.safetensors: is there already, want --force' vocab add "$work/whole" "$work/more" dog

# --- from lines to `run` and back ---------------------------------------------------------------------------------------
printf 'the\tcats\nsit\tcat sit\n' | "$bertlet" tokenize --vocab "$work" --padded --pair >"$work/in.json"
[[ $(<"$work/in.json") == '{"input_ids":[[2,5,3,6,7,3],[2,8,3,6,8,3]],"attention_mask":[[1,1,1,1,1,1],[1,1,1,1,1,1]],"token_type_ids":[[0,0,0,1,1,1],[0,0,0,1,1,1]]}' ]] ||
  fail "tokenize --padded --pair: got $(<"$work/in.json")"
printf 'the\nsit cats\n' | "$bertlet" tokenize --vocab "$work" --padded >"$work/in.json"
[[ $(<"$work/in.json") == '{"input_ids":[[2,5,3,0,0],[2,8,6,7,3]],"attention_mask":[[1,1,1,0,0],[1,1,1,1,1]],'* ]] ||
  fail "tokenize --padded: got $(<"$work/in.json")"
expect 0 'logits                   [2, 5, 9]' "${lab[@]}"
decoded() { "$bertlet" tokenize --vocab "$work" --decode "${@:2}" 2>&1 <<<"$1" || true; }
[[ $(decoded '2 6 7, 3') == '[CLS] cats [SEP]' ]] || fail "tokenize --decode: got '$(decoded '2 6 7, 3')'"
[[ $(decoded '[2, 6, 7, 3]' --skip-special) == 'cats' ]] || fail "tokenize --decode of a list: got '$(decoded '[2, 6, 7, 3]' --skip-special)'"
[[ $(decoded '{"ids": [5, 6]}') == 'the cat' ]] || fail "tokenize --decode of an object: got '$(decoded '{"ids": [5, 6]}')'"
[[ $(decoded '5 cat') == "bertlet: stdin: line 1: got 'cat', want ids" ]] || fail "tokenize --decode: got '$(decoded '5 cat')'"
[[ $(decoded '5 9') == 'bertlet: stdin: line 1: got id 9, want 0 to 8' ]] || fail "tokenize --decode: got '$(decoded '5 9')'"
expect 2 '--decode: takes ids, want no --padded' tokenize --vocab "$work" --decode --padded
expect 2 '--skip-special: want --decode with it' tokenize --vocab "$work" --skip-special

[[ $failures -eq 0 ]] && echo "all right"
exit $((failures > 0))
