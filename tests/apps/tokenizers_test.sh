#!/usr/bin/env bash
# `bertlet tokenize` beside Hugging Face's tokenizers, on random texts. BERTLET_PYTHON names a Python that has
# `tokenizers` and `transformers`; where it has not, or the published vocabularies are not beside the checkout, this says so.
#   bash tests/apps/tokenizers_test.sh BUILD [TEXTS]
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
count=${2:-1000}
cd "$(dirname "$0")/../.."
vocabularies=../shared/conformance/data
python=${BERTLET_PYTHON:-python3}

[[ -d $vocabularies ]] || { echo "skipped: $vocabularies is not here" && exit 0; }
command -v "$python" >/dev/null || { echo "skipped: there is no $python" && exit 0; }
"$python" tests/bert/differential/fast.py "$bertlet" "$vocabularies" "$count"
"$python" -W ignore tests/bert/differential/slow.py "$bertlet" "$vocabularies" "$count"
