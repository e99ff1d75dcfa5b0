#!/usr/bin/env bash
# `bertlet run` beside transformers, in float and in double, over random small models: every head with every kind of
# input; DistilBERT's; directories of sentence-transformers; then fill-mask and encode. BERTLET_PYTHON names a Python that has
# torch and transformers; where it has not, this says so.
#   bash tests/apps/heads_test.sh BUILD [MODELS]
set -euo pipefail
build=$(realpath "$1")
count=${2:-101}
cd "$(dirname "$0")/../.."
python=${BERTLET_PYTHON:-python3}

command -v "$python" >/dev/null || { echo "skipped: there is no $python" && exit 77; }
"$python" -W ignore tests/bert/differential/heads.py "$build/bertlet" --cases "$count"
"$python" -W ignore tests/bert/differential/distilbert.py "$build/bertlet"
"$python" -W ignore tests/bert/differential/sentences.py "$build/bertlet" || [[ $? -eq 77 ]]
"$python" -W ignore tests/bert/differential/generate.py "$build/bertlet" "$((count / 12))"
"$python" -W ignore tests/bert/differential/answers.py "$build/bertlet"
[[ -x $build/tests/laboratory_double ]] || { echo "skipped in double: it is not built" && exit 0; }
"$python" -W ignore tests/bert/differential/heads.py "$build/tests/laboratory_double" --double --cases "$count"
