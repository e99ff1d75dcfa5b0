#!/usr/bin/env bash
# Builds the program, from whatever a fresh Debian or Ubuntu lacks to build/bertlet.
set -euo pipefail
cd "$(dirname "$0")/.."

bash cmake/dependencies.sh build
[[ -e build/CMakeCache.txt ]] || ! command -v ninja >/dev/null || export CMAKE_GENERATOR=Ninja
cmake --preset release
cmake --build --preset release --parallel "$(nproc)" --target bertlet romeo_juliet first_steps
echo "Ready: build/bertlet --help"
