#!/usr/bin/env bash
# clang-tidy with .clang-tidy's checks over the libraries and the programs; a finding is an error. Sources are looked at
# sixteen at a time, as the build compiles them.
#   bash tests/tidy.sh [FOLDER…]      bash tests/tidy.sh core nn
set -euo pipefail
cd "$(dirname "$0")/.."
folders=("${@:-.}")

cmake -S . -B build-tidy -G Ninja -DCMAKE_CXX_COMPILER=clang++-14 -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DBERTLET_TESTS=OFF >/dev/null
(cd build-tidy && find "${folders[@]}" -name 'unity_*.cxx' -not -path '*_double.dir*') | sort >build-tidy/bundles
[[ -s build-tidy/bundles ]] || { echo "tidy.sh: found no sources in ${folders[*]}" >&2 && exit 2; }
xargs -a build-tidy/bundles -I {} -P "$(nproc)" clang-tidy-14 -p build-tidy --quiet --warnings-as-errors='*' --checks=-bugprone-suspicious-include \
  --header-filter='/(core|nn|optim|bert|apps)/.*\.(h|cpp)$' build-tidy/{} 2>build-tidy/progress ||
  { grep 'error:' build-tidy/progress || true; exit 1; }
echo "clang-tidy: nothing found in $(wc -l <build-tidy/bundles) bundles of sources"
