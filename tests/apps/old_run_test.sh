#!/usr/bin/env bash
# A run of a program from before checksums had a kind: it is read, reported, resumed and extended, and what is not as it
# was is refused. tests/golden/old_run was made by
#   bertlet pretrain --corpus text.txt --dev text.txt --vocab vocab.txt --config small.json --max-length 16 --dupe-factor 1
#     --steps 2 --tokens 64 --log-every 1 --save-every 1 --out run
#   bash tests/apps/old_run_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$(dirname "$0")/../golden/old_run/." "$work"
cd "$work"
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }
pretrain() {
  "$bertlet" pretrain --corpus text.txt --dev text.txt --vocab vocab.txt --config small.json --max-length 16 --dupe-factor 1 \
    --tokens 64 --log-every 1 --save-every 1 --out run "$@" >out 2>&1
}
goes_on() { pretrain "$@" || fail "$*: exit code $?: $(tail -n 1 out)"; }
refused() {
  local want=$1 && shift
  ! pretrain "$@" || fail "$*: is not refused"
  grep -q "$want" out || fail "$*: got '$(tail -n 1 out)', want '$want'"
}

grep -q '"checksum": "[0-9a-f]\{16\}"' run/run.json || fail "run.json has no old checksum"
grep -q '"checksum": [0-9]' run/checkpoints/step-00000002/state.json || fail "state.json has no old checksum"
"$bertlet" report run | grep -q '^run: 2 steps' || fail "report: got '$("$bertlet" report run | head -n 1)'"
"$bertlet" fill-mask run 'the cat saw the [MASK]' --quiet >/dev/null || fail "fill-mask: exit code $?"
cp -r run done

# What it began with is asked for, and the text that it prepared is used as it is.
echo 'the cow saw the cow' >>text.txt
refused 'corpus was "text.txt" ([0-9a-f]*), got "text.txt" (xxh3:' --steps 2 --resume
sed -i '$d' text.txt
goes_on --steps 2 --resume
cmp -s run/metrics.jsonl done/metrics.jsonl || fail "a run that was done took other steps"
goes_on --steps 4 --resume
grep -q 'was done and goes on: steps was 2, got 4' out || fail "extending: got '$(cat out)'"
cmp -s run/text/text.json done/text/text.json || fail "its text was prepared again"
head -n "$(wc -l <done/metrics.jsonl)" run/metrics.jsonl | cmp -s - done/metrics.jsonl || fail "extending: its past is another"
[[ -d run/checkpoints/step-00000004 ]] || fail "extending: it took no steps"
grep -q '"checksum": "xxh3:' run/run.json || fail "run.json has no new checksum"

# A torn file of an old checkpoint is told.
rm -rf run && mv done run
printf 'x' | dd of=run/checkpoints/step-00000002/model.safetensors bs=1 seek=2000 conv=notrunc status=none
goes_on --steps 2 --resume
grep -q 'step-00000002/model.safetensors: is not as it was written' out || fail "a torn file: got '$(cat out)'"

[[ $failures -eq 0 ]] && echo "all right"
exit $((failures > 0))
