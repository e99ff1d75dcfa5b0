#!/usr/bin/env bash
# Every task from made-up data to predictions, from nothing, in a short form; and what else `bertlet finetune`, evaluate
# and predict promise.
#   bash tests/apps/finetune_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }
value() { sed -n "s/\"majority\":{[^}]*}//; s/.*\"$1\":\([-0-9.e]*\).*/\1/p"; } # the model's

# A build with sanitizers is many times slower: there it is enough that everything goes through.
slow=no
! grep -q '^BERTLET_SANITIZE:[A-Z]*=.' "$1/CMakeCache.txt" || slow=yes

# goes TASK ROWS OPTIONS…: made-up data, a model, its measures, and a prediction for each example of test.
goes() {
  local task=$1 rows=$2 data=$work/$1 run=$work/$1-run
  [[ $slow == no ]] || rows=64
  "$bertlet" sample-data "$task" --out "$data" --rows "$rows" --quiet >/dev/null
  shift 2
  local train dev test
  train=$(find "$data" -name 'train.*') && dev=${train/train./dev.} && test=${train/train./test.}
  "$bertlet" finetune "$task" --model tiny --train "$train" --dev "$dev" --out "$run" --quiet "$@" ||
    fail "$task: finetune: exit code $?"
  "$bertlet" evaluate "$run" --data "$dev" --json >"$work/$task.json" || fail "$task: evaluate: exit code $?"
  "$bertlet" predict "$run" --data "$test" --out "$run/predictions.jsonl" --quiet || fail "$task: predict: exit code $?"
  grep -q '"prediction":' "$run/predictions.jsonl" || fail "$task: no predictions"
}

# learns TASK MEASURE BAR: the measure on dev is above the bar, which is well above what the labels' frequencies give.
learns() {
  [[ $slow == no ]] || return 0
  local got
  got=$(value "$2" <"$work/$1.json")
  awk "BEGIN { exit !($got > $3) }" || fail "$1: $2 is $got, want more than $3"
}

# what the labels' frequencies and a bag of words give: classify 0.38 0.51, pair 0.53 0.52
goes classify 4000 --epochs 3
learns classify accuracy 0.9
goes pair 4000 --epochs 4
learns pair accuracy 0.8
goes multilabel 4000 --epochs 5
learns multilabel micro_f1 0.4
goes regress 4000 --epochs 3 --best-by mean_squared_error
learns regress spearman 0.7
goes ner 4000 --epochs 3 --crf
learns ner f1 0.9
goes qa 4000 --epochs 4
learns qa f1 75
best=$(value best_f1 <"$work/qa.json") # which only data with and without answers have
[[ -z $best || $(value f1 <"$work/qa.json") == "$best" ]] || fail "qa: the best threshold is not kept"
goes choice 200 --epochs 1 # which takes a minute and a half to learn
goes next-sentence 200 --epochs 1 # which takes six passes over 4000 rows to learn
goes siamese 2000 --epochs 3
learns siamese spearman 0.8

goes mlm 400 --epochs 4 # frequencies give 0.23
learns mlm accuracy 0.35

# Of a measure that is better where it is less the best model has least.
least=$(sed -n 's/.*"evaluation".*"mean_squared_error":\([0-9.e-]*\).*/\1/p' "$work/regress-run/metrics.jsonl" | sort -g | head -n 1)
got=$(value mean_squared_error <"$work/regress.json")
awk "BEGIN { exit !(($got - $least) ^ 2 < 1e-12) }" || fail "regress: the best model's error is $got, want $least"
"$bertlet" evaluate "$work/mlm-run" --data "$work/mlm/dev.txt" --better-than-majority --quiet || [[ $slow == yes ]] ||
  fail "mlm: is not better than frequencies"

# Masks are filled, and another task begins with what was learned.
printf 'The quick [MASK] helped the [MASK] .\n\nThe fox ran .\n' >"$work/masked.txt"
"$bertlet" predict "$work/mlm-run" --data "$work/masked.txt" --out "$work/filled.jsonl" --quiet || fail "mlm: predict: $?"
grep -q '"prediction":"The quick [^[]* helped the [^[]* \."' "$work/filled.jsonl" || fail "mlm: $(<"$work/filled.jsonl")"
grep -q '"prediction":"The fox ran \."' "$work/filled.jsonl" || fail "mlm: $(<"$work/filled.jsonl")"
"$bertlet" finetune classify --model "$work/mlm-run/best" --train "$work/classify/dev.tsv" --out "$work/from-mlm" \
  --epochs 1 --quiet || fail "classify from mlm: exit code $?"

# A student learns from 200 labels and what its teacher says of other texts; by the labels alone it reaches 0.6.
"$bertlet" sample-data distill --out "$work/distill" --quiet >/dev/null
head -n 201 "$work/distill/train.tsv" >"$work/few.tsv"
[[ $slow == no ]] || head -n 64 "$work/few.tsv" >"$work/distill/unlabelled.txt"
"$bertlet" finetune distill --teacher "$work/classify-run" --train "$work/few.tsv" --dev "$work/distill/dev.tsv" \
  --unlabelled "$work/distill/unlabelled.txt" --out "$work/student" --epochs 1 --lr 5e-4 --quiet || fail "distill: exit code $?"
"$bertlet" evaluate "$work/student" --data "$work/distill/dev.tsv" --json >"$work/distill.json"
learns distill accuracy 0.9
grep -q '"num_hidden_layers": 1' "$work/student/best/config.json" || fail "distill: the student is no smaller"
"$bertlet" finetune distill --teacher "$work/mlm-run" --train "$work/mlm/dev.txt" --dev "$work/mlm/test.txt" \
  --out "$work/mlm-student" --epochs 1 --quiet || fail "distill mlm: exit code $?"
code=0
"$bertlet" finetune distill --teacher "$work/regress-run" --train "$work/few.tsv" --out "$work/none" 2>"$work/err" || code=$?
[[ $code -eq 1 ]] && grep -q 'a model for regress has no classes that are chosen one by one' "$work/err" || fail "distill: $code, $(<"$work/err")"

rows=$(($(wc -l <"$work/classify/test.tsv") - 1))
[[ $(grep -c '"line"' "$work/classify-run/predictions.jsonl") -eq $rows ]] || fail "classify: not a prediction for each row"
code=0
"$bertlet" evaluate "$work/pair-run" --data "$work/pair/dev.tsv" --better-than-majority --quiet 2>"$work/err" || code=$?
[[ $code -eq 0 ]] || grep -q 'knowing only how frequent labels are' "$work/err" || fail "evaluate: $(<"$work/err")"

# What cannot be read is told with its line, and the rest is predicted.
printf 'sentence\tlabel\nThe fox was seen by the hen .\tanimal\nonly\tone\ttoo many\n' >"$work/broken.tsv"
"$bertlet" predict "$work/classify-run" --data "$work/broken.tsv" --out "$work/out.csv" 2>"$work/err" >/dev/null ||
  fail "predict: exit code $?"
grep -q 'broken.tsv:3: ' "$work/err" || fail "predict: $(<"$work/err")"
[[ $(wc -l <"$work/out.csv") -eq 2 ]] || fail "predict: $(<"$work/out.csv")"
printf 'sentence\tlabel\nThe fox ran .\tplant\n' >"$work/unknown.tsv"
code=0
"$bertlet" evaluate "$work/classify-run" --data "$work/unknown.tsv" 2>"$work/err" || code=$?
[[ $code -eq 1 ]] && grep -q "unknown.tsv:2: got the label 'plant'" "$work/err" || fail "evaluate: $code, $(<"$work/err")"

# Several runs, measured on rows held out of the training file.
sweep() {
  "$bertlet" finetune classify --model tiny --train "$work/classify/train.tsv" --fraction 0.05 --epochs 1 --quiet --json "$@" |
    tail -n 1
}
said=$(sweep --out "$work/sweep" --seeds 2 --grid lr=1e-4,1e-3 batch=16 --average 2) || fail "--grid: exit code $?"
[[ $said == '{"sweep":[{"choice":"lr=1e-4 batch=16","runs":[{"run":'*'"mean":{"accuracy":'*'{"choice":"lr=1e-3 batch=16"'* ]] ||
  fail "--grid: says $said"
"$bertlet" evaluate "$work/sweep" --data "$work/classify/dev.tsv" --quiet || fail "--grid: has no best model"
[[ $(sweep --out "$work/sweep" --seeds 2 --grid lr=1e-4,1e-3 batch=16 --average 2 --resume) == "$said" ]] ||
  fail "--grid: resumed, it says something else"
# Of an error the smaller one is better, in several runs as in one.
"$bertlet" finetune regress --model tiny --train "$work/regress/train.tsv" --fraction 0.1 --epochs 3 --quiet \
  --best-by mean_squared_error --grid lr=1e-9,1e-3 --out "$work/least" || fail "--grid --best-by: exit code $?"
[[ $slow == yes ]] || cmp -s "$work/least/best/model.safetensors" "$work/least/lr=1e-3/best/model.safetensors" ||
  fail "--grid --best-by: another model is the best"
sweep --out "$work/folds" --folds 3 >/dev/null || fail "--folds: exit code $?"
for fold in 1 2 3; do [[ -e $work/folds/fold=$fold/best/task.json ]] || fail "--folds: there is no fold $fold"; done
for wrong in "lr" "lr=x" "poetry=1" "batch=1.5" "smoothing=2"; do
  code=0
  sweep --out "$work/none" --grid "$wrong" 2>"$work/err" || code=$?
  [[ $code -eq 2 && $(<"$work/err") == *"--grid: got "*"$wrong"* || $(<"$work/err") == *"'poetry'"* ]] ||
    fail "--grid $wrong: $code, $(<"$work/err")"
done

# A run whose time is up before anything was measured has a model all the same.
"$bertlet" finetune classify --model tiny --train "$work/classify/train.tsv" --out "$work/hasty" --hours 1e-9 --quiet &&
  "$bertlet" evaluate "$work/hasty" --data "$work/classify/dev.tsv" --quiet || fail "--hours: leaves no model"

# What a model is shown says where in the text each token stands, for every task.
printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' the fox ran far ? >"$work/vocab.txt"
# shown TASK FILE LINES…: the table of the file's first example, without spaces at both ends and with one between
shown() {
  local said
  said=$("$bertlet" finetune "$1" --model tiny --vocab "$work/vocab.txt" --train "$work/$2" --held-out 0 --inspect 1 |
    sed -n '2,/^$/p' | sed -E 's/^ +//; s/ +/ /g; /^$/d')
  [[ $said == "$3" ]] || fail "$1 --inspect: $said"
}
printf 'label\ttext\na\tThe  fox\nb\tran\n' >"$work/texts.tsv"
shown classify texts.tsv $'0 [CLS] 2 0 -\n1 the 5 0 0-3\n2 fox 6 0 5-8\n3 [SEP] 3 0 -'
printf 'label\tsentence1\tsentence2\na\tfox\tthe fox\nb\tran\tfar\n' >"$work/pairs.tsv"
shown pair pairs.tsv $'0 [CLS] 2 0 -\n1 fox 6 0 0-3\n2 [SEP] 3 0 -\n3 the 5 1 0-3\n4 fox 6 1 4-7\n5 [SEP] 3 1 -'
printf 'the O\nfox B-A\n\nran O\n' >"$work/words.conll"
shown ner words.conll $'0 [CLS] 2 0 -\n1 the 5 0 0-3 O\n2 fox 6 0 0-3 B-A\n3 [SEP] 3 0 -'
printf 'the fox\nran far\n' >"$work/lines.txt"
shown causal lines.txt $'0 [CLS] 2 0 -\n1 the 5 0 0-3 the\n2 fox 6 0 4-7 fox\n3 [SEP] 3 0 - [SEP]'
shown mlm lines.txt $'0 [CLS] 2 0 -\n1 the 5 0 0-3\n2 fox 6 0 4-7\n3 [SEP] 3 0 -'
echo '{"data": [{"paragraphs": [{"context": "the fox ran far", "qas": [{"id": "a", "question": "fox?",
  "answers": [{"text": "ran", "answer_start": 8}]}]}]}]}' >"$work/questions.json"
shown qa questions.json $'0 [CLS] 2 0 -\n1 fox 6 0 0-3\n2 ? 9 0 3-4\n3 [SEP] 3 0 -\n4 the 5 1 0-3\n5 fox 6 1 4-7\n6 ran 7 1 8-11\n7 far 8 1 12-15\n8 [SEP] 3 1 -'

# An option is offered where it changes something.
for wrong in "qa --balanced" "regress --smoothing 0.1" "multilabel --r-drop 1" "choice --crf" "ner --pool mean" "mlm --label 2"; do
  said=$("$bertlet" finetune $wrong --model tiny --train none --out "$work/none" 2>&1) && fail "$wrong: is taken"
  [[ $said == *"unknown option "* ]] || fail "$wrong: says $said"
done
said=$("$bertlet" finetune ner --crf --balanced --model tiny --train none --out "$work/none" 2>&1) &&
  fail "--crf --balanced: is taken"
[[ $said == *"want neither beside it"* ]] || fail "--crf --balanced: says $said"
# And a measure is one, which is told before the training.
on_classes="--model tiny --train $work/classify/train.tsv --out $work/none --quiet"
said=$("$bertlet" finetune classify $on_classes --best-by acuracy 2>&1) && fail "--best-by acuracy: is taken"
[[ $said == *"--best-by: got 'acuracy', want one of: accuracy "* ]] || fail "--best-by acuracy: says $said"
for wrong in "--best-by accuracy" "--patience 2" "--patience-steps 100"; do
  said=$("$bertlet" finetune classify $on_classes --held-out 0 $wrong 2>&1) && fail "$wrong: is taken with nothing to measure on"
  [[ $said == *"got nothing to measure on, want --dev or --held-out"* ]] || fail "$wrong: says $said"
done
[[ ! -e $work/none/metrics.jsonl ]] || fail "--best-by: trains before it refuses"

[[ $failures -eq 0 ]] && echo "all right"
exit $((failures > 0))
