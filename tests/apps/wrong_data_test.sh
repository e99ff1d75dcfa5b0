#!/usr/bin/env bash
# Data that are not what they should be: one line says which file and where, and the exit code is 1, in training,
# measuring and reporting; and memory stays that of the file.
#   bash tests/apps/wrong_data_test.sh BUILD
set -euo pipefail
build=$(realpath "$1")
bertlet=$build/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }

# refused WHAT PATTERN COMMAND…: with one line in which the pattern stands.
refused() {
  local what=$1 pattern=$2 code=0
  shift 2
  "$bertlet" "$@" >out 2>err || code=$?
  [[ $code -eq 1 && $(wc -l <err) -eq 1 ]] && grep -q -- "$pattern" err || fail "$what: exit code $code, $(head -c 500 err)"
}

# wrong TASK FILE PATTERN: as a file to train on, to choose by and to measure on.
wrong() {
  local task=$1 file=$2 pattern=$2$3
  refused "$task: train" "$pattern" finetune "$task" --model tiny --train "$file" --dev "$task"/dev.* --out run --force --quiet
  refused "$task: dev" "$pattern" finetune "$task" --model tiny --train "$task"/train.* --dev "$file" --out run --force --quiet
  refused "$task: evaluate" "$pattern" evaluate "$task-run" --data "$file" --quiet
}

printf '[PAD]\n[UNK]\n[CLS]\n[SEP]\n' >vocab.txt
mkdir folder.tsv folder.csv folder.conll folder.json folder.txt
columns() {
  case $1 in
    pair | siamese | next-sentence) printf 'sentence1\tsentence2\tlabel\n' ;;
    choice) printf 'sent1,sent2,ending0,ending1,label\n' ;;
    *) printf 'sentence\tlabel\n' ;;
  esac
}
for task in classify pair multilabel regress siamese next-sentence choice ner qa mlm; do
  "$bertlet" sample-data $task --out $task --rows 16 --quiet
  "$bertlet" finetune $task --model tiny --train $task/train.* --out $task-run --quiet --epochs 1 --threads 1
  extension=tsv
  case $task in choice) extension=csv ;; ner) extension=conll ;; qa) extension=json ;; mlm) extension=txt ;; esac
  : >empty.$extension
  printf '\xff\xfea\0b\0' >utf16.$extension
  printf 'a\0b\0c\0d\0' >unmarked.$extension
  wrong $task empty.$extension ': is empty'
  wrong $task utf16.$extension ': is UTF-16'
  wrong $task unmarked.$extension ': is UTF-16'
  wrong $task folder.$extension ': '
  [[ $extension == [tc]sv ]] || continue
  columns $task >header.$extension
  wrong $task header.$extension ': has no rows'
  { columns $task && printf 'one\n'; } >ragged.$extension
  wrong $task ragged.$extension ':2: has 1 columns'
  { columns $task && printf 'a\0b\n'; } >nul.$extension
  wrong $task nul.$extension ':2: has a NUL at byte 2'
  { columns $task && printf 'caf\xe9\n'; } >latin.$extension
  wrong $task latin.$extension ':2: is not UTF-8 at byte 4: got 0xE9'
  sed 's/label/sentence/; s/ending1/ending0/; s/sentence1/sentence/; s/sentence2/sentence/' <(columns $task) >twice.$extension
  wrong $task twice.$extension ':1: has the column .* twice'
done

printf 'the cat\n\nca\0t\n' >nul.txt
wrong mlm nul.txt ':3: has a NUL at byte 3'
printf 'the cat\n\ncaf\xe9\n' >latin.txt
wrong mlm latin.txt ':3: is not UTF-8 at byte 4: got 0xE9'
printf '\n \n' >blank.txt
wrong mlm blank.txt ': is empty'

# Labels that are none. A training file's own are always known, so that only numbers can be wrong there.
printf 'sentence\tlabel\nthe cat\tplant\n' >unknown.tsv
for task in classify multilabel; do
  refused "$task: dev" "unknown.tsv:2: got the label 'plant'" finetune $task --model tiny --train $task/train.tsv \
    --dev unknown.tsv --out run --force --quiet
  refused "$task: evaluate" "unknown.tsv:2: got the label 'plant'" evaluate $task-run --data unknown.tsv
  "$bertlet" predict $task-run --data unknown.tsv --out $task-kept.csv --quiet || fail "$task: a label is not kept"
  grep -q '^2,the cat,plant,' $task-kept.csv || fail "$task: $(<$task-kept.csv)"
done
printf 'sentence1\tsentence2\tlabel\nthe cat\ta dog\tbefore\n' >unknown-pair.tsv
wrong next-sentence unknown-pair.tsv ":2: got the label 'before', want 'follows', 'elsewhere'"
wrong regress unknown.tsv ":2: got the label 'plant', want a number"
printf 'sent1,sent2,ending0,ending1,label\na,b,c,d,2\n' >unknown.csv
wrong choice unknown.csv ':2: got the label 2, want a number from 0 to 1'
printf 'sentence\nthe cat\n' >unlabelled.tsv
wrong classify unlabelled.tsv ': which column is the label?'

printf 'the O\ncat\n' >untagged.conll
wrong ner untagged.conll ":2: has the word 'cat' alone, want a tag too"
printf 'the O\ncat PER\n' >bare.conll
wrong ner bare.conll ":2: got the [a-z]* 'PER', want"
printf 'the O\nc\xe9t O\n' >latin.conll
wrong ner latin.conll ':2: is not UTF-8'
{ yes 'x O' || true; } | head -n 100001 >endless.conll
wrong ner endless.conll ':100001: the sentence has more than 100000 words'

# Other forms of words and tags.
printf 'the cat\tO O\nthe dog sat\tO O\n' >line.txt
wrong ner line.txt ':2: has 2 tags for 3 words'
printf '我在罗马\tO O B-LOC I-LOC\n他也去\tO O\n' >characters.txt
wrong ner characters.txt ':2: has 2 tags for 3 characters'
printf '{"tokens": ["a", "b"], "tags": ["O"]}\n' >lists.jsonl
wrong ner lists.jsonl ':1: has 1 tags for 2 words'
printf 'I live in London.\n' >sentence.txt
wrong ner sentence.txt ":1: got the [a-z]* 'London.', want"

# Endings.
printf 'sent1,ending0,ending1\na,b,c\n' >unlabelled.csv
wrong choice unlabelled.csv ': got the columns .*, want a label'
printf 'InputSentence1,RandomFifthSentenceQuiz1,RandomFifthSentenceQuiz2,AnswerRightEnding\na,b,c,0\n' >story.csv
wrong choice story.csv ":2: got the label '0', want a number from 1 to 2"

# Columns that would be taken wrongly.
for i in {1..20}; do printf '%s\tsentence number %s\n' $((i % 2)) "$i"; done >label_first.tsv
wrong classify label_first.tsv ': which column is the text? It would be column 1, but column 2 looks like texts rather'
for i in {1..20}; do printf '%s\tsentence number %s\t%s\n' "$i" "$i" $((i % 2)); done >numbered.tsv
wrong classify numbered.tsv ': which column is the text?'
wrong pair numbered.tsv ': which column is the text?'
{ printf 'comment\tstars\n' && sed 's/\(.*\)\t\(.*\)/\2\t\1/' label_first.tsv; } >header_unknown.tsv
wrong classify header_unknown.tsv ': which column is the text? Got comment, stars, want its name or number'

# Questions: $1 is the passage and $2 its answers.
squad() { printf '{"data": [{"paragraphs": [{"context": "%b", "qas": [{"id": "1", "question": "who?", "answers": [%s]}]}]}]}\n' "$@"; }
printf '{"data": []}\n' >none.json
wrong qa none.json ': has no questions'
squad 'the \\u0000' '' >nul.json
wrong qa nul.json ': .*context: got .*, want text .* without NUL'
squad 'the c\xe9t' '' >latin.json
wrong qa latin.json ': line 1, column 46: '
squad 'the cat' '{"text": "cat", "answer_start": 40}' >outside.json
wrong qa outside.json ':.*answer_start: got 40'
squad 'the cat' '{"text": "cat"}' >missing.json
wrong qa missing.json ":.*'answer_start' is missing"
squad 'the cat' '' >unanswered.json
refused "qa: train" 'unanswered.json: got no question with an answer' finetune qa --model tiny --train unanswered.json --dev qa/dev.json \
  --out run --force --quiet
refused "qa: evaluate" 'unanswered.json: got no labelled examples' evaluate qa-run --data unanswered.json

# Other forms of tables.
wrong_lines() { printf "$2" >lines.jsonl && wrong classify lines.jsonl "$1"; }
wrong_lines ":2: has no 'label'" '{"sentence": "a", "label": "b"}\n{"sentence": "c"}\n'
wrong_lines ":1: .*has 'label' twice" '{"sentence": "a", "label": "b", "label": "c"}\n'
wrong_lines ':1: has a NUL' '{"sentence": "a\\u0000", "label": "b"}\n'
wrong_lines ':2: ' '{"sentence": "a", "label": "b"}\n{"sentence": '
printf '[{"sentence": "a", "label": "b"},\n' >open.json
wrong classify open.json ':2: the list is not closed'
refused "report: nothing can be read" 'open.json:2: ' data report open.json --vocab vocab.txt
refused "report: a folder" 'folder.tsv: ' data report folder.tsv --vocab vocab.txt

# Lines of 100 MB. The bound, in KiB, is on addresses, of which libraries and threads have their part; sanitizers take all.
bound='ulimit -v 4000000'
! grep -q '^BERTLET_SANITIZE:[A-Z]*=.' "$build/CMakeCache.txt" || bound=:
long() { head -c 100000000 /dev/zero | tr '\0' a; }
too_long() {
  local file=$1 pattern=$2
  shift 2
  ($bound && refused "$file" "$pattern" "$@" && exit $failures) || failures=$((failures + 1))
  rm -f "$file"
}
{ printf 'sentence\tlabel\n' && long && printf '\tperson\n'; } >long.tsv
too_long long.tsv 'long.tsv:2: is 100000007 bytes long' evaluate classify-run --data long.tsv --threads 1
long >only.tsv
too_long only.tsv 'only.tsv:1: is 100000000 bytes long' data report only.tsv --vocab vocab.txt --threads 1
{ printf 'sentence,label\n"' && long && printf '",person\n'; } >long.csv
too_long long.csv 'long.csv:2: is 100000009 bytes long' evaluate classify-run --data long.csv --threads 1
{ printf '{"sentence": "' && long && printf '", "label": "person"}\n'; } >long.jsonl
too_long long.jsonl 'long.jsonl:1: is 1000000[0-9]* bytes long' evaluate classify-run --data long.jsonl --threads 1
{ printf '[{"sentence": "' && long && printf '", "label": "person"}]\n'; } >long.json
too_long long.json 'long.json:1: is 1000000[0-9]* bytes long' evaluate classify-run --data long.json --threads 1
{ printf 'the O\n' && long && printf ' O\n'; } >long.conll
too_long long.conll 'long.conll:2: is 100000002 bytes long' evaluate ner-run --data long.conll --threads 1
{ printf '{"data": [{"paragraphs": [{"context": "' && long && printf '", "qas": []}]}]}\n'; } >passage.json
too_long passage.json 'passage.json: .*context: got .*, want text of at most 16777216 bytes' evaluate qa-run --data passage.json --threads 1

[[ $failures -eq 0 ]] && echo "wrong data are refused as they should be"
exit $((failures > 0))
