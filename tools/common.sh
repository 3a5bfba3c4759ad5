# Functions shared by ./dev and the scripts of tools/. Sourced, with `root` set to the checkout.

# Only Debian's programs, and those of the project's own virtual environment: what a developer has on PATH besides must not matter.
export PATH="$root/.venv/build/bin:/usr/lib/llvm-19/bin:/usr/sbin:/usr/bin:/sbin:/bin"

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }

# fail MESSAGE [HINT]
fail() {
  echo "error: $1" >&2
  [ $# -lt 2 ] || echo "hint: $2" >&2
  exit 1
}

# The lines of a list, without comments.
readList() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$1"; }

# makeVenv NAME REQUIREMENTS [pip options…]: .venv/NAME by Debian's Python with these requirements; nothing when it is so already.
makeVenv() {
  local name=$1 requirements=$2 folder="$root/.venv/$1" stamp
  shift 2
  stamp=$( (echo "$folder" "$@"; /usr/bin/python3 --version; readList "$requirements") | sha256sum)
  [ "$(cat "$folder/stamp" 2>/dev/null)" != "$stamp" ] || return 0
  say "making .venv/$name"
  rm -rf "$folder"
  /usr/bin/python3 -m venv "$folder"
  "$folder/bin/python3" -m pip install -q --disable-pip-version-check "$@" -r "$requirements"
  echo "$stamp" >"$folder/stamp"
}
