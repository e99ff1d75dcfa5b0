#!/usr/bin/env bash
# probe, neighbours, senses and map: what they print, what goes into files and pages, what they refuse.
#   bash tests/apps/probing_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
source "$(dirname "$0")/checks.sh"

for task in classify ner pair; do "$bertlet" sample-data $task --out $task --rows 60 --quiet; done
"$bertlet" finetune classify --model tiny --train classify/train.tsv --out run --epochs 1 --max-length 64 --threads 1 --held-out 0 --quiet

# Sentences with their trees: the ADJECTIVE NOUN VERB the NOUN .
treebank() { # COUNT FIRST
  awk -v count="$1" -v first="$2" 'BEGIN {
    split("old small red good", adjective); split("cat dog fox bird", noun); split("saw found sold", verb)
    for (i = first; i < first + count; i++) {
      printf "# sent_id = %d\n", i
      printf "1\tThe\tthe\tDET\t_\t_\t3\tdet\t_\t_\n2\t%s\t_\tADJ\t_\t_\t3\tamod\t_\t_\n", adjective[i % 4 + 1]
      printf "3-4\tboth\t_\t_\t_\t_\t_\t_\t_\t_\n3\t%s\t_\tNOUN\t_\t_\t4\tnsubj\t_\t_\n", noun[i * 3 % 4 + 1]
      printf "4\t%s\t_\tVERB\t_\t_\t0\troot\t_\t_\n4.1\t_\t_\t_\t_\t_\t_\t_\t_\t_\n", verb[i % 3 + 1]
      printf "5\tthe\tthe\tDET\t_\t_\t6\tdet\t_\t_\n6\t%s\t_\tNOUN\t_\t_\t4\tobj\t_\t_\n", noun[i * 5 % 4 + 1]
      printf "7\t.\t.\tPUNCT\t_\t_\t4\tpunct\t_\t_\n\n"
    }
  }'
}
treebank 20 0 >train.conllu
treebank 8 20 >dev.conllu

# --- probe: labels -----------------------------------------------------------------------------------------------------

says 'always the most frequent label: ' probe run --data classify/train.tsv --dev classify/dev.tsv
same "a line for each layer" "$("$bertlet" probe run --data classify/train.tsv --quiet | wc -l)" 5
says 'F1 of names' probe run --data ner/train.conll --dev ner/dev.conll
says 'random labels  selectivity' probe run --data ner/train.conll --control
says '"f1_is":"macro"' probe run --data pair/train.tsv --of pairs --state mean --json
same "the same again" "$("$bertlet" probe run --data ner/train.conll --control --json --seed 3)" \
  "$("$bertlet" probe run --data ner/train.conll --control --json --seed 3 --threads 1)"
"$bertlet" probe run --data ner/train.conll --control --html ner.html --quiet
page ner.html
refused 1 'ner.html: is there already' probe run --data ner/train.conll --html ner.html
refused 1 'control: got texts, want words with labels' probe run --data classify/train.tsv --control
refused 2 'want --data F or --treebank F' probe run
refused 2 'want --data F or --treebank F' probe run --data ner/train.conll --treebank train.conllu
refused 2 '--output: want --treebank with it' probe run --data ner/train.conll --output x
printf 'label\ttext\nplant\tA tree .\nplant\tA rose .\n' >one.tsv
refused 1 'one.tsv: got 1 labels, want two or more' probe run --data one.tsv --dev one.tsv
refused 1 "one.tsv:2: got the label 'plant'" probe run --data classify/train.tsv --dev one.tsv

# --- probe: trees ------------------------------------------------------------------------------------------------------

says 'learned from 20 sentences, measured on 8; each word to its neighbour: UUAS 0.6' probe run --treebank train.conllu --dev dev.conllu \
  --epochs 2 --rank 8
says '"train":16,"dev":4,"left_out":0' probe run --treebank train.conllu --epochs 1 --json
"$bertlet" probe run --treebank train.conllu --dev dev.conllu --epochs 100 --lr 0.01 --json >trees.json
grep -oE '"layer":0,"uuas":[0-9.]+' trees.json | grep -qE ':(1\.0|0\.[7-9][0-9]*)$' || fail "the tree is not learned: $(<trees.json)"
sed 's/\tfox\t/\t<script>alert(1)<\/script>\t/' dev.conllu >hostile.conllu
"$bertlet" probe run --treebank train.conllu --dev hostile.conllu --epochs 1 --html trees.html --output maps.safetensors --quiet
page trees.html
grep -q 'alert(1)' trees.html || fail "probe --html: a word is lost"
grep -q 'probe.2' maps.safetensors || fail "probe --output: a layer is missing"
sed 's/\t4\tnsubj/\t_\tnsubj/' dev.conllu >wrong.conllu
refused 1 "wrong.conllu:5: got the HEAD '_', want the ID of a word" probe run --treebank wrong.conllu

# --- neighbours --------------------------------------------------------------------------------------------------------

same "neighbours" "$("$bertlet" neighbours run fox hen --top-k 3 | wc -l)" 9
says '"pieces":["fox"]' neighbours run fox --json
cut -f 1 classify/train.tsv | tail -n +2 >texts.txt
printf 'The fox saw <script>alert(1)</script> .\n' >>texts.txt
says 'layer 0 embeddings' neighbours run fox --file texts.txt
same "chosen layers" "$("$bertlet" neighbours run fox --file texts.txt --layers 0,2 --top-k 4 --quiet | wc -l)" 11
says 'A [fox] ran' neighbours run fox --file texts.txt --in 'A fox ran'
"$bertlet" neighbours run fox --file texts.txt --top-k 200 --html near.html --quiet
page near.html
"$bertlet" neighbours run fox --html words.html --quiet
page words.html
refused 1 'dog: is no word of --in' neighbours run dog --file texts.txt --in 'A fox ran'
refused 1 '--layers: got 9, want at most 2' neighbours run fox --file texts.txt --layers 9
refused 2 '--in and --layers: want --file with them' neighbours run fox --layers 1

# --- senses ------------------------------------------------------------------------------------------------------------

printf 'sense\ttext\nanimal\tThe fox ran.\nanimal\tA red fox.\nperson\tthat old Fox said.\nperson\tMister Fox <script>alert(1)</script>\n' >fox.tsv
says '4 times: 2 animal, 2 person' senses run fox --file fox.tsv --label sense
says 'silhouette' senses run fox --file fox.tsv --label sense
cut -f 2 fox.tsv | tail -n 4 >fox.txt
says '4 times' senses run FOX --file fox.txt
says '"senses":[]' senses run fox --file fox.txt --json
"$bertlet" senses run fox --file fox.tsv --label sense --html senses.html --quiet
page senses.html
refused 1 "fox.tsv: has the word 'cat' 0 times" senses run cat --file fox.tsv --label sense

# --- map ---------------------------------------------------------------------------------------------------------------

says '% of the variance' map run classify/train.tsv
says '"variance":[' map run texts.txt --json
says 'perplexity 5, divergence ' map run classify/train.tsv --by t-sne --perplexity 5 --steps 300
"$bertlet" map run classify/train.tsv --html map.html --quiet
page map.html
same "a point for each text" "$(grep -o 'class="mark"[^>]*data-label="[0-9]*" transform' map.html | wc -l)" "$(($(wc -l <classify/train.tsv) - 1))"
printf 'label\ttext\na\t<script>alert(1)</script> fox\nb"\tمرحبا\n<b>\tred & old\n' >hostile.tsv
"$bertlet" map run hostile.tsv --html hostile.html --quiet
page hostile.html
refused 1 'map.html: is there already' map run classify/train.tsv --html map.html
awk 'BEGIN { for (i = 0; i < 2001; i++) print "a fox" }' >many.txt
refused 1 '--by t-sne: got 2001 texts, want at most 2000' map run many.txt --by t-sne

[[ $failures -eq 0 ]] && echo "what layers hold is there"
exit $((failures > 0))
