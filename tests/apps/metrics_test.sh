#!/usr/bin/env bash
# Metrics beside scikit-learn, scipy, seqeval and transformers, on random input. BERTLET_PYTHON names a Python that has
# them; what it has not, it says.
#   bash tests/apps/metrics_test.sh BUILD [CASES]
set -euo pipefail
build=$(realpath "$1")
count=${2:-100}
cd "$(dirname "$0")/../.."
python=${BERTLET_PYTHON:-python3}

command -v "$python" >/dev/null || { echo "skipped: there is no $python" && exit 77; }
"$python" -W ignore tests/bert/differential/metrics.py "$build/tests/measure" "$count"
