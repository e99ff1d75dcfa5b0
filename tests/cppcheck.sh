#!/usr/bin/env bash
# cppcheck over the libraries and the programs; a finding that tests/cppcheck.txt does not name is an error.
#   bash tests/cppcheck.sh [FOLDER…]
set -euo pipefail
cd "$(dirname "$0")/.."
[[ $# -gt 0 ]] && folders=("$@") || folders=(core nn optim bert apps)
cppcheck --quiet -j "$(nproc)" --std=c++20 --language=c++ -I. --enable=warning,portability,performance --inline-suppr \
  --suppressions-list=tests/cppcheck.txt --error-exitcode=1 "${folders[@]}"
echo "cppcheck: nothing found"
