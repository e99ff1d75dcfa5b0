#!/usr/bin/env bash
# Builds and runs the tests, from whatever a fresh Debian or Ubuntu lacks to the last line of ctest.
#   bash tests/run.sh                 the release build
#   bash tests/run.sh asan -R core    another preset of CMakePresets.json; what follows goes to ctest
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}

bash cmake/dependencies.sh build test
command -v ninja >/dev/null && export CMAKE_GENERATOR=${CMAKE_GENERATOR:-Ninja}
cmake --preset "$preset" -DBERTLET_TESTS=ON
cmake --build --preset "$preset" --parallel "$(nproc)"
ctest --preset "$preset" "${@:2}"
