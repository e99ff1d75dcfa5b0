#!/usr/bin/env bash
# `bertlet tokenize` and `vocab train` beside Hugging Face's tokenizers, on random texts. BERTLET_PYTHON names a Python that has
# `tokenizers` and `transformers`; where it has not, or the published vocabularies are not beside the checkout, this says so.
#   bash tests/apps/tokenizers_test.sh BUILD [TEXTS]
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
count=${2:-1000}
cd "$(dirname "$0")/../.."
vocabularies=../shared/conformance/data
python=${BERTLET_PYTHON:-python3}

[[ -d $vocabularies ]] || { echo "skipped: $vocabularies is not here" && exit 77; }
command -v "$python" >/dev/null || { echo "skipped: there is no $python" && exit 77; }
"$python" tests/bert/differential/fast.py "$bertlet" "$vocabularies" "$count"
"$python" tests/bert/differential/vocabulary.py "$bertlet"
"$python" -W ignore tests/bert/differential/slow.py "$bertlet" "$vocabularies" "$count"
