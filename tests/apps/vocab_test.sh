#!/usr/bin/env bash
# `bertlet vocab`: the same bytes whatever the threads and however the text arrives; files that are there stay; where
# BERTLET_PYTHON names a Python that has `tokenizers`, the same tokens as its trainer.
#   bash tests/apps/vocab_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }
same() { [[ $2 == "$3" ]] || fail "$1: got '$2', want '$3'"; }
train() { "$bertlet" vocab train --quiet --size 900 "$@"; }

# A text of a million words, in which some are frequent and most are rare.
awk 'BEGIN { srand(7); for (i = 0; i < 60000; i++) { line = ""
  for (j = 0; j < 16; j++) { n = int(exp(rand() * 11)); w = ""
    for (m = n; m > 0; m = int(m / 7)) w = w substr("atonesir", m % 7 + 1, 1 + m % 2)
    line = line " " w }
  print line } }' >"$work/text"

train --text "$work/text" --out "$work/vocab" --threads 1
same "as many as asked for" "$(wc -l <"$work/vocab")" 900
same "special tokens" "$(head -n 5 "$work/vocab" | tr '\n' ' ')" "[PAD] [UNK] [CLS] [SEP] [MASK] "
train --text "$work/text" --out "$work/eight" --threads 8
cmp "$work/vocab" "$work/eight" || fail "eight threads: another vocabulary"
train --text - --out "$work/piped" <"$work/text"
cmp "$work/vocab" "$work/piped" || fail "standard input: another vocabulary"
while IFS= read -r -d '' -n 4099 part || [[ $part ]]; do printf '%s' "$part"; done < <(head -n 3000 "$work/text") |
  train --text - --out "$work/slow"
head -n 3000 "$work/text" >"$work/begin" && tail -n +3001 "$work/text" >"$work/end"
train --text "$work/begin" --out "$work/begun"
cmp "$work/slow" "$work/begun" || fail "a pipe in small parts: another vocabulary"
train --text "$work/begin" "$work/end" --out "$work/two"
cmp "$work/vocab" "$work/two" || fail "two files: another vocabulary"
train --text "$work/text" --out "$work/few1" --most-words 2000 --threads 1
train --text - --out "$work/few8" --most-words 2000 --threads 8 <"$work/text"
cmp "$work/few1" "$work/few8" || fail "few words remembered: another vocabulary"

# What goes wrong goes wrong before the work begins.
code=0
train --text "$work/text" --out "$work/vocab" 2>"$work/err" || code=$?
same "a file that is there" "$code $(<"$work/err")" "1 bertlet: $work/vocab: is there already — with --force it is replaced"
train --text "$work/begin" --out "$work/eight" --force || fail "--force: exit code $?"
cmp -s "$work/begun" "$work/eight" || fail "--force: not replaced"
code=0
train --text "$work/text" --out "$work/no/vocab" 2>"$work/err" || code=$?
same "no folder" "$code $(<"$work/err")" "1 bertlet: $work/no: there is no such folder"
code=0
train --text /dev/null --out "$work/none" 2>"$work/err" || code=$?
same "no words" "$code $(<"$work/err")" "1 bertlet: vocab train: the text has no words"
code=0
train --text /no/such --out "$work/none" 2>"$work/err" || code=$?
same "no text" "$code $(<"$work/err")" "1 bertlet: /no/such: No such file or directory"

# Interrupted: exit code 130, and what was there is there still.
cp "$work/vocab" "$work/before"
mkfifo "$work/in"
set -m
"$bertlet" vocab train --text "$work/in" --out "$work/vocab" --force 2>/dev/null &
program=$!
exec 3>"$work/in"
cat "$work/text" >&3
kill -INT "$program"
code=0
wait "$program" || code=$?
exec 3>&-
same "interrupted" "$code" 130
cmp "$work/before" "$work/vocab" || fail "interrupted: the file was changed"
same "nothing is left" "$(find "$work" -name '*.partial')" ""

# What it prints.
same "a summary" "$(echo 'a b a b' | "$bertlet" vocab train --text - --size 7 --out "$work/ab")" \
  "$work/ab: 7 tokens from 4 words, 2 of them different"
"$bertlet" vocab train --text "$work/begin" --out "$work/json" --size 900 --json >"$work/out"
grep -q '"size":900,.*"distinct_words":.*"forgotten":0,' "$work/out" || fail "--json: $(<"$work/out")"
same "inspect" "$("$bertlet" vocab inspect "$work/vocab" --text "$work/text" | grep -E 'tokens$|coverage')" \
  $'900 tokens\nkind                     tokens\nscript                   tokens\ncoverage            100.0000 %'
"$bertlet" vocab inspect "$work/ab" --text - --json <<<'a b c c dog' >"$work/out"
grep -q '"most_frequent_unknown":\[{"word":"c","count":2},{"word":"dog","count":1}\]' "$work/out" || fail "inspect --json: $(<"$work/out")"
grep -q '"unknown_rate":0.6,' "$work/out" || fail "inspect --json: $(<"$work/out")"

[[ $failures -eq 0 ]] && echo "vocab does what it should"
