#!/usr/bin/env bash
# The toy, from whatever a fresh Debian or Ubuntu lacks to a BERT that knows six lines by heart. Options go to
# `bertlet romeo`:
#   bash apps/romeo.sh --explain
set -euo pipefail
cd "$(dirname "$0")/.."

bash apps/build.sh
build/bertlet romeo "$@"
