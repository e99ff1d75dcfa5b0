#!/usr/bin/env bash
# Every option of every `bertlet finetune`: a finished run that is resumed with another value is refused and the option
# named, where the result depends on it; where it does not, the run goes on. So with the data, by what is in the files.
#   bash tests/apps/resume_test.sh BUILD
set -euo pipefail
build=$(realpath "$1")
bertlet=$build/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }

tasks=$("$bertlet" finetune --help | sed -n '/^Subcommands:/,/^$/p' | awk 'NR > 1 && NF { print $1 }')
! grep -q '^BERTLET_SANITIZE:[A-Z]*=.' "$build/CMakeCache.txt" || tasks="classify distill" # which is many times slower

# tried TASK OPTION: what is said on resume, other than at first. "-" before it: that changes nothing, "=": the run itself.
tried() {
  case $2 in
    out | resume | force) echo "=" ;;
    json | quiet | no-verify | check-finite) echo "- --$2" ;;
    inspect) echo "- --inspect 1" ;;
    keep | save-every | hours | threads) echo "- --$2 7" ;;
    model) [[ $1 == distill ]] && echo "--model tiny" || echo "--model $1-run/best" ;;
    teacher) echo "--teacher other-teacher" ;;
    unlabelled) echo "--unlabelled unlabelled.txt" ;;
    vocab) echo "--vocab $1-run/best/vocab.txt" ;;
    labels) echo "--labels $1-run/best/label.txt" ;;
    train | dev) echo "--$2 $1/other-$2.$(extension "$1")" ;;
    text | text-b | label) echo "--$2 $(column "$1" "$2")" ;;
    layers) [[ $1 == ner ]] && echo "--layers 1" || echo "--layers 1 --pool mean" ;;
    objective) echo "--objective ranking" ;;
    cased | drop-duplicates | drop-long | windows | whole-words | crf | balanced) echo "--$2" ;;
    head) echo "--head lstm" ;;
    combine | part) echo "--$2 $([[ $2 == part ]] && echo tail || echo max)" ;;
    pool) echo "--pool cls" ;;
    optimizer) echo "--optimizer google" ;;
    precision) echo "--precision bf16" ;;
    schedule) echo "--schedule constant" ;;
    cycles) echo "--schedule cosine --cycles 2" ;;
    power | end-factor) echo "--schedule polynomial --$2 0.5" ;;
    timescale) echo "--schedule inverse-sqrt --timescale 5" ;;
    noam-width) echo "--schedule noam --noam-width 8 --warmup 1" ;;
    cut) echo "--schedule slanted-triangular --cut 0.5" ;;
    ratio) echo "--schedule slanted-triangular --ratio 4" ;;
    best-by) echo "--best-by loss" ;;
    grid) echo "--grid lr=1e-4,1e-3" ;;
    kernels) echo "--kernels 2,3" ;;
    folds) echo "=" ;; # is not for what has --dev; see below
    from-layers) echo "--from-layers 1" ;;
    student-layers) echo "--student-layers 1" ;;
    epochs | fraction | held-out | warmup | smoothing | mask-rate | layer-decay | head-decay | dropout | beta1 | beta2)
      echo "--$2 0.5"
      ;;
    lr | head-lr | weight-decay | epsilon | hidden | soft | hard | temperature | fgm | r-drop | clip | threshold)
      echo "--$2 0.25"
      ;;
    freeze | fresh-layers) echo "--$2 1" ;;
    batch | accumulate | log-every | evaluate-every | patience | patience-steps | average | seed | seeds | \
      width | stride | overlap) echo "--$2 2" ;;
    max-length | alphabet) echo "--$2 40" ;;
    vocab-size) echo "--vocab-size 100" ;;
    *) echo "?" ;;
  esac
}
extension() { case $1 in choice) echo csv ;; ner) echo conll ;; qa) echo json ;; *) echo tsv ;; esac }
column() {
  case $1-$2 in
    choice-text) echo sent1 ;;
    choice-text-b) echo sent2 ;;
    *-label) echo "$(head -n 1 "$train" | tr ',\t' '\n' | grep -E '^(label|labels|score)$')" ;;
    *-text) echo 1 ;;
    regress-text-b | distill-text-b) echo 3 ;;
    *) echo 2 ;;
  esac
}

# data TASK: train and dev, and the same with a line end more.
data() {
  local file
  "$bertlet" sample-data "$1" --out "$1" --rows 16 --quiet
  for file in train dev; do
    case $1 in
      mlm | causal) { echo text && cat "$1/$file.txt"; } >"$1/$file.tsv" ;;
      classify | regress) sed -i 's/$/\tmore/' "$1/$file.tsv" ;; # a column that may be a second text
    esac
    { cat "$1/$file.$(extension "$1")" && echo; } >"$1/other-$file.$(extension "$1")"
  done
}
finetune() { "$bertlet" finetune "$1" --out "$1-run" --threads 1 --quiet "${begun[@]}" "${@:2}"; }
state() { find "$1-run" -type f -print0 | sort -z | xargs -0 sha256sum; }

# refused TASK NAME OPTIONS…: the run is as it was, and the line says of what there was another value.
refused() {
  local before after code=0
  before=$(state "$1")
  finetune "$1" --resume "${@:3}" >out 2>err || code=$?
  [[ $code -eq 1 && $(wc -l <err) -eq 1 ]] && grep -Eq "[:;] ${2//-/_} was .*, got .*a run is resumed with what it began with" err ||
    fail "$1: ${*:3}: exit code $code, $(<err)"
  after=$(state "$1")
  [[ $before == "$after" ]] || fail "$1: ${*:3}: the run has changed"
}
goes_on() { finetune "$1" --resume "${@:2}" >out 2>err || fail "$1: ${*:2}: exit code $?, $(<err)"; }

for task in $tasks; do
  begun=(--model tiny)
  [[ $task != siamese ]] || begun+=(--objective classes)
  if [[ $task == distill ]]; then
    begun=(--teacher classify-run)
    mkdir other-teacher && cp classify-run/best/* other-teacher && rm other-teacher/checksums.json && echo '{"task": "classify"}' >other-teacher/task.json
    cut -f 1 classify/train.tsv >unlabelled.txt
    cp -r classify distill
  fi
  [[ -d $task ]] || data "$task"
  train=$task/train.$(extension "$task") dev=$task/dev.$(extension "$task")
  begun+=(--train "$train" --dev "$dev" --epochs 1)
  finetune "$task" || fail "$task: exit code $?"
  options=$("$bertlet" finetune "$task" --help | sed -nE 's/^ +--([a-z0-9-]+).*/\1/p')
  [[ $(wc -w <<<"$options") -gt 40 ]] || fail "$task: has only the options $options"
  for option in $options; do
    how=$(tried "$task" "$option")
    case $how in
      "=") ;;
      "?") fail "$task: --$option is not tried" ;;
      "- "*) goes_on "$task" ${how#- } ;;
      *) refused "$task" "$option" $how ;;
    esac
  done

  cp "$train" "$task/renamed-train.$(extension "$task")"
  cp "$dev" "$task/renamed-dev.$(extension "$task")"
  goes_on "$task" --train "$task/renamed-train.$(extension "$task")" --dev "$task/renamed-dev.$(extension "$task")"
  for file in train dev; do
    cp "$task/$file.$(extension "$task")" kept
    cp "$task/other-$file.$(extension "$task")" "$task/$file.$(extension "$task")"
    refused "$task" "$file"
    cp kept "$task/$file.$(extension "$task")"
  done
  finetune "$task" --resume --epochs 2 >out 2>err || fail "$task: a finished run is not extended: $(<err)"
  refused "$task" epochs --epochs 1
done

# Rows are held out of --train, or there are folds of it.
begun=(--model tiny --train classify/train.tsv --epochs 1)
rm -r classify-run
finetune classify
refused classify folds --folds 2
refused classify held-out --held-out 0.2

# A run that was ended before its time is held to the same.
begun=(--model tiny --train classify/train.tsv --dev classify/dev.tsv --epochs 3)
rm -r classify-run
finetune classify --hours 1e-9
refused classify lr --lr 1e-4
refused classify epochs --epochs 4
refused classify train --train classify/other-train.tsv
goes_on classify --hours 0
grep -q '"step":3,.*"evaluation"' classify-run/metrics.jsonl || fail "classify: does not go on: $(tail -n 1 classify-run/metrics.jsonl)"

[[ $failures -eq 0 ]] && echo "runs are resumed with what they began with"
exit $((failures > 0))
