#!/usr/bin/env bash
# lens, surprise, explain, trace and heads beside transformers, minicons and captum, in float and, where it is built, in
# double. BERTLET_PYTHON names a Python that has torch and transformers; where it has not, this is skipped.
#   bash tests/apps/inside_differential_test.sh BUILD
set -euo pipefail
build=$(realpath "$1")
cd "$(dirname "$0")/../.."
python=${BERTLET_PYTHON:-python3}

command -v "$python" >/dev/null || { echo "skipped: there is no $python" && exit 77; }
"$python" -W ignore tests/bert/differential/inside.py "$build/bertlet"
[[ -x $build/tests/laboratory_double ]] || { echo "not in double: it is not built" && exit 0; }
"$python" -W ignore tests/bert/differential/inside.py "$build/tests/laboratory_double" --double
