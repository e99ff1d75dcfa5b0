#!/usr/bin/env bash
# What lasts: memory, descriptors and speed over many steps; files that are larger than memory should be; many short
# processes; readers that have enough.
#   bash tests/apps/load_test.sh BUILD [long]       long: 200 000 steps, files of 2 GB, 1000 processes
set -euo pipefail
build=$(realpath "$1")
bertlet=$build/bertlet
golden=$(realpath "$(dirname "$0")/../golden/old_run")
source "$(dirname "$0")/checks.sh"
steps=6000 megabytes=24 processes=40
[[ ${2:-} != long ]] || steps=200000 megabytes=2000 processes=1000

# --- steps: RSS in kB and open descriptors, from a tenth of the way on -----------------------------------------------
"$bertlet" pretrain --corpus "$golden/text.txt" --dev "$golden/text.txt" --vocab "$golden/vocab.txt" --config "$golden/small.json" \
  --max-length 16 --tokens 64 --threads 1 --steps $steps --log-every $((steps / 200)) --save-every $((steps / 10)) --out run --quiet &
pid=$!
: >samples
while kill -0 $pid 2>/dev/null; do
  rss=$(awk '/^VmRSS/ { print $2 }' /proc/$pid/status 2>/dev/null) || break
  [[ -z $rss || ! -d run/checkpoints ]] || echo "$rss $(ls /proc/$pid/fd 2>/dev/null | wc -l)" >>samples
  sleep 0.05
done
wait $pid || fail "steps: exit code $?"
growth() { # of a column, from the median of the first fifth to that of the last, in percent
  awk -v column="$1" '{ x[NR] = $column }
    function median(from, to,   i, j, t, y, n) {
      n = 0
      for (i = from; i <= to; i++) y[++n] = x[i]
      for (i = 2; i <= n; i++) { t = y[i]; for (j = i - 1; j > 0 && y[j] > t; j--) y[j + 1] = y[j]; y[j + 1] = t }
      return y[int((n + 1) / 2)]
    }
    END { fifth = int(NR / 5); a = median(1, fifth); b = median(NR - fifth + 1, NR); printf "%d %d %.2f", a, b, 100 * (b - a) / a }' "$2"
}
if [[ $(wc -l <samples) -ge 10 ]]; then
  read -r first last percent <<<"$(growth 1 samples)"
  echo "$steps steps: RSS $first kB, then $last kB ($percent %)"
  awk -v p="$percent" 'BEGIN { exit !(p < 1) }' || fail "steps: memory grows by $percent %"
  read -r first last percent <<<"$(growth 2 samples)"
  [[ $last -le $((first + 1)) ]] || fail "steps: $first descriptors were open, and then $last"
else
  fail "steps: too few samples of memory: $(wc -l <samples)"
fi
sed 's/.*"seconds":\([0-9.e-]*\).*/\1/' run/speed.jsonl >seconds
read -r first last percent <<<"$(awk '{ print int(1e6 * $1) }' seconds >micro && growth 1 micro)"
echo "$((steps / 200)) steps took $first µs, then $last µs ($percent %)"
[[ ${2:-} != long ]] || awk -v p="$percent" 'BEGIN { exit !(p < 25) }' || fail "steps: they get slower by $percent %"

# --- files: the largest memory with one of a tenth, and with the whole -----------------------------------------------
"$bertlet" sample-data classify --out data --rows 64 --quiet
cat >tiny.json <<'END'
{"vocab_size": 300, "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8, "max_position_embeddings": 16}
END
"$bertlet" finetune classify --model tiny.json --train data/train.tsv --dev data/dev.tsv --epochs 1 --max-length 8 --out model --quiet --threads 1
line() { printf 'a cat and a dog and %s' "$(printf 'many words that are cut off %.0s' {1..35})"; }
grow() { # FILE HEADER MB
  { [[ -z $2 ]] || echo "$2" && yes "$(line)" | head -c $(($3 * 1000000)) && echo; } >"$1" 2>/dev/null || true
}
peak() { # COMMAND…: in kB
  "$@" >/dev/null & local pid=$! most=0 now
  while now=$(awk '/^VmHWM/ { print $2 }' /proc/$pid/status 2>/dev/null) && [[ -n $now ]]; do most=$now && sleep 0.02; done
  wait $pid || fail "$*: exit code $?"
  echo "$most"
}
for command in predict encode; do
  case $command in
    predict) arguments=(predict model --data big.tsv --columns prediction --out out.csv --force --quiet) header=sentence ;;
    encode) arguments=(encode model big.tsv --max-length 8 --quiet) header='' ;;
  esac
  grow big.tsv "$header" $((megabytes / 4))
  few=$(peak "$bertlet" "${arguments[@]}")
  grow big.tsv "$header" $megabytes
  all=$(peak "$bertlet" "${arguments[@]}")
  echo "$command: $few kB for $((megabytes / 4)) MB, $all kB for $megabytes MB"
  [[ $all -lt $((few + few / 4 + 70000)) ]] || fail "$command: takes $few kB for a quarter, and $all kB"
done
rm -f out.csv

# --- processes -------------------------------------------------------------------------------------------------------
for ((i = 0; i < processes; i++)); do
  [[ $("$bertlet" tokenize --vocab model --threads 2 <<<'a cat' 2>&1 | wc -l) -eq 1 ]] || fail "process $i says something else"
done
for command in 'encode model big.tsv --max-length 8 --quiet' 'tokenize --vocab model big.tsv' 'predict model --data big.tsv'; do
  code=0
  "$bertlet" $command 2>err | head -n 1 >out || code=${PIPESTATUS[0]}
  [[ $code -eq 141 && ! -s err && $(wc -l <out) -eq 1 ]] || fail "$command: to a reader that has enough: exit code $code, $(<err)"
done

[[ $failures -eq 0 ]] && echo "it lasts"
exit $((failures > 0))
