#!/usr/bin/env bash
# Installs what is missing of the groups named: build, text, test, ci. Where everything is there it does nothing at all.
#   bash cmake/dependencies.sh build test
set -euo pipefail

build="g++ cmake ninja-build libfmt-dev libcli11-dev libutf8proc-dev libxxhash-dev"
text="perl"
test="catch2 nlohmann-json3-dev"
ci="git ccache clang-14 clang-tidy-14 clang-format-14 libclang-rt-14-dev codespell cppcheck python3"

wanted=()
for group in "${@:-build}"; do
  case $group in
    build | text | test | ci) read -ra packages <<<"${!group}" && wanted+=("${packages[@]}") ;;
    *) echo "dependencies.sh: got '$group', want build, text, test or ci" >&2 && exit 2 ;;
  esac
done

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  echo "No apt here. bertlet needs what Debian calls: ${wanted[*]}" >&2
  command -v cmake >/dev/null && exit 0
  echo "dependencies.sh: cmake is missing" >&2 && exit 1
fi

installed() { [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null) == installed* ]]; }
missing=()
for package in "${wanted[@]}"; do installed "$package" || missing+=("$package"); done
[[ ${#missing[@]} -eq 0 ]] && exit 0

echo "Installing: ${missing[*]}"
as_root=()
[[ $(id -u) -eq 0 ]] || as_root=(sudo)
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q
"${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}"
