#!/usr/bin/env bash
# lens, surprise, explain, trace and heads: what they print, what goes into files and pages, what they refuse.
#   bash tests/apps/inside_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
source "$(dirname "$0")/small_model.sh"
source "$(dirname "$0")/checks.sh"

# --- models: one with a fresh head, one that knows a few words, one of each task -----------------------------------------

mkdir fresh
write_small_model fresh '"architectures": ["BertForMaskedLM"]'
refused 1 'fresh: has no head for masked words (cls.predictions)' lens fresh 'the cat'
refused 1 'fresh: has no head for masked words (cls.predictions)' surprise fresh 'the cat'
sed -i 's/BertForMaskedLM/BertModel/' fresh/config.json
says '3 tokens: [CLS] cat [SEP]' trace fresh cat  # an encoder will do
refused 1 'trace: got a model without a head' trace fresh cat --grad

for task in classify ner qa mlm choice regress; do
  "$bertlet" sample-data $task --out $task --rows 24 --quiet
  "$bertlet" finetune $task --model tiny --train $task/train.* --out $task-run --epochs 2 --max-length 64 --threads 1 --held-out 0 \
    --quiet
done
text="The doctor was discovered by the nurse ."

# --- lens --------------------------------------------------------------------------------------------------------------

same "a row for each token" "$("$bertlet" lens mlm-run "$text" | wc -l)" 9
says 'layer          0 embeddings    1               2' lens mlm-run "$text"
says 'token 2: doctor' lens mlm-run "$text" --token 2 --hide
refused 1 '--token: got 0, want a token of the text, from 1 to 8' lens mlm-run "$text" --token 0
refused 1 '--layers: got 3, want at most 2' lens mlm-run "$text" --layers 3
same "chosen layers" "$("$bertlet" lens mlm-run "$text" --layers 0,2 | head -n 1 | tr -s ' ')" "layer 0 embeddings 2 "
refused 1 'lens: got 1 words for 0 masks' lens mlm-run "$text" --word nurse
says '"word":"nurse"' lens mlm-run 'The [MASK] was good .' --word nurse --json
refused 2 'got --hide and --output, want one of them' lens mlm-run "$text" --hide --output x
"$bertlet" lens mlm-run "$text <script>alert(1)</script>" --html lens.html --quiet
page lens.html
refused 1 'has no head for masked words' lens classify-run "$text"
refused 1 'want at most 512' lens mlm-run "$(printf 'the %.0s' {1..600})"

# --- surprise ----------------------------------------------------------------------------------------------------------

"$bertlet" surprise mlm-run "$text" --json >surprise.json
sums=$(grep -o '"original":[-0-9.e]*' surprise.json | cut -d : -f 2)
awk 'NR == 1 { whole = $1 } NR > 1 { sum += $1 } END { exit (whole - sum) ^ 2 > 1e-12 }' <<<"$sums" ||
  fail "surprise: the sum is not that of the tokens: $sums"
says 'original  within word  tokens  text' surprise mlm-run "$text" "The nurse was discovered ."
same "quiet: the texts alone" "$("$bertlet" surprise mlm-run "$text" "The nurse ." --quiet | wc -l)" 3

# --- explain -----------------------------------------------------------------------------------------------------------

"$bertlet" explain classify-run "The fox  ran." --json >why.json
grep -q '"text":"fox","tokens":\[[0-9,]*\],"source":0,"start":4,"end":7,' why.json || fail "explain: where words stand: $(<why.json)"
label=$("$bertlet" predict classify-run "The fox  ran." | head -n 1 | cut -d ' ' -f 1)
says "$label: score " explain classify-run "The fox  ran."
says "animal rather than person: log-probability" explain classify-run a --label animal --against person --of log-probability
refused 1 "--label: got the label 'plant'" explain classify-run a --label plant
refused 1 "--at: got '2', want none" explain classify-run a --at 2
says "the number that the model gives: score" explain regress-run "It was good ."
says "O at The: probability" explain ner-run "The doctor" --at 1 --label O --of probability
refused 1 "--at: got '3', want a number from 1 to 2" explain ner-run "The doctor" --at 3
says "sold the map at the passage" explain qa-run "Who ?" --passage "Emma sold the map ." --label "sold the map"
refused 1 "--label: got 'a dog', want words of the passage" explain qa-run "Who ?" --passage "Emma sold the map ." --label "a dog"
says "nurse at [MASK] 2" explain mlm-run "The [MASK] was [MASK] ." --at 2 --label nurse
refused 1 "want a text with [MASK] in it" explain mlm-run "$text"
says "ending 1" explain choice-run "It rained ." "So it was dry ." "So it was wet ." --label 1
refused 1 "text: got 602 tokens, want at most 64: the --max-length that it was fine-tuned with" explain classify-run "$(printf 'the %.0s' {1..600})"
for baseline in pad mask unknown zero; do says "integrated gradients: " explain classify-run "$text" --baseline $baseline --nodes 4; done
"$bertlet" explain classify-run "fox <script>alert(1)</script> & مرحبا 🦊" --html why.html --quiet
page why.html
grep -q 'مرحبا' why.html || fail "explain --html: words are lost"

# --- trace -------------------------------------------------------------------------------------------------------------

same "steps" "$("$bertlet" trace mlm-run "$text" --json | grep -o '"name":' | wc -l)" $((5 + 2 * 14 + 4))
says 'attention.self.scores           S = (Q Kᵀ) / √D           2 × 10 × 10' trace mlm-run "$text"
says 'the way back begins at' trace mlm-run "The [MASK] ran ." --grad --label nurse
refused 2 '--label: want --grad with it' trace mlm-run a --label b
refused 1 '--layer: got 2, want at most 1' trace mlm-run a --layer 2
for run in classify ner qa regress; do says 'the way back begins at' trace $run-run "Emma sold it ." --grad; done
"$bertlet" trace qa-run "Who <script>alert(1)</script>" "Emma" --grad --html trace.html --output trace.safetensors --quiet
page trace.html
grep -q 'grad.encoder.layer.1.attention.self.probabilities' trace.safetensors || fail "trace --output: a gradient is missing"

# --- heads -------------------------------------------------------------------------------------------------------------

same "a row for each layer" "$("$bertlet" heads classify-run importance --data classify/dev.tsv --quiet | wc -l)" 3
says '"least_important":["' heads ner-run importance --data ner/dev.conll --json --normalize
says 'importance' heads mlm-run importance --data mlm/dev.txt --json
says 'masked' heads classify-run mask --data classify/dev.tsv --heads 0.1
refused 1 "--heads: got '0', want LAYER.HEAD such as 0.3" heads classify-run mask --data classify/dev.tsv --heads 0
refused 1 'heads: got 7.0, want layers below 2 and heads below 2' heads classify-run mask --data classify/dev.tsv --heads 7.0
refused 2 'want --heads LAYER.HEAD or --share X' heads classify-run mask --data classify/dev.tsv
refused 2 'prune: want --out DIR' heads classify-run prune --data classify/dev.tsv --heads 0.1
says '1 heads: 0.1' heads classify-run prune --data classify/dev.tsv --heads 0.1 --out pruned
same "what is pruned measures what is masked" "$("$bertlet" evaluate pruned --data classify/dev.tsv --json | sed 's/"majority":{[^}]*}//' |
  grep -oE '"accuracy":[01]\.[0-9]{0,6}')" \
  "$("$bertlet" heads classify-run mask --data classify/dev.tsv --heads 0.1 --json | grep -oE '"masked":\{"accuracy":[01]\.[0-9]{0,6}' | cut -d '{' -f 2)"
[[ $(stat -c %s pruned/model.safetensors) -lt $(stat -c %s classify-run/best/model.safetensors) ]] || fail "prune: the model is no smaller"
refused 1 'pruned: is there already, want --force to replace it' heads classify-run prune --data classify/dev.tsv --heads 0.1 --out pruned
same "the curve" "$("$bertlet" heads classify-run curve --data classify/dev.tsv --points 2 --quiet | awk '{ print $1 }' | tr '\n' ' ')" "gone 0 1 2 "

"$bertlet" heads classify-run curve --data classify/dev.tsv --points 2 --html curve.html --quiet
"$bertlet" heads classify-run prune --data classify/dev.tsv --share 0.5 --out pruned --force --html prune.html --quiet
for file in curve.html prune.html; do page $file; done
[[ $(grep -c '<svg class="plot"' curve.html) -ge 5 && $(grep -c 'class="shade marked"' prune.html) -eq 2 ]] || fail "heads --html: pictures are missing"
"$bertlet" report classify-run --data classify/dev.tsv --heads --html report.html --quiet
page report.html
[[ $(grep -c '<table class="heat">' report.html) -eq 2 ]] || fail "report --data: got $(grep -c '<table class="heat">' report.html) tables, want 2"
refused 2 '--heads: want --data with it' report classify-run --heads

# --- all of them on what the toy saved ---------------------------------------------------------------------------------

"$bertlet" romeo --layers 2 --hidden 64 --heads 4 --seed 7 --lr 3e-3 --quiet --out romeo >out
refused 1 'romeo: is there already, want --force' romeo --out romeo
line="Hello, how are you? I am Romeo."
echo "$line" >lines.txt
says '[CLS]' attention romeo "$line" --text
same "lens: a row for each token" "$("$bertlet" lens romeo "$line" | wc -l)" 11
says 'original' surprise romeo "$line"
says 'at [MASK]' explain romeo "Hello, how [MASK] you?"
says 'the way back begins at' trace romeo "Hello, how [MASK] you?" --grad
same "romeo: a row for each layer" "$("$bertlet" heads romeo importance --data lines.txt --quiet | wc -l)" 3
says 'pruned' heads romeo prune --data lines.txt --share 0.5 --out half-romeo
says 'original' surprise half-romeo "$line"

[[ $failures -eq 0 ]] && echo "what is seen inside is there"
exit $((failures > 0))
