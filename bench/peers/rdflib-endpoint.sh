#!/usr/bin/env bash
# rdflib-endpoint, from PyPI, with rdflib's store in memory. SPARQL only.
. "$(dirname "$0")/common.sh"
install() { python_packages 'rdflib-endpoint[web,cli]==0.6.3' rdflib==7.6.0 uvicorn==0.54.0; }
serve() {
  ulimit -v 8000000
  exec "$HOME_OF_PEER/venv/bin/rdflib-endpoint" serve --host 127.0.0.1 --port "$PORT" "$DATA"
}
version() { "$HOME_OF_PEER/venv/bin/pip" list --format=freeze | grep -i '^rdflib'; }
"$@"
