# Sourced by tests of commands that train. Resumes a run with another value of every option that --help lists, one at a
# time: the run must refuse it and name the option, or take it where it is one of `harmless`. What the value may be is
# read from the help; `other` has those that cannot be guessed, with what else they need.
#   declare -A other=([corpus]="$work/another.txt")
#   harmless="threads json" untried="out help"
#   resume_with_each_option "$bertlet" "$work/run" pretrain --corpus "$work/text" …

# name, type and default of a line, and its words behind them
options_of() {
  "$@" --help | awk '
    /^  -/ { if (line) print line; line = $0; next }
    /^ {10,}/ { line = line " " $0; next }
    { if (line) print line; line = "" }
    END { if (line) print line }' | sed -n 's/^  \(-h,\)\?--\([a-z0-9-]*\) *\(.*\)/\2 \3/p'
}

# Another value than the one behind the type: N=3 gives 6, X=0.5 gives 0.32, of names another one.
other_value() {
  local type=${1%% *} words=${1#* } default
  default=${type#*=}
  case $type in
    N | N=auto) echo 3 ;;
    N=*) echo $((default + 3)) ;;
    X | X=auto) echo 0.57 ;;
    X=*) awk "BEGIN { print $default / 2 + 0.07 }" ;;
    *) tr -d ' ' <<<"${words##*: }" | tr ',' '\n' | grep -vxF "$default" | head -n 1 ;;
  esac
}

resume_with_each_option() {
  local bertlet=$1 run=$2 line name rest value tried=0
  shift 2
  while IFS= read -r line; do
    name=${line%% *} rest=${line#* }
    [[ " help out resume force ${untried:-} " == *" $name "* ]] && continue
    if [[ -v other[$name] ]]; then
      value=${other[$name]}
    elif [[ $rest =~ ^[A-Z_]+(=[^ ]*)?' ' ]]; then
      value=$(other_value "$rest")
      [[ -n $value ]] || fail "--$name: the test knows no other value"
    else
      value=
    fi
    rm -rf "$run.again" && cp -r "$run" "$run.again"
    local code=0
    # shellcheck disable=SC2086 # a value may be several words
    "$bertlet" "$@" --out "$run.again" --resume --"$name" $value >"$run.said" 2>&1 || code=$?
    tried=$((tried + 1))
    if [[ " $harmless " == *" $name "* ]]; then
      [[ $code -eq 0 ]] || fail "--$name $value: want it taken on resuming, got exit code $code, $(<"$run.said")"
    else
      [[ $code -eq 1 ]] && grep -q "[:;] ${name//-/_} was " "$run.said" ||
        fail "--$name $value: want it refused on resuming, got exit code $code, $(<"$run.said")"
    fi
  done < <(options_of "$bertlet" "${@:1:${command_words:-1}}")
  [[ $tried -gt 10 ]] || fail "only $tried options were tried"
}
