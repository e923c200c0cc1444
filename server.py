"""Serve the publication in this folder: `python server.py`, or any WSGI server with `server:app`."""

from typing import Any


def __getattr__(name: str) -> Any:  # `server:app` opens the release when a WSGI server asks for it, not at import
    if name == "app":
        from axisld.web.serving import wsgi_application

        return wsgi_application()
    raise AttributeError(name)


if __name__ == "__main__":
    from axisld.cli import main

    main(["serve"])
