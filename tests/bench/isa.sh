#!/usr/bin/env bash
# What each instruction set makes of a training step and of inference: the kernels of x86-64-v2, -v3 and -v4 in turns, medians of rounds.
# Writes the table of tests/bench/README.md; it takes about three minutes. --quick measures a tiny model once and prints it.
#   bash tests/bench/isa.sh [BUILD] [--quick]
set -euo pipefail
here=$(realpath "$(dirname "$0")")
build=$here/../../build
[[ $# -eq 0 || $1 == --* ]] || { build=$1 && shift; }
command -v python3 >/dev/null || { echo "skipped: there is no python3" && exit 77; }
exec python3 "$here/isa.py" "$(realpath "$build")/bertlet" "$@"
