#!/usr/bin/env bash
# Checks object files made of kernel sources: each defines its table and nothing else that the linker could share. A
# shared function of a -v4 file might be the copy that machines without -v4 run.
#   bash tests/core/kernel_symbols.sh OBJECT…
set -euo pipefail

[[ $# -gt 0 ]] || { echo "kernel_symbols.sh: got no object files" >&2 && exit 2; }

# Of what is defined (nm's lines of three words) local symbols have small letters, but for u, v and w.
strays=$(for object in "$@"; do
  nm "$object" | awk -v object="$object" 'NF == 3 && $2 ~ /[A-Zuvw]/ && $3 !~ /_v[234]E$/ { print object ": " $2 " " $3 }'
done)
[[ -z $strays ]] && exit 0
echo "Shared symbols in kernel files:" >&2
c++filt <<<"$strays" >&2
exit 1
