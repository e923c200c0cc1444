#!/usr/bin/env bash
# This program, serving the release that the data are the dump of.
. "$(dirname "$0")/common.sh"
install() { :; }
serve() { exec "$PYTHON" -m axisld serve --release "$RELEASE" --port "$PORT" --access-log ""; }
version() { "$PYTHON" -m axisld --version; }
"$@"
