#!/usr/bin/env bash
# What `bertlet evaluate` shows besides measures, and thresholds for "no answer", with models that have learned nothing.
#   bash tests/apps/evaluate_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }
same() { [[ $2 == "$3" ]] || fail "$1: got '$2', want '$3'"; }

for task in classify multilabel ner qa; do
  "$bertlet" sample-data $task --out $task --rows 16 --quiet
  "$bertlet" finetune $task --model tiny --train $task/train.* --out $task-run --quiet --epochs 1 --threads 1
done

# Of three labels for one text two are wrong.
long=$(printf 'word %.0s' {1..200})
{ printf 'sentence\tlabel\n' && for label in animal machine person; do printf '%s\t%s\n' "$long" $label; done; } >long.tsv
evaluate() { "$bertlet" evaluate classify-run --data long.tsv "$@"; }
same "mistakes" "$(evaluate | grep -c '^long.tsv:[234]: is [a-z]*, said [a-z]*, confidence 0\.[0-9]*: word .*…$')" 2
same "one mistake" "$(evaluate --errors 1 | grep -c '^long.tsv')" 1
same "no mistakes" "$(evaluate --errors 0 | grep -c '^long.tsv' || true)" 0
[[ $(evaluate | wc -L) -lt 250 ]] || fail "a line is longer than people read"
same "the whole text" "$(evaluate --json | grep -o "\"text\":\"$long\"" | wc -l)" 2
evaluate --json --errors 0 | grep -q '"wrong":\[\]' || fail "--errors 0 shows mistakes"
same "a number that is none" "$(evaluate --errors -1 2>/dev/null || echo $?)" 2

"$bertlet" evaluate multilabel-run --data multilabel/train.tsv --errors 1 |
  grep -Eq '^multilabel/train.tsv:[0-9]+: missing [a-z, ]+, too many [a-z, ]+, confidence 0\.[0-9]+: ' || fail "labels are not told"
"$bertlet" evaluate ner-run --data ner/train.conll --errors 1 |
  grep -Eq "^ner/train.conll:[0-9]+: missing '.*' as [A-Z]+ in line [0-9]+.*, found .*, wrong entities [0-9]+: " || fail "names are not told"

# A file with tags keeps them beside the predictions.
"$bertlet" predict ner-run --data ner/dev.conll --out tags.jsonl --quiet
same "tags" "$(grep -c '"labels":\["' tags.jsonl)" "$(wc -l <tags.jsonl)"
cut -f 1 ner/dev.conll >words.conll
"$bertlet" predict ner-run --data words.conll --out words.jsonl --quiet
same "words" "$(sed 's/"labels":[^]]*\],//' tags.jsonl)" "$(<words.jsonl)"
"$bertlet" evaluate ner-run --data ner/dev.conll | grep -Eq '^strict_f1 +[0-9.]+ +0\.0000' || fail "names are not scored strictly"

# From no answer at all to one for each question.
threshold() { "$bertlet" "$1" qa-run --data qa/dev.json --threshold "$2" "${@:3}"; }
questions=$(grep -o '"question":' qa/dev.json | wc -l)
threshold predict -1e9 --out none.jsonl --quiet
same "none is answered" "$(grep -c '"prediction":""' none.jsonl)" "$questions"
threshold predict 1e9 --out all.jsonl --quiet
same "all are answered" "$(grep -c '"prediction":""' all.jsonl || true)" 0
threshold evaluate -1e9 --errors 1 | grep -Eq '^[0-9]+: is .*, said no answer, confidence [0-9.e-]+: Wh' || fail "no answer is not told"
code=0
"$bertlet" predict classify-run --data long.tsv --out no.csv --threshold 1 2>err || code=$?
same "a threshold for classes" "$code $(<err)" "1 bertlet: threshold: got 1 for a task without answers, want a model for qa"

[[ $failures -eq 0 ]] && echo "mistakes are shown, and thresholds hold"
exit $((failures > 0))
