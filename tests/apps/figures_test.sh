#!/usr/bin/env bash
# The figures of the book are those that its programs draw, on every instruction set that the machine has.
#   bash tests/apps/figures_test.sh BUILD
set -euo pipefail
build=$(realpath "$1")
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for isa in v2 v3 v4; do
  BERTLET_ISA=$isa "$build/first_steps/07_attention/attention" >/dev/null 2>&1 || continue
  BERTLET_ISA=$isa bash apps/first_steps/figures.sh "$build" "$work/$isa"
  for figure in apps/first_steps/*/figure.svg; do
    diff -q "$figure" "$work/$isa/${figure#apps/first_steps/}" ||
      { echo "$isa: want $figure as it is drawn; bash apps/first_steps/figures.sh draws all anew" && exit 1; }
  done
  echo "$isa: $(ls "$work/$isa"/*/figure.svg | wc -l) figures are as drawn"
done
[[ $(ls "$work"/*/*/figure.svg | wc -l) -ge 12 ]]
