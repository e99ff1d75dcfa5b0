#!/usr/bin/env bash
# Evaluates a run on a folder's dev.* and test.*, and writes what it predicts for the latter. It fails if the model is
# not better on dev than what knows only how frequent the labels are.
#   bash apps/eval.sh /tmp/run /tmp/data
set -euo pipefail
[[ $# -eq 2 ]] || { echo "usage: bash apps/eval.sh RUN_DIR DATA_DIR" >&2 && exit 2; }
run=$(realpath "$1") data=$(realpath "$2")
root=$(realpath "$(dirname "$0")/..")

[[ -x $root/build/bertlet ]] || bash "$root/apps/build.sh"
file() { find "$data" -maxdepth 1 -name "$1.*" | LC_ALL=C sort | head -n 1; }
for part in dev test; do
  [[ -n $(file $part) ]] || continue
  echo "$(file $part):"
  "$root/build/bertlet" evaluate "$run" --data "$(file $part)"
done
if [[ -n $(file test) ]]; then
  "$root/build/bertlet" predict "$run" --data "$(file test)" --out "$run/predictions.csv"
fi
"$root/build/bertlet" evaluate "$run" --data "$(file dev)" --better-than-majority --quiet
