# Read by each peers/NAME.sh, whose functions it calls:  NAME.sh install | load | serve | version
#   CACHE  folder of what is installed      DATA  the data, Turtle      PORT  of 127.0.0.1
#   RUN    folder of this run               BASE  what the IRIs of the data begin with
# `install` ends with status 3 and a line that says why where the peer cannot be had here.
set -euo pipefail
PEER=$(basename "$0" .sh)
HERE=$(dirname "$(readlink -f "$0")")
HOME_OF_PEER=${CACHE:?}/$PEER

unavailable() { echo "$*"; exit 3; }
load() { :; } # for those that read DATA when they start

python_packages() { # a virtual environment, made once
  [ -e "$HOME_OF_PEER/ready" ] && return
  python3 -m venv "$HOME_OF_PEER/venv"
  "$HOME_OF_PEER/venv/bin/pip" install --quiet "$@" >&2 || unavailable "not installed: pip cannot get $*"
  touch "$HOME_OF_PEER/ready"
}

npm_packages() { # a folder of Node modules, made once
  command -v npm > /dev/null || unavailable "not installed: npm is not here (Debian: apt-get install npm)"
  [ -e "$HOME_OF_PEER/ready" ] && return
  mkdir -p "$HOME_OF_PEER"
  echo '{"private": true}' > "$HOME_OF_PEER/package.json"
  npm install --prefix "$HOME_OF_PEER" --save-exact --no-audit --no-fund --silent "$@" >&2 || unavailable "not installed: npm cannot get $*"
  touch "$HOME_OF_PEER/ready"
}

debian_package() { # COMMAND PACKAGE
  command -v "$1" > /dev/null || unavailable "not installed: $1 is not here (Debian: apt-get install --no-install-recommends $2)"
}
