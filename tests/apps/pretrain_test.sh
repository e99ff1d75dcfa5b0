#!/usr/bin/env bash
# `bertlet pretrain` on a text made here: it learns, and however it is ended, resumed it leaves the same bits.
#   bash tests/apps/pretrain_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }

# Sixty documents, each of one subject: what follows has the same one.
subjects=(cat dog hen fox owl bee)
for document in $(seq 60); do
  subject=${subjects[$((document % 6))]}
  for line in 1 2 3 4; do echo "the $subject saw the $subject and the $subject ran to a $subject"; done
  echo
done >"$work/text"
"$bertlet" vocab train --text "$work/text" --size 60 --out "$work/vocab.txt" --quiet
cat >"$work/small.json" <<'END'
{"hidden_size": 24, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 48}
END
run=(pretrain --corpus "$work/text" --dev "$work/text" --vocab "$work/vocab.txt" --config "$work/small.json"
  --max-length 32 --dupe-factor 2 --steps 240 --tokens 256 --lr 1e-2 --warmup 10 --save-every 80 --log-every 20 --quiet)
last=checkpoints/step-00000240

"$bertlet" "${run[@]}" --out "$work/whole" || fail "pretrain: exit code $?"
accuracy=$(sed -n 's/.*"mlm_accuracy":\([0-9.]*\).*/\1/p' "$work/whole/metrics.jsonl" | tail -n 1)
awk "BEGIN { exit !($accuracy > 0.8) }" || fail "it did not learn: $accuracy of the words are right"
for file in config.json model.safetensors vocab.txt; do
  [[ -f $work/whole/best/$file ]] || fail "best/ has no $file"
done
"$bertlet" fill-mask "$work/whole/best" 'the cat saw the [MASK]' --quiet >/dev/null || fail "fill-mask on best/"

same() {
  for file in metrics.jsonl $last/model.safetensors $last/training.safetensors; do
    cmp -s "$work/whole/$file" "$work/$1/$file" || fail "$1: $file is another"
  done
}
waits_for() { until grep -q "\"step\":$2[,}]" "$work/$1/metrics.jsonl" 2>/dev/null; do sleep 0.01; done; }

"$bertlet" "${run[@]}" --out "$work/killed" --threads 1 &
program=$!
waits_for killed 60
kill -9 $program
wait $program 2>/dev/null || true
"$bertlet" "${run[@]}" --out "$work/killed" --resume || fail "--resume after kill -9: exit code $?"
same killed

"$bertlet" "${run[@]}" --out "$work/stopped" &
program=$!
waits_for stopped 20
kill -TERM $program
code=0
wait $program || code=$?
[[ $code -eq 130 ]] || fail "SIGTERM: got exit code $code, want 130"
"$bertlet" "${run[@]}" --out "$work/stopped" --resume || fail "--resume after SIGTERM: exit code $?"
same stopped

code=0
"$bertlet" "${run[@]}" --out "$work/whole" 2>"$work/err" || code=$?
[[ $code -eq 1 ]] && grep -q 'holds something already' "$work/err" || fail "a run that is there: $code, $(<"$work/err")"
"$bertlet" "${run[@]}" --inspect 2 --out "$work/looked" >"$work/out"
grep -q 'tokens, .* of them hidden' "$work/out" || fail "--inspect: $(<"$work/out")"

[[ $failures -eq 0 ]] && echo "all right"
exit $((failures > 0))
