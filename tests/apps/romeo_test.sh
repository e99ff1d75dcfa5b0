#!/usr/bin/env bash
# `bertlet romeo` in a small form that takes a second: it learns whatever the seed, says honestly when it does not, and
# its numbers do not depend on the threads.
#   bash tests/apps/romeo_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }
same() { [[ $2 == "$3" ]] || fail "$1: got '$2', want '$3'"; }
small=(romeo --layers 2 --hidden 64 --heads 4)

# run CODE ARGUMENTS…: what it prints is in out and err.
run() {
  local want=$1 code=0
  shift
  "$bertlet" "${small[@]}" "$@" >"$work/out" 2>"$work/err" || code=$?
  same "exit code of ${small[*]} $*" "$code" "$want"
}
field() { grep -oE "\"$1\":[^,}]+" "$work/out" | cut -d: -f2; }

for seed in 1 2 3 4 5 6 7 8 9 10; do
  run 0 --seed $seed --lr 3e-3 --json
  same "seed $seed, masked words" "$(field masked_right)" "$(field masked_total)"
  same "seed $seed, next sentences" "$(field isnext_right) of $(field isnext_total)" "6 of 6"
  awk "BEGIN { exit !($(field final_loss) < 0.05) }" || fail "seed $seed: the loss is $(field final_loss)"
done
same "the result's keys" "$(grep -oE '"[a-z_]+"' "$work/out" | tr '\n' ' ')" \
  '"epochs" "final_loss" "masked_total" "masked_right" "isnext_total" "isnext_right" "seconds" '
same "a result is all there is" "$(wc -l <"$work/out") $(wc -c <"$work/err")" "1 0"

for threads in 1 2 3; do
  run 0 --threads $threads --lr 3e-3 --json
  field final_loss
done >"$work/losses"
same "the same bits with any number of threads" "$(sort -u "$work/losses" | wc -l)" 1

run 0 --lr 3e-3 --json --html "$work/story.html"
same "the story's chapters" "$(grep -oE '<h2>[^<]*' "$work/story.html" | cut -c 5- | paste -sd ';')" \
  "The dialogue;An example is masked;It learns;Where it looks, before and after;What it answers"
same "points of the curves" "$(grep -oE 'data-points="[^"]*' "$work/story.html" | tr ',' '\n' | wc -l)" 200
same "masked tokens of the example" "$(grep -cE '>(masked|as it was|another word)<' "$work/story.html")" 2

run 1 --epochs 1
grep -q '^bertlet: romeo: it did not learn: got .* of 13 masked words' "$work/err" || fail "one epoch: $(<"$work/err")"
run 1 --recipe tutorial --explain --epochs 3  # with PyTorch's first values the loss begins high; pads are frequent
grep -qE '^epoch   1  loss [1-9][0-9]\.' "$work/out" || fail "the tutorial: $(grep '^epoch   1' "$work/out")"
grep -qF 'asked for      1.64' "$work/out" || fail "the tutorial: $(grep 'asked for  ' "$work/out")"
run 2 --recipe mine
same "five heads" "$("$bertlet" romeo --hidden 64 --heads 5 2>&1)" \
  "bertlet: config: num_attention_heads: got 5 for hidden_size 64, want a divisor"
run 2 --length 4

run 0 --explain --lr 3e-3
for part in 'Unlike the tutorial' 'The vocabulary: 29 tokens' '28 you' 'hello is masked' 'you is asked for, but stays' '3.37  the logarithm' \
  'epoch  10 ' 'epoch 100 ' 'worse than blind' 'looks around' '5  the juliet ' 'head of the last layer looks' \
  '13 of 13 masked words and 6 of 6 next sentences are right'; do
  grep -qF -- "$part" "$work/out" || fail "--explain: '$part' is not there"
done
same "a line for every ten epochs, and the first" "$(grep -c '^epoch' "$work/out")" 11
run 0 --batch 3 --length 12 --max-masked 1 --feed-forward 32 --warmup 5 --clip 0.5 --lr 5e-3
grep -q ' 3 examples of ' "$work/out" || fail "--batch 3: $(head -n 1 "$work/out")"
run 0 --quiet --lr 3e-3
same "--quiet" "$(wc -l <"$work/out")" 1

printf '%s\n' "Où est-il? \"Ici\", dit-elle." '' "Don't go -- 你好" "Why not?" >"$work/lines"
run 0 --text "$work/lines" --lr 3e-3 --explain
grep -q ' 3 examples of ' "$work/out" && grep -q 'words of the dialogue' "$work/out" && grep -q 'est' "$work/out" ||
  fail "--text: $(<"$work/out")"
head -n 1 "$work/lines" >"$work/line"
run 1 --text "$work/line"
grep -q 'line: got 1 lines, want a dialogue of at least 2' "$work/err" || fail "one line: $(<"$work/err")"

set -m
"$bertlet" "${small[@]}" --epochs 1000000 >"$work/out" 2>&1 &
program=$!
until grep -q '^epoch  10' "$work/out"; do sleep 0.05; done
kill -INT "$program"
code=0
wait "$program" || code=$?
same "interrupted" "$code" 130

[[ $failures -eq 0 ]] && echo "The toy learns"
