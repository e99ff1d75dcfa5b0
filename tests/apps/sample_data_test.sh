#!/usr/bin/env bash
# `bertlet sample-data` and `bertlet data`: files for every task, which the program itself reads.
#   bash tests/apps/sample_data_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }
same() { [[ $2 == "$3" ]] || fail "$1: got '$2', want '$3'"; }

for task in classify pair multilabel regress ner qa choice siamese next-sentence distill mlm; do
  "$bertlet" sample-data $task --out "$work/$task" --rows 80 --quiet || fail "$task: exit code $?"
  for part in train dev test; do ls "$work/$task/$part".* >/dev/null || fail "$task has no $part"; done
done
same "a header and as many rows as asked for" "$(wc -l <"$work/classify/train.tsv")" 81
same "a test file" "$(wc -l <"$work/classify/test.tsv")" 11
same "lines without labels" "$(wc -l <"$work/distill/unlabelled.txt")" 160
same "the columns of SWAG" "$(head -n 1 "$work/choice/dev.csv")" "sent1,sent2,ending0,ending1,ending2,ending3,label"
"$bertlet" sample-data classify --out "$work/json" --rows 800 --json | grep -q '"majority":0\.[34].*"bag_of_words":0\.[3-6]' ||
  fail "--json has no scores"

code=0
"$bertlet" sample-data classify --out "$work/classify" 2>"$work/err" || code=$?
same "a folder that is not empty" "$code $(<"$work/err")" \
  "1 bertlet: $work/classify: is there already, want --force to write into it"
code=0
"$bertlet" sample-data poetry --out "$work/poetry" 2>"$work/err" || code=$?
same "a task that is none" "$code" 2

# The report.
printf '[PAD]\n[UNK]\n[CLS]\n[SEP]\nthe\nwas\nby\n' >"$work/vocab.txt"
report() { "$bertlet" data report "$work/classify/dev.tsv" --vocab "$work/vocab.txt" "$@"; }
report --train "$work/classify/train.tsv" | grep -Eq '^in train +0, 0.00 %$' || fail "dev stands in train"
report --train "$work/classify/dev.tsv" --json | grep -q '"in_train":10' || fail "dev does not stand in itself"
printf 'text\tlabel\na\n' >"$work/ragged.tsv"
"$bertlet" data report "$work/ragged.tsv" --vocab "$work/vocab.txt" | grep -q '1 unreadable' || fail "a ragged row is not told"

# Other forms.
printf '{"label": "102", "label_desc": "news", "sentence": "江疏影", "keywords": ""}\n' >"$work/tnews.json"
same "TNEWS" "$("$bertlet" data convert "$work/tnews.json" "$work/tnews.tsv")" \
  "$work/tnews.tsv: 1 rows from JSON lines; text: sentence, label: label"
same "TNEWS as TSV" "$(<"$work/tnews.tsv")" $'sentence\tlabel\n江疏影\t102'
printf '科0\tB-ORG.NAM\n技1\tI-ORG.NAM\n\n我0\tO\n' >"$work/weibo"
"$bertlet" data convert "$work/weibo" "$work/weibo.conll" --scheme bmes --quiet
same "Weibo" "$(<"$work/weibo.conll")" $'科\tB-ORG.NAM\n技\tE-ORG.NAM\n\n我\tO'
code=0
"$bertlet" data convert "$work/weibo" "$work/weibo.txt" 2>"$work/err" || code=$?
same "a form that is none" "$code" 2
refused() {  # WHAT ERROR IN OUT …
  local what=$1 error=$2 code=0
  shift 2
  "$bertlet" data convert "$@" 2>"$work/err" || code=$?
  same "$what" "$code $(<"$work/err")" "1 bertlet: $error"
}
refused "a file that is there" "$work/tnews.tsv: is there already, want --force to write over it" "$work/tnews.json" "$work/tnews.tsv"
cp "$work/tnews.tsv" "$work/kept.tsv"
refused "the input as output, by force" "$work/kept.tsv: is the input, want another name for the output" "$work/kept.tsv" "$work/kept.tsv" --force
same "the input is there" "$(<"$work/kept.tsv")" "$(<"$work/tnews.tsv")"
printf 'I live in Rome\tO O O B-LOC\n' >"$work/course"
same "a sentence and its tags" "$("$bertlet" data convert "$work/course" "$work/course.conll")" \
  "$work/course.conll: 1 sentences from a sentence and its tags a line, a tag for each word: 1 text, 2 label"
"$bertlet" data convert "$work/choice/dev.csv" "$work/choice.jsonl" --choice --quiet
"$bertlet" data convert "$work/choice.jsonl" "$work/choice.csv" --choice --quiet
cmp "$work/choice.csv" "$work/choice/dev.csv" || fail "endings are not the same from CSV through JSON lines"
for task in classify pair ner qa choice mlm; do
  "$bertlet" data report "$work/$task"/dev.* --task $task --vocab "$work/vocab.txt" --html "$work/$task.html" >/dev/null
  grep -q '</svg>' "$work/$task.html" || fail "$task: the page has no histogram"
done
code=0
report --html "$work/pair.html" >/dev/null 2>&1 || code=$?
same "a page that is there" "$code" 1

[[ $failures -eq 0 ]] && echo "sample-data does what it should"
