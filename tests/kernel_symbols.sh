#!/usr/bin/env bash
# Kernel objects may show the linker their tables and nothing else: a function they shared, compiled for one instruction
# set, could become everybody's copy.   kernel_symbols.sh NM OBJECT…
set -euo pipefail

symbols=$("$1" --demangle --defined-only --extern-only "${@:2}" | grep -E '^[0-9a-f]+ ')
shared=$(grep -vE ' [BDR] bertlet(_double)?(::[a-z_]+)+_v[234](_[a-z0-9]+)?$' <<<"$symbols" || true)
[[ -z $shared ]] || { echo "Kernel objects share:" && echo "$shared" && exit 1; }
echo "$(wc -l <<<"$symbols") tables in $(($# - 1)) objects, nothing else shared"
