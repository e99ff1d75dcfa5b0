#!/usr/bin/env bash
# Holds what the README.md chapters show against what is there:
#   - a line `$ build/PROGRAM …` in a code block is run, and the lines below it, up to the next `$` or the end of the
#     block, must be what it prints. Figures such as 3.1e-11 are rounding errors and differ between machines.
#     A line `$ python PROGRAM` is run so where BERTLET_PYTHON names a Python that has torch.
#   - a block of C++ must stand, word for word, in the file that the last link above it names.
#   - a link to a file must lead somewhere.
#   bash tests/apps/readme_test.sh BUILD [FOLDER]
set -euo pipefail
build=$(realpath "$1")
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$build" "$work/build"
ln -s "$PWD/tests" "$work/tests"
ln -s "$PWD/apps" "$work/apps"
failures=0 checks=0

# A build with sanitizers is many times slower: there a chapter's commands end where one trains.
slow=no
! grep -q '^BERTLET_SANITIZE:[A-Z]*=.' "$build/CMakeCache.txt" || slow=yes

fail() { failures=$((failures + 1)) && printf '\n%s\n' "$*"; }

# Splits a chapter's blocks into numbered files of $work/blocks: N.run and N.out, N.code and N.from.
split() {
  rm -rf "$work/blocks" && mkdir "$work/blocks"
  awk -v to="$work/blocks/" '
    function next_file() { return to sprintf("%03d", ++n) }  # so that names are in the order of the chapter
    /^```/ { inside = !inside; code = inside && $0 == "```cpp"; out = ""
             if (code) { block = next_file(); print link > (block ".from"); printf "" > (block ".code") }
             next }
    !inside { while (match($0, /\]\([^)]*\)/)) { link = substr($0, RSTART + 2, RLENGTH - 3); print link > (to "links")
                                                 $0 = substr($0, RSTART + RLENGTH) } }
    code { print > (block ".code") }
    inside && /^\$ / { out = "" }
    inside && /^\$ (build\/|python )/ { block = next_file(); out = block ".out"
                             print substr($0, 3) > (block ".run"); printf "" > out; next }
    inside && out != "" { print > out }' "$1"
}

rounded() { sed -E 's/[0-9]\.[0-9]e[-+][0-9]{2}/#.#e-##/g'; }

# An empty line at the end of an output is the layout of the chapter.
without_last_empty() { sed -e :again -e '/^\n*$/{$d;N;b again' -e '}'; }

check_output() {
  local command=$1 want=$2
  [[ $command != python\ * ]] || command="$BERTLET_PYTHON ${command#python }"
  (cd "$work" && bash -c "$command" 2>&1) | rounded | without_last_empty >"$work/got" || true
  rounded <"$want" | without_last_empty | diff --label "$chapter" --label "$command" -u - "$work/got" >"$work/diff" ||
    fail "$chapter: \$ $command prints something else" $'\n'"$(<"$work/diff")"
}

check_code() {
  local file=$1 code=$2
  [[ -f $file ]] || { fail "$chapter: the link above a block of C++ leads to '$file', want its source" && return; }
  [[ $(<"$file") == *"$(<"$code")"* ]] || fail "$chapter: this is not in $file:"$'\n'"$(<"$code")"
}

check_link() {
  local target=${1%%#*}
  [[ $1 == http* || -z $target || -e $(dirname "$chapter")/$target ]] || fail "$chapter: $1 leads nowhere"
}

while read -r chapter; do
  split "$chapter"
  for file in "$work"/blocks/*.run; do
    [[ -e $file ]] || continue
    [[ $slow == no || $(<"$file") != *" finetune "* ]] || break
    [[ -n ${BERTLET_PYTHON:-} || $(<"$file") != python\ * ]] || continue
    checks=$((checks + 1)) && check_output "$(<"$file")" "${file%.run}.out"
  done
  for file in "$work"/blocks/*.code; do
    [[ -e $file ]] && checks=$((checks + 1)) && check_code "$(dirname "$chapter")/$(<"${file%.code}.from")" "$file"
  done
  while read -r link; do check_link "$link"; done < <(cat "$work/blocks/links" 2>/dev/null)
done < <(find "${2:-.}" -path './build*' -prune -o -name '*.md' -print | sort)

echo "$checks outputs and excerpts held, $failures failures"
[[ $failures -eq 0 && $checks -gt 0 ]]
