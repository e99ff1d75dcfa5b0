#!/usr/bin/env bash
# What `bertlet bench` and the scripts around it print; how long things take is nobody's promise.
#   bash tests/apps/bench_test.sh BUILD
set -euo pipefail
build=$(realpath "$1")
bertlet=$build/bertlet
scripts=$(realpath "$(dirname "$0")/../bench")
source "$(dirname "$0")/checks.sh"

small=(--config tiny --batch 2 --length 16 --vocab-size 99)
numbers() { grep -o "\"$1\":[-+0-9.e]*" "$2" | cut -d: -f2; } # KEY FILE
adds_up() { awk -v want="$1" '{ sum += $1 } END { exit !(sum > want - 0.001 && sum < want + 0.001) }'; }
rising() { awk 'NR > 1 && $1 < last { exit 1 } { last = $1 }'; }

for what in step infer; do
  "$bertlet" bench $what "${small[@]}" --steps 2 --profile --threads 2 >table || fail "bench $what --profile: exit code $?"
  [[ $(wc -L <table) -le 110 ]] || fail "bench $what --profile: a line of $(wc -L <table) characters"
  for line in '^2 threads, x86-64-v' '^linear  .*%.*%.*%' '^attention  ' '^all .* 100.0% ' '^operation .* ms  share'; do
    grep -qE "$line" table || fail "bench $what --profile: want a line '$line' in $(<table)"
  done
  awk '/^operation/ { on = 1; next } /^all/ { on = 0 } on { match($0, /[0-9.]+%/); print substr($0, RSTART, RLENGTH - 1) / 100 }' table >shares
  awk '{ sum += $1 } END { exit !(sum > 0.98 && sum < 1.02) }' shares || fail "bench $what --profile: shares $(tr '\n' ' ' <shares)"

  "$bertlet" bench $what "${small[@]}" --steps 2 --profile --json --threads 2 >one.json
  "$bertlet" bench $what "${small[@]}" --steps 4 --profile --json --threads 1 >other.json
  numbers share one.json | adds_up 2 || fail "bench $what --profile --json: shares do not add up" # of operations, and of all
  [[ $(numbers flops one.json | head -1) == $(numbers flops other.json | head -1) ]] || fail "bench $what: flops of a round differ"
  numbers flops one.json | tail -n +2 | awk -v all="$(numbers flops one.json | head -1)" '{ sum += $1 } END { exit sum != all || all == 0 }' ||
    fail "bench $what: flops do not add up"
  numbers roof_share one.json | awk '$1 < 0 { exit 1 }' || fail "bench $what: a negative share"
done
for phase in 'linear, backward' 'attention, backward' AdamW; do
  grep -q "\"name\":\"$phase\"" <("$bertlet" bench step "${small[@]}" --steps 1 --profile --json) || fail "bench step: no $phase"
done
"$bertlet" bench infer "${small[@]}" --steps 1 --profile --json >one.json
! grep -q ', backward' one.json || fail "bench infer: a gradient"

same "turns" 3 "$(printf 'a\nb\n' | "$bertlet" bench step "${small[@]}" --turns | wc -l)"
printf 'a\n' | "$bertlet" bench infer "${small[@]}" --turns --json | tail -1 | grep -q '"median_seconds":' || fail "turns: no summary"
refused 1 "--turns: got no line on standard input" bench step "${small[@]}" --turns

for precision in fp32 bf16 int8; do
  "$bertlet" bench latency --config tiny --texts 20 --precision $precision --json >one.json
  for key in p50_seconds p90_seconds p99_seconds worst_seconds; do numbers $key one.json; done | rising || fail "latency: $(<one.json)"
  for key in ready_seconds first_answer_seconds; do numbers $key one.json; done | rising || fail "latency: $(<one.json)"
  same "latency of $precision" 20 "$(numbers texts one.json)"
done
same "latency's texts" "$(numbers tokens one.json)" "$("$bertlet" bench latency --config tiny --texts 20 --json >two.json && numbers tokens two.json)"
says "20 texts of " bench latency --config tiny --texts 20
refused 1 "/no/such: there is no such directory" bench latency --model /no/such
refused 2 "--texts" bench latency --texts 0

if command -v python3 >/dev/null; then
  export PYTHONDONTWRITEBYTECODE=1 XDG_CACHE_HOME=$work/cache BERTLET_PYTHON=python3
  bash "$scripts/growth.sh" "$build" --quick >out 2>/dev/null || fail "growth.sh: exit code $?"
  same "growth.sh's tables" 12 "$(grep -cE '^\| (training step|inference) \| [0-9.]+ (ms|s), [0-9]+ GF/s' out)"
  bash "$scripts/isa.sh" "$build" --quick >out || fail "isa.sh: exit code $?"
  same "isa.sh's lines" 2 "$(grep -cE '^\| (training step|inference), tiny 2×16 \| .* \(1.00\) \|$' out)"
  bash "$scripts/peers.sh" "$build" --quick --rows 'threads-tiny*,infer-1x16-bf16' >out 2>err || fail "peers.sh: $(<err)"
  grep -qE '^\| tiny 32×64 \| [0-9.]+ m?s \| one thread [0-9.]+ m?s \| \*\*[0-9.]+\*\* \|' out || fail "peers.sh: $(<out)"
  python3 -c 'import torch' 2>/dev/null || grep -q 'not available' out || fail "peers.sh: peers that are not there: $(<out)"
  bash "$scripts/peers.sh" "$build" --list >rows && grep -qx step-base-8x128-bf16 rows || fail "peers.sh --list"
  ! bash "$scripts/peers.sh" "$build" --rows nothing 2>err || fail "peers.sh: a row that is not there"
  python3 - "$scripts" <<'EOF' || fail "growth_picture.py: no SVG"
import sys, xml.dom.minidom
sys.path.insert(0, sys.argv[1])
import growth_picture
line = [{"at": at, "step": (1, at), "infer": (1, 2 * at)} for at in (1, 2, 3)]
picture = xml.dom.minidom.parseString(growth_picture.svg([("a", line), ("b", line)]))
assert len(picture.getElementsByTagName("polyline")) == 4
EOF
fi

[[ $failures -eq 0 ]] && echo "Measurements are printed as promised"
