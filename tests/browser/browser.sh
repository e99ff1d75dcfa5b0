# For the tests of pages to source, with their arguments: BUILD [PICTURES]. Without Chromium they are skipped. With a folder
# as second argument the pictures stay there, to be looked at.
bertlet=$(realpath "$1")/bertlet
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pictures=${2:-$work}
failures=0
fail() { failures=$((failures + 1)) && echo "$*"; }

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[[ -n $browser ]] || { echo "skipped: there is no Chromium" && exit 77; }

# browse OPTIONS… ADDRESS: what it has to say, and the page's console, is in $work/log.
browse() {
  timeout 100 "$browser" --headless --no-sandbox --disable-gpu --enable-logging=stderr --user-data-dir="$work/profile" "$@" 2>"$work/log"
}

# title_of PAGE OPTIONS…: as scripts left it.
title_of() { browse "${@:2}" --dump-dom "file://$1" | grep -o '<title>[^<]*</title>' | head -n 1; }

# picture NAME ADDRESS SIZE OPTIONS…: $pictures/NAME.png, with something on it.
picture() {
  browse --hide-scrollbars --window-size="$3" "${@:4}" --screenshot="$pictures/$1.png" "file://$2" >/dev/null
  [[ $(wc -c <"$pictures/$1.png") -gt 10000 ]] || fail "$1: the picture is empty"
}

finish() {
  [[ $failures -eq 0 ]] && echo "all right"
  exit $((failures > 0))
}
