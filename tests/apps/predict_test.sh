#!/usr/bin/env bash
# `bertlet predict` and evaluate with what people bring: columns by other names, tables without a header, texts at the
# prompt and on standard input; and where predictions go.
#   bash tests/apps/predict_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }
same() { [[ $2 == "$3" ]] || fail "$1: got '$2', want '$3'"; }
refused() { # WHAT CODE ERROR COMMAND…
  local what=$1 want=$2 error=$3 code=0
  shift 3
  "$bertlet" "$@" >out 2>err </dev/null || code=$?
  [[ $code -eq $want && $(wc -l <err) -eq 1 && $(<err) == *"$error"* ]] || fail "$what: exit code $code, $(<err)"
}
predict() { "$bertlet" predict "$1-run" "${@:2}"; }
learn() { "$bertlet" finetune "$1" --model tiny --out "$2-run" --epochs 1 --threads 1 --held-out 0 --quiet "${@:3}"; }

for task in classify pair multilabel regress ner qa choice siamese next-sentence mlm; do
  "$bertlet" sample-data $task --out $task --rows 32 --quiet
  learn $task $task --train $task/train.*
done

# --- columns -----------------------------------------------------------------------------------------------------------

# The names that columns had in training are the model's.
awk -F '\t' 'BEGIN { OFS = FS; print "id", "cls", "sentence", "title" } NR > 1 { print "a" NR, $2, "no text", $1 }' \
  classify/train.tsv >named.tsv
learn classify named --train named.tsv --text title --label cls
predict named --data named.tsv --out named.csv --quiet || fail "a model does not know its own training file"
same "columns" "$(head -n 1 named.csv)" "line,text,label,id,sentence,prediction,p(animal),p(machine),p(person)"
same "texts" "$(cut -d , -f 2 named.csv | tail -n +2)" "$(cut -f 1 classify/train.tsv | tail -n +2)"
same "labels" "$(cut -d , -f 3 named.csv | tail -n +2)" "$(cut -f 2 classify/train.tsv | tail -n +2)"
accuracy=$("$bertlet" evaluate named-run --data named.tsv --json | sed -n 's/.*[{,]"accuracy":\([0-9.]*\)[,}].*/\1/p')
right=$(awk -F , 'NR > 1 && $3 == $6' named.csv | wc -l)
awk "BEGIN { exit !(($accuracy - $right / 32) ^ 2 < 1e-12) }" || fail "accuracy is $accuracy, and $right of 32 are right"

predict named --data named.tsv --out two.csv --columns id,prediction --quiet
same "two columns" "$(<two.csv)" "$(cut -d , -f 4,6 named.csv)"
predict named --data named.tsv --out two.tsv --columns prediction,id --quiet
same "two columns as TSV" "$(<two.tsv)" "$(awk -F , '{ print $6 "\t" $4 }' named.csv)"
refused "a column that is none" 1 "--columns: got 'name', want some of: line text label id sentence prediction p(animal) " \
  predict named-run --data named.tsv --out no.csv --columns id,name
[[ ! -e no.csv ]] || fail "a column that is none leaves a file"

# Others may be said when the model is used.
sed '1s/cls/kind/; 1s/title/headline/' named.tsv >renamed.tsv
refused "a name that is not there" 1 "renamed.tsv" predict named-run --data renamed.tsv --out no.csv
predict named --data renamed.tsv --text headline --label kind --out renamed.csv --quiet
same "renamed columns" "$(<renamed.csv)" "$(<named.csv)"
same "renamed columns are measured" "$("$bertlet" evaluate named-run --data renamed.tsv --text headline --label kind --json)" \
  "$("$bertlet" evaluate named-run --data named.tsv --json | sed 's/named.tsv/renamed.tsv/g')"

# CoLA's form: no header, the label in column 2 and the text in column 4.
awk -F '\t' 'NR > 1 { print "gj04\t" ($2 == "person") "\t*\t" $1 }' classify/train.tsv >cola.tsv
learn classify cola --train cola.tsv --text 4 --label 2
same "CoLA's labels" "$(<cola-run/best/label.txt)" $'0\n1'
predict cola --data cola.tsv --out cola.csv --quiet
same "CoLA's texts" "$(cut -d , -f 2 cola.csv | tail -n +2)" "$(cut -f 4 cola.tsv)"
same "CoLA's rows have their labels" "$(cut -d , -f 3 cola.csv | tail -n +2)" "$(cut -f 2 cola.tsv)"
same "CoLA's other columns" "$(head -n 2 cola.csv | cut -d , -f 1-5 | tail -n 1 | cut -d , -f 4,5)" "gj04,*"
"$bertlet" evaluate cola-run --data cola.tsv --errors 0 --quiet || fail "CoLA's form is not measured"

sed '1s/.*/q1\tq2\tsame/' pair/train.tsv >questions.tsv
learn pair questions --train questions.tsv --text q1 --text-b q2 --label same
predict questions --data questions.tsv --out questions.csv --quiet
same "a pair's columns" "$(head -n 1 questions.csv | cut -d , -f 1-5)" "line,text,text_b,label,prediction"

# --- at the prompt -----------------------------------------------------------------------------------------------------

text=$(sed -n 2p classify/train.tsv | cut -f 1)
predict classify --data classify/train.tsv --out classify.csv --quiet
shown=$(predict classify "$text")
same "labels with bars" "$(grep -cE '^(animal |machine|person ) +0\.[0-9]{4}  #+$' <<<"$shown")" 3
awk '{ if (NR > 1 && $2 > last) exit 1; last = $2; sum += $2 } END { exit sum < 0.9998 || sum > 1.0002 }' <<<"$shown" ||
  fail "the likeliest label is not the first, or not all are there: $shown"
line=$(predict classify "$text" --json)
[[ $line =~ ^'[{"label":"'[a-z]+'","score":'[0-9.]+'},{'.*'}]'$ ]] || fail "--json is not as pipelines have it: $line"
for label in animal machine person; do
  cell=$(sed -n 2p classify.csv | cut -d , -f "$(case $label in animal) echo 5 ;; machine) echo 6 ;; *) echo 7 ;; esac)")
  awk "BEGIN { exit !(($cell - $(sed -E "s/.*\"$label\",\"score\":([0-9.e-]+).*/\1/" <<<"$line")) ^ 2 < 1e-10) }" ||
    fail "$label: $cell in a file, and at the prompt $line"
done
predict classify "$(printf 'caf\xe9')" >/dev/null || fail "a text that is not UTF-8: exit code $?"
predict classify "" >/dev/null || fail "an empty text: exit code $?"

# Lines on standard input are texts, one by one.
cut -f 1 classify/train.tsv | tail -n +2 | head -n 5 >lines.txt
each=$(while IFS= read -r one; do predict classify "$one" --json; done <lines.txt)
number='s/(0\.[0-9]{4})[0-9]*/\1/g' # batches of other texts differ in the last digits
same "lines" "$(predict classify --json <lines.txt | sed -E "$number")" "$(sed -E "$number" <<<"$each")"
same "lines for people" "$(predict classify <lines.txt | grep -c '^person ')" 5
same "no lines" "$(predict classify </dev/null)" ""

first=$(sed -n 2p pair/train.tsv | cut -f 1) second=$(sed -n 2p pair/train.tsv | cut -f 2)
same "a pair with a tab" "$(printf '%s\t%s\n' "$first" "$second" | predict pair)" "$(predict pair "$first" "$second")"
refused "half a pair" 1 "pair: got 1 texts, want 2" predict pair-run "$first"
code=0
printf 'a\tb\nc\n' | predict pair 2>err >out || code=$?
same "half a pair in a line" "$code $(<err)" "1 bertlet: line 2: pair: got 1 texts, want 2"

[[ $(predict regress "It was good .") =~ ^-?[0-9]+\.[0-9]{4}$ ]] || fail "regress: $(predict regress "It was good .")"
[[ $(predict siamese a b) =~ ^-?[01]\.[0-9]{4}$ ]] || fail "siamese: $(predict siamese a b)"
same "multilabel" "$(predict multilabel "The food was good ." | grep -cE '^(food|music|room|service|view) +0\.[0-9]{4}')" 5
same "next sentence" "$(predict next-sentence "The fox ran ." "It ran on ." | grep -cE '^(follows|elsewhere) +0\.')" 2
same "choice" "$(predict choice "It rained ." "So it was wet ." "So it was dry ." | sort | sed -E 's/ +0\..*//')" \
  $'0 So it was wet .\n1 So it was dry .'
refused "one ending" 1 "choice: got 2 texts, want a text and at least two endings" predict choice-run a b
[[ $(predict mlm "The fox [MASK] ." | head -n 1) =~ ^'The fox '[^\[]+$ ]] || fail "mlm: $(predict mlm "The fox [MASK] .")"
same "mlm's candidates" "$(predict mlm "The fox [MASK] ." | tail -n +2 | grep -cE ' 0\.[0-9]{4}')" 5
same "mlm as pipelines have it" \
  "$(predict mlm "The fox [MASK] ." --json | grep -oE '"score":[0-9.e-]+,"token":[0-9]+,"token_str":"[^"]+","sequence":"[^"]+"' | wc -l)" 5

# --- words of a sentence -----------------------------------------------------------------------------------------------

"$bertlet" finetune ner --model tiny --train ner/train.conll --out names-run --epochs 30 --lr 2e-3 --held-out 0 --quiet
same "words" "$(predict names "I live in London." | tr -d '[]' | sed -E 's/ (PER|ORG|LOC)//g')" "I live in London ."
awk 'NF { printf "%s%s", (begun ? " " : ""), $1; begun = 1 } !NF { if (begun) print ""; begun = 0 }' ner/train.conll |
  head -n 8 >sentences.txt
predict names --data ner/train.conll --out names.jsonl --quiet
head -n 8 names.jsonl | grep -o '"type":"[A-Z]*","begin":[0-9]*,"end":[0-9]*,"text":"[^"]*"' |
  sed -E 's/"type":"([A-Z]+)".*"text":"(.*)"/[\2 \1]/' >in-file.txt
predict names <sentences.txt | grep -oE '\[[^]]+\]' >at-prompt.txt || true
[[ -s in-file.txt ]] || fail "ner: no names are found in what was learned"
same "names in a file and in texts" "$(<at-prompt.txt)" "$(<in-file.txt)"
same "texts around names" "$(predict names <sentences.txt | sed '/^$/d' | tr -d '[]' | sed -E 's/ (PER|ORG|LOC)( |$)/\2/g')" "$(<sentences.txt)"

# entity FIELD: of the first name that is found in the first sentence with one.
sentence=$(while IFS= read -r one; do predict names "$one" --json | grep -q entity_group && echo "$one" && break; done <sentences.txt)
found=$(predict names "$sentence" --json)
[[ $found =~ ^'[{"entity_group":"'(PER|ORG|LOC)'","score":0.'[0-9]+',"word":"'([^\"]+)'","start":'([0-9]+)',"end":'([0-9]+)'}' ]] ||
  fail "ner: --json is not as pipelines have it: $found"
word=${BASH_REMATCH[2]} start=${BASH_REMATCH[3]} end=${BASH_REMATCH[4]}
piece=${sentence:start:end-start}
same "where a name stands" "${piece,,}" "$word"
for aggregation in first average max; do
  predict names "$sentence" --json --aggregation $aggregation | grep -q '"entity_group"' || fail "--aggregation $aggregation finds nothing"
done
predict names "$sentence" --json --aggregation none | grep -q '"entity":"[BI]-[A-Z]*","score":[0-9.]*,"index":' || fail "--aggregation none"
refused "an aggregation that is none" 2 "--aggregation: got 'all', want one of: none, simple" predict ner-run a --aggregation all

# --- questions of a passage --------------------------------------------------------------------------------------------

passage="The hen sold the boat to the fox ."
echo "$passage" >passage.txt
ask() { predict qa "$@" "Who sold the boat ?" "To whom ?"; }
same "a passage from a file" "$(ask --context passage.txt --json)" "$(ask --passage "$passage" --json)"
same "an answer each" "$(ask --passage "$passage" --json | wc -l)" 2
while read -r start end answer; do
  same "where an answer stands" "${passage:start:end-start}" "$answer"
done < <(ask --passage "$passage" --json --top-k 3 | grep -oE '"start":[0-9]+,"end":[0-9]+,"answer":"[^"]+"' |
  sed -E 's/"start":([0-9]+),"end":([0-9]+),"answer":"(.*)"/\1 \2 \3/')
same "the best three" "$(predict qa --passage "$passage" "Who ?" --json --top-k 3 | grep -o '"answer"' | wc -l)" 3
shown=$(predict qa --passage "$passage" "Who sold the boat ?" --threshold 1e9 | head -n 1)
[[ $shown == *"**"*"**"* && ${shown//\*/} == "$passage" ]] || fail "the answer is not marked: $shown"
same "no answer" "$(predict qa --passage "$passage" "Who ?" --threshold -1e9 | head -n 1)" "(no answer)"
refused "questions without a passage" 1 "qa: got questions without a passage, want --context F or --passage TEXT" predict qa-run "Who ?"
same "questions on standard input" "$(printf 'Who sold the boat ?\nTo whom ?\n' | predict qa --passage "$passage" --json)" \
  "$(ask --passage "$passage" --json)"

# --- where predictions go ----------------------------------------------------------------------------------------------

refused "a file that is there" 1 "classify.csv: is there already, want --force to replace it" \
  predict classify-run --data classify/dev.tsv --out classify.csv
same "the file is as it was" "$(wc -l <classify.csv)" 33
predict classify --data classify/dev.tsv --out classify.csv --force --quiet
same "the file is replaced" "$(wc -l <classify.csv)" 5
cp classify/dev.tsv input.tsv
refused "the input as output" 1 "input.tsv: is the input, want another file for predictions" \
  predict classify-run --data input.tsv --out input.tsv --force
cmp -s input.tsv classify/dev.tsv || fail "the input is replaced"
refused "a folder that is not there" 1 "none/out.csv" predict classify-run --data classify/dev.tsv --out none/out.csv
refused "--out for a text" 2 "--out: is for --data" predict classify-run a --out no.csv
refused "a text and a file" 2 "got TEXT and --data, want one of them" predict classify-run a --data input.tsv
same "predictions of a file on the terminal" "$(predict classify --data classify/dev.tsv --quiet | grep -c '^classify/dev.tsv:[2-5]: ')" 4
same "and as records" "$(predict classify --data classify/dev.tsv --json --quiet | grep -c '^{"line":[2-5],"text":"')" 4

[[ $failures -eq 0 ]] && echo "predictions are what they should be"
exit $((failures > 0))
