#!/usr/bin/env bash
# Linked Data Fragments server, from npm: a thing's triples are the fragment with that subject. No SPARQL.
. "$(dirname "$0")/common.sh"
install() { npm_packages @ldf/server@3.3.0; }
serve() {
  # The preset extends just the server with this identifier.
  cat > "$RUN/config.json" << CONFIG
{ "@context": "https://linkedsoftwaredependencies.org/bundles/npm/@ldf/server/^3.0.0/components/context.jsonld",
  "@id": "urn:ldf-server:my", "import": "preset-qpf:config-defaults.json", "title": "bench",
  "baseURL": "http://127.0.0.1:$PORT/", "port": $PORT, "workers": 1,
  "datasources": [ { "@id": "urn:bench:data", "@type": "TurtleDatasource", "datasourceTitle": "data", "datasourcePath": "data", "file": "$DATA" } ] }
CONFIG
  # It has no setting for the address and would listen on every one.
  cat > "$RUN/loopback.js" << 'SCRIPT'
const net = require('net'), listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  return /^\d+$/.test(port) ? listen.call(this, Number(port), '127.0.0.1', ...rest) : listen.call(this, port, ...rest);
};
SCRIPT
  cd "$HOME_OF_PEER"
  NODE_OPTIONS="--require $RUN/loopback.js" exec node node_modules/.bin/ldf-server "$RUN/config.json" "$PORT" 1
}
version() { node -p "'@ldf/server ' + require('$HOME_OF_PEER/node_modules/@ldf/server/package.json').version"; }
"$@"
