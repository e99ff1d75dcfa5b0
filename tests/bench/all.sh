#!/usr/bin/env bash
# Everything in tests/bench/README.md that a script writes, on a quiet machine; what peers.sh has measured already is not measured again.
#   bash tests/bench/all.sh [BUILD]
set -euo pipefail
here=$(dirname "$0")
for script in peers growth isa products; do
  bash "$here/$script.sh" "$@" || [[ $? -eq 77 ]]
done
