#!/usr/bin/env bash
# `bertlet predict` on directories that transformers saved, beside transformers' pipelines; `bertlet encode` beside
# sentence-transformers and DistilBERT. BERTLET_PYTHON names a Python that has them; where something is missing this says
# so and ends with 77, by which ctest knows that it was skipped.
#   bash tests/apps/pipelines_test.sh BUILD
set -euo pipefail
build=$(realpath "$1")
cd "$(dirname "$0")/../.."
python=${BERTLET_PYTHON:-python3}
shared=$(realpath -m ../shared)

[[ -d $shared/data && -d $shared/conformance ]] || { echo "skipped: there is no $shared" && exit 77; }
command -v "$python" >/dev/null || { echo "skipped: there is no $python" && exit 77; }
"$python" -W ignore tests/bert/differential/pipelines.py "$build/bertlet" "$shared"
