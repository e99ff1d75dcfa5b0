#!/usr/bin/env bash
# `bertlet generate`: a model whose scores are all but fixed, made here.
#   bash tests/apps/generate_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }

source tests/apps/small_model.sh
write_small_model "$work" '"is_decoder": true'

# expect CODE OUTPUT ARGUMENTS…
expect() {
  local want=$1 output=$2 code=0
  shift 2
  "$bertlet" generate "$@" --quiet >"$work/out" 2>&1 || code=$?
  [[ $code -eq $want ]] || fail "generate $*: got exit code $code, want $want"
  [[ $(<"$work/out") == "$output" ]] || fail "generate $*: got '$(<"$work/out")', want '$output'"
}

expect 0 "the cats sit" "$work" the --no-repeat-ngram-size 1
expect 0 "the cats" "$work" the --no-repeat-ngram-size 1 --stop '##s' --no-cache
expect 0 "the cat cat" "$work" The --max-new-tokens 2 --seed 7
expect 0 "thess" "$work" the --bad-words cat --max-new-tokens 2
expect 0 '{"prompt_ids":[2,5],"texts":[{"text":"the cats sit","ids":[2,5,6,7,8,3]}]}' \
  "$work" the --no-repeat-ngram-size 1 --json
expect 0 $'the cat cat\nthe cats' "$work" the --beams 2 --num-return 2 --max-new-tokens 2
expect 0 "the cat cat" "$work" the --top-k 1 --max-new-tokens 2
expect 1 "bertlet: generate: got 2 beams and words drawn by chance, want one of them" "$work" the --beams 2 --top-k 1 \
  --max-new-tokens 2
expect 1 "bertlet: generate: got a prompt of 2 words and max_new_tokens 40, want together at most 33, for which the model has positions" \
  "$work" the --max-new-tokens 40
expect 1 "bertlet: $work/vocab.txt: 'dog' is not among its 9 tokens" "$work" the --stop dog
mistyped=$("$bertlet" generate /no/such the 2>&1) && fail "a mistyped name: want an error"
[[ $mistyped == "bertlet: /no/such: there is no such directory; nothing is downloaded: "* ]] || fail "a mistyped name: got '$mistyped'"
expect 2 "bertlet generate: PROMPT is required (see bertlet generate --help)" "$work"

one=$("$bertlet" generate "$work" the --sample --max-new-tokens 9 --seed 1 --threads 1 2>/dev/null)
[[ $one == "$("$bertlet" generate "$work" the --sample --max-new-tokens 9 --seed 1 --threads 2 --no-cache 2>/dev/null)" ]] ||
  fail "--sample: want the same words with any number of threads, cached or not"
[[ $one != "$("$bertlet" generate "$work" the --sample --max-new-tokens 9 --seed 2 2>/dev/null)" ]] ||
  fail "--sample: want other words for another seed"

sed -i 's/true/false/' "$work/config.json"
expect 0 "the cat cat" "$work" the --as-decoder --max-new-tokens 2
expect 1 "bertlet: $work/config.json: got an encoder, whose words look at what follows them, want is_decoder for a model that continues texts; --as-decoder runs this one so, as transformers do with is_decoder=True" \
  "$work" the

[[ $failures -eq 0 ]] || { echo "$failures failures" && exit 1; }
echo "right"
