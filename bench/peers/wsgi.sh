#!/usr/bin/env bash
# The ceiling: a bare WSGI callable that returns constant bytes, those that axisld answers, under the same server.
. "$(dirname "$0")/common.sh"
install() { :; }
serve() {
  cd "$HERE/.."
  exec "$PYTHON" -m granian --interface wsgi --http 1 --no-ws --workers 1 --host 127.0.0.1 --port "$PORT" --log-level error constant:application
}
version() { "$PYTHON" -m granian --version; }
"$@"
