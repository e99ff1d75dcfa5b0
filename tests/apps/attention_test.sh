#!/usr/bin/env bash
# `bertlet attention` beside transformers, and what it draws in the terminal. BERTLET_PYTHON names a Python that has torch
# and transformers; where it has not, this says so.
#   bash tests/apps/attention_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
cd "$(dirname "$0")/../.."
source tests/apps/small_model.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }

mkdir "$work/model"
write_small_model "$work/model" '"architectures": ["BertForMaskedLM"]'
"$bertlet" attention "$work/model" 'the cats sit' --quiet >"$work/out" || fail "exit code $?"
grep -q '^layer 0, mean of 1 heads$' "$work/out" || fail "no map: $(<"$work/out")"
grep -Eq '^  2 cat +[░▒▓█ ]+  0\.[0-9]+ ' "$work/out" || fail "no row for cat: $(<"$work/out")"
grep -Eq '^   0   [nps.bCS-]$' "$work/out" || fail "no letter for the head: $(<"$work/out")"
"$bertlet" attention "$work/model" 'the cats sit' --json --quiet | grep -q '^{"model":".*","tokens":\["\[CLS\]","the","cat","##s","sit","\[SEP\]"\]' ||
  fail "--json has other tokens"

refused() {  # WHAT OPTIONS…
  local what=$1
  shift
  ! "$bertlet" attention "$work/model" "$@" >"$work/out" 2>&1 && grep -qFe "$what" "$work/out" || fail "$*: got $(<"$work/out"), want: $what"
}
refused 'want TEXT, --also TEXT or --file F'
refused '--layers: got 1, want 0 to 0' the --html "$work/page.html" --layers 1
refused '--heads: got 4, want 0 to 0' the --heads 4
refused 'got a text of 42 tokens, want at most 32' "$(yes the | head -n 40 | tr '\n' ' ')"
echo keep >"$work/there"
refused 'is there already, want --force' the --npz "$work/there"
[[ $(<"$work/there") == keep ]] || fail "a file was written over"

python=${BERTLET_PYTHON:-python3}
status=0
if command -v "$python" >/dev/null; then
  "$python" -W ignore tests/bert/differential/attention.py "$bertlet" || status=$?
else
  echo "skipped: there is no $python" && status=77
fi
[[ $status -eq 0 || $status -eq 77 ]] || fail "other numbers than transformers"

[[ $failures -eq 0 ]] || exit 1
[[ $status -ne 77 ]] || exit 77
echo "all right"
