#!/usr/bin/env bash
# Oxigraph's server, from PyPI. No --timeout-s: in 0.5.13 each query would leave a thread asleep until that time is over.
. "$(dirname "$0")/common.sh"
install() { python_packages oxigraph==0.5.13; }
load() { "$HOME_OF_PEER/venv/bin/oxigraph" load --location "$RUN/store" --file "$DATA" >&2; }
serve() {
  ulimit -v 8000000 # one query can take all memory there is
  exec "$HOME_OF_PEER/venv/bin/oxigraph" serve-read-only --location "$RUN/store" --bind "127.0.0.1:$PORT"
}
version() { "$HOME_OF_PEER/venv/bin/oxigraph" --version; }
"$@"
