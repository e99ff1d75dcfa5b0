#!/usr/bin/env bash
# Pre-trains a tiny BERT in less than ten minutes on five megabytes of real text that any Debian or Ubuntu has: the
# documentation of Perl. Options go to `bertlet pretrain`:
#   bash apps/pretrain.sh /tmp/perl-bert
#   bash apps/pretrain.sh /tmp/perl-bert --resume
set -euo pipefail
cd "$(dirname "$0")/.."
[[ $# -gt 0 ]] || { echo "usage: bash apps/pretrain.sh RUN [OPTIONS]" >&2 && exit 2; }
run=$1

bash cmake/dependencies.sh text
bash apps/build.sh

mkdir -p "$run.text"
text=$run.text/documentation.txt vocabulary=$run.text/vocab.txt
if [[ ! -f $vocabulary ]]; then
  echo "Collecting text in $text"
  find /usr/share/perl /usr/lib/*/perl* -type f \( -name '*.pod' -o -name '*.pm' \) -print0 | LC_ALL=C sort -z |
    while IFS= read -rd '' file; do
      pod2text --width=1000 "$file" 2>/dev/null || true # a module whose documentation is broken
      printf '\n\n\n'
    done >"$text"
  build/bertlet vocab train --text "$text" --size 8000 --out "$vocabulary"
fi

build/bertlet pretrain --corpus "$text" --prose --vocab "$vocabulary" --config tiny --max-length 64 --dupe-factor 5 \
  --tokens 2048 --steps 6000 --warmup 300 --lr 2e-3 --log-every 100 --evaluate-every 500 --save-every 1000 \
  --out "$run" "${@:2}"
build/bertlet report "$run" --html "$run/report.html"
echo "Curves: $run/report.html"
echo "Try:    build/bertlet fill-mask $run/best 'this function returns the [MASK] of elements in the array'"
