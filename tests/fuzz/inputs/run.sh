#!/usr/bin/env bash
# libFuzzer on every reader, under the address and undefined-behaviour sanitizers. What takes longer than a second, asks
# for more than a gigabyte at once, or throws anything but an Error in one line, is kept in build-fuzz/found-READER-….
#   bash tests/fuzz/inputs/run.sh             100 000 executions of each
#   bash tests/fuzz/inputs/run.sh 1000000 torch pickle
set -euo pipefail
cd "$(dirname "$0")/../../.."
runs=${1:-100000}
cmake --preset fuzz -G Ninja >/dev/null
cmake --build --preset fuzz --parallel "$(nproc)"
fuzz=build-fuzz/tests/fuzz_inputs seeds=build-fuzz/seeds
bash tests/fuzz/inputs/seeds.sh "${BERTLET:-build/bertlet}" $seeds
readers=("${@:2}")
[[ ${#readers[@]} -gt 0 ]] || readers=($(ls $seeds))

[[ ! -w /dev/shm ]] || export TMPDIR=/dev/shm # no disk to wait for
status=0
printf '%-18s %12s %8s %8s %8s\n' reader executions seconds corpus found
for reader in "${readers[@]}"; do
  mkdir -p build-fuzz/corpus/"$reader"
  rm -f build-fuzz/found-"$reader"-*
  nice -n 19 $fuzz --reader="$reader" -runs="$runs" -timeout=1 -malloc_limit_mb=1024 -rss_limit_mb=4096 -max_len=8192 -close_fd_mask=3 \
    -print_final_stats=1 -artifact_prefix=build-fuzz/found-"$reader"- build-fuzz/corpus/"$reader" $seeds/"$reader" \
    >build-fuzz/log-"$reader" 2>&1 || status=1
  awk -v reader="$reader" -v found="$(find build-fuzz -maxdepth 1 -name "found-$reader-*" | wc -l)" \
    -v corpus="$(find build-fuzz/corpus/"$reader" -type f | wc -l)" '
    /stat::number_of_executed_units/ { executions = $2 }
    /^Done / { seconds = $(NF - 1) }
    END { printf "%-18s %12d %8s %8d %8d\n", reader, executions, seconds, corpus, found }' build-fuzz/log-"$reader"
done
exit $status
