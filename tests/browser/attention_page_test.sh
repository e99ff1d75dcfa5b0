#!/usr/bin/env bash
# The page of `bertlet attention` in a browser: every view is driven as a reader would, and what it shows is compared with the
# numbers that the program writes; nothing is asked of a network, nothing goes wrong in the console.
#   bash tests/browser/attention_page_test.sh BUILD [PICTURES]
set -euo pipefail
source "$(dirname "$0")/browser.sh"

# A model of first values, which are large enough for heads that differ.
model() {  # FOLDER MEMBERS-OF-CONFIG
  mkdir "$1"
  printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' the cat '##s' sat on mat . it was tired '<' '>' / script "'" '"' \
    'שלום' '😀' >"$1/vocab.txt"
  echo "{$2, \"vocab_size\": 23, \"intermediate_size\": 32, \"max_position_embeddings\": 512, \"initializer_range\": 0.4}" >"$1/config.json"
}
model "$work/words" '"architectures": ["BertForMaskedLM"], "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4'
model "$work/wide" '"hidden_size": 144, "num_hidden_layers": 12, "num_attention_heads": 12'
look() { "$bertlet" attention "$@" --quiet --force; }

# The page, then the program's numbers, then what drives it; what that finds is in the title.
drive() {  # PAGE SCRIPT WHAT
  sed 's|<head>|<head><script>var faults = []; addEventListener("error", e => faults.push(e.message)); addEventListener("securitypolicyviolation", e => faults.push(e.blockedURI));</script>|' "$1" >"$work/driven.html"
  {
    printf '<script id="numbers" type="text/plain">%s</script>\n<script>\n' "$(base64 -w 0 "$work/numbers")"
    cat "$here/attention_page.js" "$2"
    echo '</script>'
  } >>"$work/driven.html"
  browse --virtual-time-budget=20000 --dump-dom "file://$work/driven.html" >"$work/dom" || fail "$3: the browser ended with $?"
  title=$(grep -o '<title>.*</title>' "$work/dom" | head -n 1)
  [[ $title == '<title>all right: '* ]] || fail "$3: got $title"
  ! grep 'CONSOLE' "$work/log" || fail "$3: the console has messages"
  echo "$3: $title"
}

look "$work/words" 'the cats sat on the [MASK].' 'it was tired' --html "$work/page.html" --safetensors "$work/numbers" --seed 3
drive "$work/page.html" "$here/attention_page_driven.js" 'a pair'
! grep -Eqi 'https?:' <(sed 's|http://www.w3.org/2000/svg||g' "$work/page.html") || fail "the page names something elsewhere"

# Text that looks like markup is text.
look "$work/words" "</script> <b> ' \" שלום 😀 the" --html "$work/hostile.html"
drive "$work/hostile.html" "$here/attention_page_hostile.js" 'hostile text'

# Two models, several texts.
look "$work/words" 'the cat sat' --also $'it was tired\tthe mat .' --beside "$work/wide" --html "$work/several.html" --safetensors "$work/numbers"
drive "$work/several.html" "$here/attention_page_several.js" 'side by side'

# Relative positions.
model "$work/relative" '"position_embedding_type": "relative_key_query", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4'
look "$work/relative" 'the cat sat on mat' --html "$work/relative.html" --safetensors "$work/numbers"
drive "$work/relative.html" "$here/attention_page_relative.js" 'relative positions'

# Some layers and heads.
look "$work/wide" 'the cat sat on mat' --layers 3 --heads 1 --html "$work/part.html" --safetensors "$work/numbers"
drive "$work/part.html" "$here/attention_page_part.js" 'a part of the heads'

# A text that is too long.
! look "$work/wide" "$(for _ in $(seq 4000); do printf 'cat '; done)" --html "$work/none.html" 2>"$work/err" || fail "4000 tokens are not refused"
grep -q 'got a text of 4002 tokens, want at most 512' "$work/err" || fail "4000 tokens: $(<"$work/err")"

# Pictures of all views.
for view in head model matrix neuron token summary; do
  for size in 1280,800 390,844; do
    picture "attention-$view-$size" "$work/page.html#view=$view&layer=1&head=2&q=3" $size
  done
done

finish
