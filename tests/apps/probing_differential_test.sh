#!/usr/bin/env bash
# probe, neighbours, senses and map beside scikit-learn, scipy, numpy and torch. BERTLET_PYTHON names a Python that has
# them; where it has not, this is skipped.
#   bash tests/apps/probing_differential_test.sh BUILD
set -euo pipefail
build=$(realpath "$1")
cd "$(dirname "$0")/../.."
python=${BERTLET_PYTHON:-python3}

command -v "$python" >/dev/null || { echo "skipped: there is no $python" && exit 77; }
"$python" -W ignore tests/bert/differential/probing.py "$build/bertlet"
