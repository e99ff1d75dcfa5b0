#!/usr/bin/env bash
# A task's name stands in its own file alone: what other code needs to know of a task is a property. Words that are
# something else there, and the one task that a model without task.json is read for, are listed.
#   bash tests/apps/task_names_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
cd "$(dirname "$0")/../.."
failures=0

known='bert/text/tokenizer/tokenizer_json.cpp:pair bert/tasks/forms/columns.h:ner bert/heads/network.cpp:next-sentence
bert/data/instances.cpp:next-sentence bert/view/measure.cpp:mlm apps/bertlet/model/fill_mask.cpp:pair
apps/bertlet/model/encode.cpp:pair apps/bertlet/text/tokenize.cpp:pair apps/bertlet/finetuning/sweep.cpp:choice'
tasks=$("$bertlet" finetune --help | sed -n '/^Subcommands:/,/^$/p' | awk 'NR > 1 && NF { print $1 }' | grep -v distill)
[[ $(wc -w <<<"$tasks") -ge 10 ]] || { echo "only the tasks $tasks" && exit 1; }
for task in $tasks; do
  own=bert/tasks/${task//-/_}.cpp
  [[ $task != pair ]] || own=bert/tasks/classify.cpp # which reads one text or two
  grep -q "\"$task\"" "$own" || { failures=$((failures + 1)) && echo "$own: does not name $task"; }
  for file in $(grep -rl --include='*.cpp' --include='*.h' "\"$task\"" bert apps/bertlet --exclude-dir=samples); do
    [[ $file == "$own" || " $(tr '\n' ' ' <<<"$known") " == *" $file:$task "* ]] && continue
    found=$(sed 's,//.*,,; s/make_task("mlm")//' "$file" | grep -F "\"$task\"" || true)
    [[ -z $found ]] || { failures=$((failures + 1)) && echo "$file: names $task: $found"; }
  done
done

[[ $failures -eq 0 ]] && echo "tasks are named in their own files"
exit $((failures > 0))
