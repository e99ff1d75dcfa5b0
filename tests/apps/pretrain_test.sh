#!/usr/bin/env bash
# `bertlet pretrain` on a text made here: it learns, and however it is ended, resumed it leaves the same bits.
#   bash tests/apps/pretrain_test.sh BUILD
#   bash tests/apps/pretrain_test.sh BUILD soak    kills and resumes at random instants instead, over and over
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
source "$(dirname "$0")/resume.sh"
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
{"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 128}
END
run=(pretrain --corpus "$work/text" --dev "$work/text" --vocab "$work/vocab.txt" --config "$work/small.json"
  --max-length 32 --dupe-factor 2 --steps 600 --tokens 256 --lr 3e-3 --warmup 50 --save-every 200 --log-every 20 --quiet)
last=checkpoints/step-00000600

"$bertlet" "${run[@]}" --out "$work/whole" || fail "pretrain: exit code $?"
# always the commonest word is right in 0.25 of the cases, the commoner of two answers in 0.64
expects() {
  local value
  value=$(sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p" "$work/whole/metrics.jsonl" | tail -n 1)
  awk "BEGIN { exit !($value > $2) }" || fail "it did not learn: $1 is $value, want more than $2"
}
expects mlm_accuracy 0.6
expects nsp_accuracy 0.75
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

# One run after the other is ended at random instants, kindly or not, on one thread or two, until it is done.
soak() {
  local interruptions=0 program signal
  "$bertlet" "${run[@]}" "$@" --out "$work/whole" --force || fail "$*: exit code $?"
  rm -rf "$work/cut"
  until [[ -d $work/cut/$last ]]; do
    "$bertlet" "${run[@]}" "$@" --out "$work/cut" --resume --threads $((RANDOM % 2 + 1)) &
    program=$!
    sleep "0.$((RANDOM % 90 + 10))"
    signal=KILL && [[ $((RANDOM % 3)) -gt 0 ]] || signal=TERM
    kill -$signal $program 2>/dev/null || true
    wait $program 2>/dev/null || true
    interruptions=$((interruptions + 1))
  done
  "$bertlet" "${run[@]}" "$@" --out "$work/cut" --resume || fail "$*: --resume: exit code $?"
  same cut
  echo "$*: $interruptions interruptions"
}
if [[ ${2:-} == soak ]]; then
  soak --optimizer lamb --masking static --checkpoint-layers
  soak --optimizer google --accumulate 2 --unit n-gram
  soak --optimizer adafactor --task sentence-order
  [[ $failures -eq 0 ]] && echo "all right"
  exit $((failures > 0))
fi

"$bertlet" "${run[@]}" --out "$work/killed" --threads 1 &
program=$!
waits_for killed 220
kill -9 $program
wait $program 2>/dev/null || true
"$bertlet" "${run[@]}" --out "$work/killed" --resume || fail "--resume after kill -9: exit code $?"
same killed

"$bertlet" "${run[@]}" --out "$work/stopped" &
program=$!
waits_for stopped 60
kill -TERM $program
code=0
wait $program || code=$?
[[ $code -eq 130 ]] || fail "SIGTERM: got exit code $code, want 130"
"$bertlet" "${run[@]}" --out "$work/stopped" --resume || fail "--resume after SIGTERM: exit code $?"
same stopped

# says COMMAND…: fails with exit code 1 and this on stderr
refuses() {
  local wanted=$1 code=0
  shift
  "$bertlet" "$@" 2>"$work/err" >/dev/null || code=$?
  [[ $code -eq 1 ]] && grep -q "$wanted" "$work/err" || fail "want '$wanted', got exit code $code, $(<"$work/err")"
}
refuses 'holds something already' "${run[@]}" --out "$work/whole"
refuses 'clip was 1.0, got 2.0' "${run[@]}" --out "$work/whole" --resume --clip 2
(
  exec 9<"$work/whole" && flock 9
  refuses 'another process is at work' "${run[@]}" --out "$work/whole" --resume
  exit $failures
) || failures=$((failures + 1))
"$bertlet" "${run[@]}" --inspect 2 >"$work/out"
grep -q 'tokens, .* of them hidden' "$work/out" || fail "--inspect: $(<"$work/out")"

# Every option that changes the result is insisted on when a run goes on, and the bytes of files, not their names.
brief=(pretrain --vocab "$work/vocab.txt" --config "$work/small.json" --max-length 32 --dupe-factor 2 --steps 4
  --tokens 256 --lr 3e-3 --warmup 2 --save-every 2 --evaluate-every 2 --log-every 2)
sed 's/bee/fly/' "$work/text" >"$work/another"
sed 's/64/32/' "$work/small.json" >"$work/narrow.json"
sed 's/^owl$/elk/' "$work/vocab.txt" >"$work/another.vocab"
declare -A other=([corpus]="$work/another" [dev]="$work/another" [vocab]="$work/another.vocab" [config]="$work/narrow.json"
  [init]="$work/whole/best" [replaced]="0.7 --kept 0.2" [random]="0 --kept 0.2" [kept]="0 --random 0.2"
  [ratio]="2 --schedule slanted-triangular" [cut]="0.2 --schedule slanted-triangular" [cycles]="2 --schedule cosine"
  [power]="2 --schedule polynomial" [end-factor]="0.1 --schedule polynomial" [timescale]="5 --schedule inverse-sqrt"
  [noam-width]="64 --schedule noam" [prepared]="$work/elsewhere")
harmless="threads json quiet save-every keep hours prepared checkpoint-layers no-verify check-finite" untried="inspect version"
"$bertlet" "${brief[@]}" --corpus "$work/text" --out "$work/brief" --hours 1e-9 --quiet || fail "--hours: exit code $?"
resume_with_each_option "$bertlet" "$work/brief" "${brief[@]}" --corpus "$work/text"
cp "$work/text" "$work/renamed"
"$bertlet" "${brief[@]}" --corpus "$work/renamed" --out "$work/brief" --resume --quiet || fail "another name: exit code $?"

# A run that is done may get more steps, and only those.
refuses 'lr was 0.003, got 0.001' "${brief[@]}" --corpus "$work/text" --out "$work/brief" --resume --steps 6 --lr 1e-3
refuses 'steps was 4, got 3' "${brief[@]}" --corpus "$work/text" --out "$work/brief" --resume --steps 3
"$bertlet" "${brief[@]}" --corpus "$work/text" --out "$work/brief" --resume --steps 6 >"$work/out" &&
  grep -q 'goes on: steps was 4, got 6' "$work/out" && grep -q '^step 6/6 ' "$work/out" || fail "longer: $(<"$work/out")"
rm -r "$work/brief/checkpoints"
"$bertlet" "${brief[@]}" --corpus "$work/text" --out "$work/brief" --resume --steps 6 2>&1 >/dev/null |
  grep -q 'there is no checkpoint, so it starts from step 0' || fail "without a checkpoint it does not say where it starts"
"$bertlet" "${brief[@]}" --corpus "$work/text" --out "$work/measured" --steps 0 >"$work/out" &&
  grep -q '^step 0/0  held out .*mlm loss' "$work/out" || fail "--steps 0: $(<"$work/out")"

# What fails leaves nothing behind.
refuses 'want one of: tiny mini' "${brief[@]}" --corpus "$work/text" --config tinny --out "$work/none/deep"
refuses 'none.txt: No such file' "${brief[@]}" --corpus "$work/none.txt" --out "$work/none/deep"
refuses 'sgd: has no beta1' "${brief[@]}" --corpus "$work/text" --optimizer sgd --beta1 0.5 --out "$work/none/deep"
refuses 'linear: has no cycles' "${brief[@]}" --corpus "$work/text" --cycles 2 --out "$work/none/deep"
[[ ! -e $work/none ]] || fail "a wrong call leaves $(find "$work/none")"

# Without --dev a share is held out; what was prepared is used again; and a model goes on from one that is there.
short=(pretrain --corpus "$work/text" --max-length 32 --steps 4 --tokens 256 --save-every 2 --log-every 2)
"$bertlet" "${short[@]}" --vocab "$work/vocab.txt" --config "$work/small.json" --held-out 0.1 --prepared "$work/prepared" \
  --out "$work/first" >"$work/out" || fail "--held-out: exit code $?"
grep -q '^documents  *54$' "$work/out" && grep -q 'held out .*mlm accuracy' "$work/out" || fail "--held-out: $(<"$work/out")"
made=$(stat -c %Y.%i "$work/prepared/train.instances")
"$bertlet" "${short[@]}" --init "$work/first/best" --held-out 0.1 --prepared "$work/prepared" --out "$work/second" --json \
  >"$work/out" || fail "--init: exit code $?"
[[ $(stat -c %Y.%i "$work/prepared/train.instances") == "$made" ]] || fail "what was prepared is made again"
[[ $(grep -o '"step":[0-9]*' "$work/out" | tr '\n' ' ') == '"step":2 "step":2 "step":4 "step":4 ' ]] &&
  [[ $(grep -c '"evaluation":{.*"mlm_loss":.*}$' "$work/out") -eq 2 ]] || fail "--json: $(<"$work/out")"

[[ $failures -eq 0 ]] && echo "all right"
exit $((failures > 0))
