#!/usr/bin/env bash
# Virtuoso 7, from Debian. Things by DESCRIBE: the package has none of its Linked Data pages.
. "$(dirname "$0")/common.sh"
SQL=$((PORT + 10000))
install() {
  debian_package virtuoso-t virtuoso-opensource-7-bin
  debian_package isql-vt virtuoso-opensource-7-bin
}
start() {
  cat > "$RUN/virtuoso.ini" << CONFIG
[Database]
DatabaseFile = $RUN/virtuoso.db
ErrorLogFile = $RUN/virtuoso.log
LockFile = $RUN/virtuoso.lck
TransactionFile = $RUN/virtuoso.trx
xa_persistent_file = $RUN/virtuoso.pxa
[TempDatabase]
DatabaseFile = $RUN/temp.db
TransactionFile = $RUN/temp.trx
[Parameters]
ServerPort = 127.0.0.1:$SQL
ServerThreads = 20
NumberOfBuffers = 20000
DirsAllowed = $RUN, $(dirname "$DATA")
[HTTPServer]
ServerPort = 127.0.0.1:$PORT
ServerRoot = $RUN
ServerThreads = 10
MaxKeepAlives = 10
[SPARQL]
ResultSetMaxRows = 10000
MaxQueryExecutionTime = 30
DefaultGraph = ${BASE}graph
CONFIG
  cd "$RUN"
  exec virtuoso-t +foreground +configfile "$RUN/virtuoso.ini"
}
sql() { printf '%s;\n' "$@" | timeout 120 isql-vt "127.0.0.1:$SQL" dba dba 2>&1; } # its exit status says nothing
load() {
  (start > "$RUN/load.log" 2>&1) &
  for _ in $(seq 100); do
    sql "select 6 * 7" | grep -q 42 && break
    sleep 0.2
  done
  sql "DB.DBA.TTLP_MT(file_to_string_output('$DATA'), '$BASE', '${BASE}graph', 0)" checkpoint shutdown > "$RUN/sql.log"
  wait
}
serve() { start; }
version() { virtuoso-t +version 2>&1 | grep -m1 Version || true; }
"$@"
