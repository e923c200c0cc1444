#!/usr/bin/env bash
# The other ceiling: nginx with the same bytes as static files.
. "$(dirname "$0")/common.sh"
install() { debian_package nginx nginx-light; }
serve() {
  cat > "$RUN/nginx.conf" << CONF
worker_processes 1;
daemon off;
pid $RUN/nginx.pid;
error_log stderr error;
events { }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  open_file_cache max=1000;
  client_body_temp_path $RUN; proxy_temp_path $RUN; fastcgi_temp_path $RUN; uwsgi_temp_path $RUN; scgi_temp_path $RUN;
  server { listen 127.0.0.1:$PORT; root $CONSTANT; }
}
CONF
  exec nginx -p "$RUN" -c "$RUN/nginx.conf"
}
version() { nginx -v 2>&1; }
"$@"
