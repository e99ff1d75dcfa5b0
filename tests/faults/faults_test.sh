#!/usr/bin/env bash
# The short form of faults.py, which says what it does.
#   bash tests/faults/faults_test.sh BUILD [long]
set -euo pipefail
[[ -f $1/tests/libinject.so ]] || { echo "skipped: real runs with faults, which this build has no libinject.so for" && exit 77; }
command -v python3 >/dev/null || { echo "skipped: real runs with faults, which need python3" && exit 77; }
exec python3 -B "$(dirname "$0")/faults.py" "$@"
