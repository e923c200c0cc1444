"""The pages' program asked within this process, as a client on the network would ask it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import Headers
from werkzeug.test import create_environ, run_wsgi_app

from axisld.iris import to_url
from axisld.web.application import create_app
from axisld.web.problems import Problem, answer
from axisld.web.site import Site


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Headers
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0]

    @property
    def varies_by(self) -> set[str]:
        return {name.strip() for name in self.headers.get("Vary", "").split(",")}


class Asker:
    """Asks the app of one site."""

    def __init__(self, here: Site) -> None:
        self._path = here.names.path
        self._app = create_app(here)

    def paths(self, without: Collection[str]) -> list[str]:
        """The paths below the base without parts to fill in, but those of some blueprints."""
        rules = [
            rule for rule in self._app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())
        ]
        return sorted({rule.rule.lstrip("/") for rule in rules if rule.endpoint.partition(".")[0] not in without})

    def problem(self, status: int, detail: str, accept: str) -> bytes:
        """What is said where there is no answer."""
        with self._app.test_request_context(headers={"Accept": accept}):
            return answer(Problem(status, detail)).get_data()

    def ask(self, url: str, accept: str = "") -> Answer:
        """The answer to GET for a URL below the base, such as "doc/x?page=2"."""
        asked = to_url(url)
        path, _, query = asked.partition("?")
        headers: Mapping[str, str] = {"Accept": accept} if accept else {}
        environ = create_environ(self._path, headers=headers)
        environ |= {"REQUEST_URI": self._path + asked, "PATH_INFO": self._path + path, "QUERY_STRING": query}
        body, status, answered = run_wsgi_app(self._app, environ, buffered=True)
        return Answer(int(status.split()[0]), answered, b"".join(body))
