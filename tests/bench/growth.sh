#!/usr/bin/env bash
# How the cost of a training step and of inference grows with length, batch, layers, width, vocabulary and threads: writes the tables of
# tests/bench/README.md and the picture growth.svg. On two cores it takes about six minutes; --quick measures a few small
# points and prints the tables instead.
#   bash tests/bench/growth.sh [BUILD] [--quick]
set -euo pipefail
here=$(realpath "$(dirname "$0")")
build=$here/../../build
[[ $# -eq 0 || $1 == --* ]] || { build=$1 && shift; }
command -v python3 >/dev/null || { echo "skipped: there is no python3" && exit 77; }
exec python3 "$here/growth.py" "$(realpath "$build")/bertlet" "$@"
