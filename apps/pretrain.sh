#!/usr/bin/env bash
# Pre-trains a tiny BERT in less than ten minutes on eight megabytes of real text that any Debian or Ubuntu has: the
# documentation of Perl and CMake, and licences. Options go to `bertlet pretrain`:
#   bash apps/pretrain.sh /tmp/run
#   bash apps/pretrain.sh /tmp/run --resume
set -euo pipefail
[[ $# -gt 0 ]] || { echo "usage: bash apps/pretrain.sh RUN [OPTIONS]" >&2 && exit 2; }
run=$(realpath -m "$1")
cd "$(dirname "$0")/.."

bash cmake/dependencies.sh text
bash apps/build.sh

mkdir -p "$run.text"
text=$run.text/documentation.txt vocabulary=$run.text/vocab.txt

# Runs a command on each file that is found, with two blank lines behind it, which end a document.
each() {
  local files=$1
  shift
  while IFS= read -rd '' file; do
    "$@" "$file" 2>/dev/null || true # a page that is broken
    printf '\n\n\n'
  done < <(LC_ALL=C sort -z "$files")
}

if [[ ! -f $vocabulary ]]; then
  echo "Collecting text in $text"
  find /usr/share/perl /usr/lib/*/perl* -type f \( -name '*.pod' -o -name '*.pm' \) -print0 >"$run.text/perl"
  find /usr/share/cmake-*/Help -name '*.rst' -print0 >"$run.text/cmake"
  find /usr/share/common-licenses -type f -print0 >"$run.text/licences"
  {
    each "$run.text/perl" pod2text --width=1000
    each "$run.text/cmake" cat
    each "$run.text/licences" cat
  } >"$text"
  build/bertlet vocab train --text "$text" --size 8000 --out "$vocabulary"
fi

build/bertlet pretrain --corpus "$text" --prose --vocab "$vocabulary" --config tiny --max-length 64 --dupe-factor 10 \
  --tokens 2048 --steps 6000 --warmup 300 --lr 2e-3 --log-every 100 --evaluate-every 500 --save-every 1000 \
  --out "$run" "${@:2}"
build/bertlet report "$run" --html "$run/report.html" --force
echo "Curves: $run/report.html"
echo "Try:    build/bertlet fill-mask $run/best 'this function returns the [MASK] of elements in the array'"
