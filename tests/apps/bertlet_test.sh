#!/usr/bin/env bash
# What holds for every subcommand: exit codes, and errors in one line on stderr.
#   bash tests/apps/bertlet_test.sh BUILD
set -euo pipefail
bertlet=$(realpath "$1")/bertlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }

# expect CODE WORDS-ON-STDOUT WORDS-ON-STDERR ARGUMENTS…
expect() {
  local want=$1 out=$2 err=$3 code=0
  shift 3
  "$bertlet" "$@" >"$work/out" 2>"$work/err" || code=$?
  [[ $code -eq $want ]] || fail "bertlet $*: got exit code $code, want $want"
  [[ $(<"$work/out") == *"$out"* ]] || fail "bertlet $*: '$out' is not in what it printed: $(<"$work/out")"
  [[ $(<"$work/err") == *"$err"* ]] || fail "bertlet $*: '$err' is not in its error: $(<"$work/err")"
  [[ $want -eq 0 || ($(wc -l <"$work/err") -eq 1 && ! -s $work/out) ]] || fail "bertlet $*: an error is one line on stderr"
}

expect 0 "gradcheck" "" --help
expect 0 "bertlet " "" --version
expect 2 "" "--help"
expect 2 "" "unknown subcommand square (see" square
expect 2 "" "unknown option --square" --square
expect 2 "" "unknown subcommand gradchek, did you mean gradcheck?" gradchek
expect 2 "" "unknown option --thread, did you mean --threads?" gradcheck --thread 2
expect 2 "" "see bertlet gradcheck --help" gradcheck --square
expect 2 "" "--threads" gradcheck --threads -1
expect 2 "" "--seed" gradcheck --seed one
expect 2 "" "want one of: add " gradcheck --op square
expect 0 "Example: bertlet gradcheck" "" gradcheck --help
expect 0 ": all right" "" gradcheck --threads 2 --seed 7
expect 0 '"wrong_cases":0' "" gradcheck --op softmax --json
expect 2 "" "--vocab is required" tokenize
expect 2 "" "--rules" tokenize --vocab F --rules mine
expect 2 "" "--strip-accents" tokenize --vocab F --strip-accents maybe
expect 1 "" "/no/such: No such file or directory" tokenize --vocab /no/such
expect 1 "" "is empty, want one token per line" tokenize --vocab /dev/null
expect 2 "" "subcommand is required" bench
expect 2 "" "--text is required" bench tokenize --vocab F
expect 0 "Example: " "" tokenize --help
expect 0 "Example: bertlet bench tokenize" "" bench tokenize --help
expect 0 '"median_seconds":' "" bench step --config tiny --batch 2 --length 16 --vocab-size 99 --steps 2 --json
expect 0 '"peak_rss_mb":' "" bench step --config tiny --batch 3 --length 8 --vocab-size 6 --steps 1 --lengths uniform --json
expect 0 '"tokens":24,' "" bench step --config tiny --batch 3 --length 8 --vocab-size 99 --steps 1 --json
expect 1 "" "config: got 'huge', want one of: tiny mini " bench step --config huge
expect 1 "" "position_ids" bench step --config tiny --batch 1 --length 513 --vocab-size 99
expect 2 "" "--precision" bench infer --precision int4
expect 2 "" "--vocab-size" bench step --vocab-size 5
expect 0 "Example: bertlet bench step" "" bench step --help
expect 0 "Example: bertlet romeo" "" romeo --help
expect 2 "" "subcommand is required" vocab
expect 2 "" "--text is required" vocab train --out F
expect 2 "" "--size" vocab train --text F --out F --size 0
expect 1 "" "/no/such: No such file or directory" vocab inspect /no/such
expect 0 "Example: " "" vocab train --help
expect 0 "Example: " "" vocab inspect --help
expect 0 '"parameters":335141888' "" info --config large --json
expect 1 "" "config: got 'huge', want one of: tiny mini " info --config huge
expect 1 "" "/no/such.json: No such file" info --config /no/such.json
expect 2 "" "DIR or --config is required" info
expect 1 "" "/no/such: there is no such directory; nothing is downloaded" info /no/such
expect 1 "" "/dev/null: is not a file" info /dev/null
expect 2 "" "out is required" convert IN
expect 0 "Example: bertlet convert" "" convert --help
expect 2 "" "--dtype" convert IN OUT --dtype int8
expect 1 "" "/no/such: there is no such directory; nothing is downloaded" convert /no/such "$work/a"
golden=$(dirname "$0")/../golden/torch_new.pt
expect 0 "17 tensors" "" convert "$golden" "$work/a" --dtype bfloat16
expect 1 "" "$work/a/model.safetensors: is there already, want --force" convert "$golden" "$work/a"
expect 0 "17 tensors" "" convert "$golden" "$work/a" --force --shard-size 0.0002
expect 0 "safetensors in " "" info "$work/a"
expect 1 "" "$work/a/model.safetensors.index.json: is there already" convert "$golden" "$work/a"
BERTLET_ISA=v9 expect 1 "" 'BERTLET_ISA: got "v9"' --version

[[ $("$bertlet" gradcheck --quiet | wc -l) -eq 1 ]] || fail "gradcheck --quiet: want one line where all is right"
code=0
"$bertlet" gradcheck --op add >/dev/full 2>"$work/err" || code=$?
[[ $code -eq 1 && $(<"$work/err") == "bertlet: stdout: No space left on device" ]] ||
  fail "a full disk: got exit code $code and '$(<"$work/err")'"

[[ $failures -eq 0 ]] && echo "Exit codes and errors are as promised"
