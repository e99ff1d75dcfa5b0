#!/usr/bin/env bash
# Draws the figures of the chapters, each figure.svg beside its figure.cpp:
#   bash apps/first_steps/figures.sh [BUILD [TO]]
set -euo pipefail
here=$(realpath "$(dirname "$0")")
build=${1:-$here/../../build} to=${2:-$here}

for figure in "$here"/*/figure.cpp; do
  chapter=$(basename "$(dirname "$figure")")
  mkdir -p "$to/$chapter"
  "$build/first_steps/$chapter/figure" >"$to/$chapter/figure.svg"
done
