#!/usr/bin/env bash
# `bertlet tokenize` in a pipe: lines, order, memory, and readers that leave.
#   bash tests/apps/tokenize_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }
same() { [[ $2 == "$3" ]] || fail "$1: got '$2', want '$3'"; }

vocab=$work/vocab.txt
printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' the cat '##s' sat é '.' A >"$vocab"
tokenize() { "$bertlet" tokenize --vocab "$vocab" "$@"; }
ids() { sed -E 's/.*"ids":(\[[^]]*\]).*/\1/'; }

same "a line" "$(echo 'The cáts.' | tokenize)" \
  '{"tokens":["[CLS]","the","cat","##s",".","[SEP]"],"ids":[2,5,6,7,10,3],"offsets":[[0,0],[0,3],[4,7],[7,8],[8,9],[0,0]],"byte_offsets":[[0,0],[0,3],[4,8],[8,9],[9,10],[0,0]],"word_ids":[null,0,1,1,2,null]}'
same "LF alone ends a line" "$(printf 'the\rcat\xe2\x80\xa8sat\v\n\nthe' | tokenize | ids | tr '\n' ' ')" '[2,5,6,8,3] [2,3] [2,5,3] '
same "no input" "$(tokenize </dev/null)" ''
same "no special tokens" "$(echo 'the [MASK]' | tokenize --no-special | ids)" '[5,4]'
same "cased" "$(echo 'A a é É' | tokenize --cased --no-special | ids)" '[11,1,9,1]'
same "accents stay" "$(echo 'É' | tokenize --strip-accents false --no-special | ids)" '[9]'
same "Google's rules" "$(echo '[MASK]' | tokenize --rules google --no-special | ids)" '[1,1,1]'
same "ideographs" "$(printf '的人' | tokenize --no-special | ids)" '[1,1]'
same "no ideographs" "$(printf '的人' | tokenize --no-special --no-chinese | ids)" '[1]'
same "a pair" "$(printf 'the\tcat sat\n' | tokenize --pair | ids)" '[2,5,3,6,8,3]'
same "a length" "$(echo 'the cat sat' | tokenize --max-length 4 | ids)" '[2,5,6,3]'
printf "[UNK]\n[CLS]\n[SEP]\na\na\n" >"$work/odd"
same "remarks" "$("$bertlet" tokenize --vocab "$work/odd" </dev/null 2>&1)" "$work/odd: line 5 repeats line 4: 'a'"
same "quiet" "$("$bertlet" tokenize --quiet --vocab "$work/odd" </dev/null 2>&1)" ''

mkdir "$work/model" && cp "$vocab" "$work/model/vocab.txt" && echo '{"do_lower_case": false}' >"$work/model/tokenizer_config.json"
same "a model directory" "$(echo 'A a' | "$bertlet" tokenize --no-special --vocab "$work/model" | ids)" '[11,1]'
same "which says all" "$("$bertlet" tokenize --cased --vocab "$work/model" 2>&1 </dev/null || true)" \
  "bertlet: $work/model: is a model directory, want no --cased, --strip-accents, --no-chinese or --rules"

# Many lines: the order is kept, whatever the number of threads.
seq 1 20000 | sed 's/$/ the cats sat. é/' >"$work/lines"
tokenize --threads 1 "$work/lines" >"$work/one"
tokenize --threads 5 "$work/lines" | cmp - "$work/one" || fail "five threads: another output"
same "as many lines" "$(wc -l <"$work/one")" 20000

# An endless input: the reader of the first lines ends it all, without a word.
code=0
(yes 'the cat sat' | tokenize 2>"$work/err" || true) | head -n 2 >"$work/head" || code=$?
same "head" "$code $(wc -l <"$work/head") $(<"$work/err")" "0 2 "

# A line is answered before the next one comes, and memory does not grow with what went through.
mkfifo "$work/in" "$work/out"
tokenize --threads 2 <"$work/in" >"$work/out" &
program=$!
exec 3>"$work/in" 4<"$work/out"
echo 'the cat' >&3
read -r -t 20 answer <&4 || answer=nothing
same "a line at once" "$(ids <<<"$answer")" '[2,5,6,3]'
peak() { awk '/VmHWM/ { print $2 }' "/proc/$program/status"; }
through() { for _ in $(seq "$1"); do cat "$work/lines" "$work/lines"; done >&3; }
if [[ -r /proc/$program/status ]]; then
  cat <&4 >/dev/null 3>&- &
  reader=$!
  through 3
  before=$(peak)
  through 20
  after=$(peak)
  [[ $after -lt $((before * 3 / 2 + 20000)) ]] || fail "memory: $before kB became $after kB"
fi
exec 3>&-
wait "$program" || fail "the end of the input: exit code $?"
exec 4<&-
wait "${reader:-}" 2>/dev/null || true

[[ $failures -eq 0 ]] && echo "tokenize does in a pipe what it should"
