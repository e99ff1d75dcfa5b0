#!/usr/bin/env bash
# `bertlet finetune` and `bertlet predict` beside transformers and torch's AdamW, for every task that transformers has.
# BERTLET_PYTHON names a Python that has torch and transformers; where it has not, this says so.
#   bash tests/apps/finetuning_steps_test.sh BUILD [STEPS]
set -euo pipefail
build=$(realpath "$1")
cd "$(dirname "$0")/../.."
python=${BERTLET_PYTHON:-python3}

command -v "$python" >/dev/null || { echo "skipped: there is no $python" && exit 77; }
"$python" -W ignore tests/bert/differential/finetuning.py "$build/bertlet" "${2:-30}"
