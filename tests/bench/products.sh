#!/usr/bin/env bash
# The products of BERT's layers, attention and heads beside OpenBLAS: writes the table of tests/bench/README.md. It takes about four
# minutes; --quick takes one turn of each and prints the table instead.
#   bash tests/bench/products.sh [BUILD] [--quick]
set -euo pipefail
here=$(realpath "$(dirname "$0")")
build=$here/../../build
[[ $# -eq 0 || $1 == --* ]] || { build=$1 && shift; }
command -v python3 >/dev/null || { echo "skipped: there is no python3" && exit 77; }
exec python3 "$here/products.py" "$(realpath "$build")/tests/bertlet_bench" "$@"
