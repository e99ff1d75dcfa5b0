#!/usr/bin/env bash
# The page of `bertlet attention` with 512 tokens, 12 layers and 12 heads: how soon it is there, and how long the browser
# works after each click. Without Chromium or Python it is skipped.
#   bash tests/browser/attention_speed_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

command -v python3 >/dev/null || { echo "skipped: there is no python3" && exit 77; }

mkdir "$work/base"
printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' the cat sat on mat >"$work/base/vocab.txt"
echo '{"architectures": ["BertForMaskedLM"], "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "vocab_size": 10,
  "intermediate_size": 64, "max_position_embeddings": 512, "initializer_range": 0.1}' >"$work/base/config.json"
"$bertlet" attention "$work/base" "$(for _ in $(seq 102); do printf 'the cat sat on mat '; done)" --html "$work/long.html" --quiet
bytes=$(wc -c <"$work/long.html")
[[ $bytes -lt 12000000 ]] || { echo "512 tokens take $bytes bytes, want less than 12 MB" && exit 1; }
python3 "$here/attention_speed.py" "$work/long.html"
