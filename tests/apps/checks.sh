# For tests of commands that look inside a model, to source: they work in a folder of their own, and count what fails.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }
same() { [[ $2 == "$3" ]] || fail "$1: got '$2', want '$3'"; }
says() { # TEXT COMMAND…
  local text=$1 out
  shift
  out=$("$bertlet" "$@" 2>&1 </dev/null) || fail "$*: exit code $?"
  grep -qF -- "$text" <<<"$out" || fail "$*: got '$out', want '$text' in it"
}
refused() { # CODE ERROR COMMAND…
  local want=$1 error=$2 code=0
  shift 2
  "$bertlet" "$@" >out 2>err </dev/null || code=$?
  [[ $code -eq $want && $(wc -l <err) -eq 1 && $(<err) == *"$error"* ]] || fail "$*: exit code $code, $(<err)"
}
page() { # FILE: stands alone, and what is in it stays text
  grep -qE '(src|href)="?(https?:)?//' "$1" && fail "$1: fetches something"
  grep -q '<script>alert' "$1" && fail "$1: text became a tag"
  [[ $(grep -c '<html' "$1") -eq 1 && $(tail -n 1 "$1") == '</html>' ]] || fail "$1: is no page"
}
