#!/usr/bin/env bash
# Trifid, from npm, with the store in its own process (trifid-handler-fetch).
. "$(dirname "$0")/common.sh"
install() { npm_packages trifid@5.3.0; }
serve() {
  cat > "$RUN/config.yaml" << CONFIG
server: { listener: { host: 127.0.0.1, port: $PORT }, logLevel: warn }
globals: { datasetBaseUrl: "$BASE", endpoints: { default: { url: /query } } }
plugins:
  entity-renderer: { module: "@zazuko/trifid-entity-renderer", config: { followRedirects: true } }
  fetch-handler:
    module: trifid-handler-fetch
    paths: /query
    config: { url: "$DATA", contentType: text/turtle, baseIRI: "$BASE", graphName: "${BASE}graph", unionDefaultGraph: true }
CONFIG
  cd "$HOME_OF_PEER"
  exec node node_modules/.bin/trifid -c "$RUN/config.yaml"
}
version() { node -p "'trifid ' + require('$HOME_OF_PEER/node_modules/trifid/package.json').version"; }
"$@"
