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

for task in classify multilabel ner qa mlm regress; do
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

# The surest mistake comes first; what is right may be shown instead. Numbers are never right: the nearest is.
sorted() { grep -oE "$1 [0-9.e+-]+" | cut -d ' ' -f 2 >degrees && [[ -s degrees ]] && sort -g "${@:2}" degrees | cmp -s - degrees; }
show() { "$bertlet" evaluate "$1-run" --data "$2" --errors 100 "${@:3}"; }
rows=$(($(wc -l <classify/train.tsv) - 1))
show classify classify/train.tsv | sorted confidence -r || fail "classify: the surest mistake is not the first"
show classify classify/train.tsv --show right | sorted confidence -r || fail "classify: the surest right one is not the first"
wrong=$(show classify classify/train.tsv | grep -c '^classify/train.tsv:[0-9]*: is ' || true)
right=$(show classify classify/train.tsv --show right | grep -cE '^classify/train.tsv:[0-9]+: is ([a-z]+), said \1, ' || true)
same "right and wrong" "$((wrong + right))" "$rows"
show regress regress/train.tsv | sorted error -r || fail "regress: the largest error is not the first"
show regress regress/train.tsv --show right | sorted error || fail "regress: the smallest error is not the first"
show ner ner/train.conll | sorted 'wrong entities' -r || fail "ner: the sentence with most mistakes is not the first"
show mlm mlm/train.txt >shown
grep -Eq "^mlm/train.txt:[0-9]+: said '[^']+' for '[^']+'.*, confidence 0\.[0-9]+: [A-Z]" shown || fail "mlm: hidden words are not told"

# Every task has its loss, behind its own measures; the frequencies give none.
for data in classify/train.tsv multilabel/train.tsv regress/train.tsv ner/train.conll qa/train.json; do
  task=${data%%/*}
  table=$("$bertlet" evaluate "$task-run" --data "$data" --errors 0 | sed '1,/majority/d; /^$/,$d')
  tail -n 1 <<<"$table" | grep -Eq '^loss +[0-9]+\.[0-9]{4} *$' || fail "$task: the loss is not the last measure: $table"
  "$bertlet" evaluate "$task-run" --data "$data" --json | grep -Eq '"loss":[0-9.e-]+' || fail "$task: --json has no loss"
done
same "mlm's loss" "$("$bertlet" evaluate mlm-run --data mlm/train.txt --errors 0 | grep -c '^loss ')" 1

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
same "a threshold for classes" "$code $(<err)" \
  "2 bertlet predict: --threshold: a model for classify has no such option (see bertlet predict --help)"

[[ $failures -eq 0 ]] && echo "mistakes are shown, and thresholds hold"
exit $((failures > 0))
