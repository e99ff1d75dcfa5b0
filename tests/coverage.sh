#!/usr/bin/env bash
# Which lines the tests run: builds all with counters, runs the tests, prints a share for each folder and, with a folder,
# the lines of it that nobody ran.
#   bash tests/coverage.sh                    all tests, in float
#   bash tests/coverage.sh -E resume_test     what follows goes to ctest
#   bash tests/coverage.sh lines bert/io      after that: FILE:LINES
set -euo pipefail
cd "$(dirname "$0")/.."
build=build-coverage

if [[ ${1:-} != lines ]]; then
  cmake -S . -B $build -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS="--coverage -fprofile-update=atomic" \
    -DBERTLET_TESTS=ON -DBERTLET_TEST_PRECISION=float >/dev/null
  cmake --build $build --parallel "$(nproc)" >$build/progress || { tail -n 30 $build/progress && exit 1; }
  find $build -name '*.gcda' -delete
  ctest --test-dir $build --parallel "$(nproc)" --output-on-failure "$@" || echo "Some tests failed."
fi
python3 tests/coverage.py $build "${@:2}"
