"""Real web servers, from the Debian packages, on an export: each as a Server that the look-up tests can ask."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from getpass import getuser
from grp import getgrgid
from pathlib import Path

from tests.live import SECONDS, Server, wait_for
from tests.running import free_port

_NGINX = """
daemon off;
user {user};
pid {folder}/pid;
error_log {folder}/log;
worker_processes 1;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {export}/nginx/http.conf;
    server {{
        listen 127.0.0.1:{port};
        root {export}/site;
        include {export}/nginx/server.conf;
    }}
}}
"""


_CADDY = """
{{
    admin off
    auto_https off
}}
http://127.0.0.1:{port} {{
    root * {export}/site
    import {export}/caddy/Caddyfile
}}
"""

_APACHE_MODULES = ("mpm_event", "alias", "authz_core", "autoindex", "deflate", "dir", "filter", "headers", "mime",
                   "negotiation", "rewrite", "setenvif")  # fmt: skip
_APACHE = """
ServerRoot {folder}
ServerName 127.0.0.1
PidFile {folder}/pid
DefaultRuntimeDir {folder}
ErrorLog {folder}/log
{modules}
User {user}
Group {group}
StartServers 1
Listen 127.0.0.1:{port}
TypesConfig /etc/mime.types
AddOutputFilterByType DEFLATE text/html text/css application/xml
AddLanguage tr .ttl
AddEncoding x-gzip .gz
<Directory />
    Require all denied
</Directory>
<Directory {export}/site>
    Require all granted
</Directory>
<VirtualHost 127.0.0.1:{port}>
    DocumentRoot {export}/site
    Include {export}/apache/httpd.conf
</VirtualHost>
"""


def find(program: str) -> str | None:
    """Debian keeps servers where only root looks."""
    return shutil.which(program, path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


@contextmanager
def nginx(export: Path) -> Iterator[Server]:
    with _folder() as folder:
        port = free_port()
        configuration = folder / "nginx.conf"
        configuration.write_text(_NGINX.format(folder=folder, export=export.resolve(), port=port, user=getuser()))
        with _running(
            [str(find("nginx")), "-e", str(folder / "log"), "-c", str(configuration)], port, folder
        ) as server:
            yield server


@contextmanager
def caddy(export: Path) -> Iterator[Server]:
    with _folder() as folder:
        port = free_port()
        configuration = folder / "Caddyfile"
        configuration.write_text(_CADDY.format(export=export.resolve(), port=port))
        command = ["env", f"XDG_DATA_HOME={folder}", f"XDG_CONFIG_HOME={folder}", str(find("caddy")), "run"]
        with _running([*command, "--config", str(configuration), "--adapter", "caddyfile"], port, folder) as server:
            yield server


@contextmanager
def apache(export: Path) -> Iterator[Server]:
    with _folder() as folder:
        port = free_port()
        modules = "\n".join(
            f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in _APACHE_MODULES
        )
        # It does not run as root, and the folders of tests are shut to others.
        user, group = ("nobody", "nogroup") if getuser() == "root" else (getuser(), getgrgid(os.getgid()).gr_name)
        readable = shutil.copytree(export, folder / "export")
        configuration = folder / "httpd.conf"
        configuration.write_text(
            _APACHE.format(folder=folder, modules=modules, export=readable, port=port, user=user, group=group)
        )
        command = [str(find("apache2")), "-D", "FOREGROUND", "-f", str(configuration)]
        with _running(command, port, folder) as server:
            yield server


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # a server that gives up being root must get in
        yield folder


@contextmanager
def _running(command: Sequence[str], port: int, folder: Path) -> Iterator[Server]:
    log = folder / "output"
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, text=True)
    server = Server(port, process, log)
    try:
        wait_for(lambda: process.poll() is not None or _listens(server))
        assert process.poll() is None, log.read_text() + "".join(file.read_text() for file in folder.glob("*log"))
        yield server
    finally:
        process.terminate()
        process.wait(SECONDS)


def _listens(server: Server) -> bool:
    try:
        server.connect().close()
    except OSError:
        return False
    return True
