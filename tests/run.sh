#!/usr/bin/env bash
# Builds and runs the tests, from whatever a fresh Debian or Ubuntu lacks to the last line of ctest; then it says which
# tests, or parts of them, did not run, and what they lacked.
#   bash tests/run.sh                 the release build
#   bash tests/run.sh asan -R core    another preset of CMakePresets.json; what follows goes to ctest
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}

bash cmake/dependencies.sh build test
command -v ninja >/dev/null && export CMAKE_GENERATOR=${CMAKE_GENERATOR:-Ninja}
cmake --preset "$preset" -DBERTLET_TESTS=ON
cmake --build --preset "$preset" --parallel "$(nproc)"

report=$(mktemp)
trap 'rm -f "$report"' EXIT
status=0
ctest --preset "$preset" --parallel "$(nproc)" --output-junit "$report" --test-output-size-passed 100000 "${@:2}" || status=$?
awk -F '"' '
  /<testcase name=/ { test = $2 }
  sub(/^.*skipped: /, "") && !seen[test, $0]++ { if (!any++) print "\nNot run:"; printf "  %-28s %s\n", test, $0 }
' "$report"
exit $status
