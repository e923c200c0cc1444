"""Configurations of web servers for an export: the same negotiation, headers and redirects as the server's own."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from axisld import __version__
from axisld.iris import to_url
from axisld.representations import formats
from axisld.static import accept
from axisld.static.files import SUFFIXES
from axisld.static.layout import DEEPEST, SEGMENT
from axisld.static.writer import Told
from axisld.web import signposting
from axisld.web.encoding import CODINGS
from axisld.web.headers import DATA_SECURITY, IMMUTABLE, PAGE_SECURITY, SHARING, cache_control, link
from axisld.web.interface import LANGUAGES
from axisld.web.languages import FALLBACK
from axisld.web.site import Site

# Where each is written, below the folder of the export; Netlify and Cloudflare look for theirs beside the pages.
_FILES = ("nginx/http.conf", "nginx/server.conf", "nginx/example.conf", "caddy/Caddyfile",
          "apache/httpd.conf", "apache/virtual-host.conf", "site/_redirects", "site/_headers", "README.md")  # fmt: skip
_SLUG = "axisld-slug"  # stands for the slug of a document where a web server fills it in
_PART = "axisld-part"  # likewise for the name with a "#" that a document is about
_WITHOUT_RDF_XML = tuple(format_ for format_ in formats.DOCUMENTS if format_ is not formats.RDF_XML)


def write(folder: Path, here: Site, told: Told, languages: Mapping[str, str]) -> None:
    """Write the configurations for an export of `here` into its folder."""
    environment = Environment(  # noqa: S701 - no HTML
        loader=PackageLoader("axisld.static"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters.update(
        nginx=_in_nginx, nginx_bare=_value_in_nginx, nginx_regex=_regex_in_nginx, caddy=_in_caddy,
        httpd=_in_httpd, httpd_bare=_value_in_rule_of_httpd, httpd_regex=_regex_in_httpd, literal=re.escape,
    )  # fmt: skip
    facts = _facts(here, told, languages)
    for file in _FILES:
        path = folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(environment.get_template(f"{path.name}.jinja").render(facts), "utf-8")


def _facts(here: Site, told: Told, languages: Mapping[str, str]) -> dict[str, Any]:
    """What the templates fill in."""
    base = here.names.base
    others = [tag for tag in languages if tag not in LANGUAGES]
    return {
        "program": f"axisld {__version__}",
        "base": base,
        "origin": base.removesuffix("/"),
        "path": here.names.path.removesuffix("/"),
        "encoded_base": quote(base, safe=""),
        "digest": here.record.digest,
        "rules": list(accept.rules(formats.DOCUMENTS, formats.TURTLE)),
        "rules_without_rdf_xml": list(accept.rules(_WITHOUT_RDF_XML, formats.TURTLE)),
        "simple_rules": list(accept.rules(formats.DOCUMENTS, formats.TURTLE, looking_ahead=False)),
        "choices": accept.choices(formats.DOCUMENTS),
        "formats": formats.DOCUMENTS,
        "language_rules": list(accept.language_rules(list(languages), FALLBACK)),
        "default_language": FALLBACK,
        "interface_languages": LANGUAGES,
        "other_languages": others,
        "segments": _segments(),
        "host": urlsplit(base).hostname,
        "types": _types(told),
        "links": {f"/{path or 'index'}": value for path, value in sorted(told.links.items()) if path != "dumps/*"},
        "links_of_dumps": told.links.get("dumps/*", ""),
        "links_of_things": _links_of_things(here, "id/"),
        "links_of_others": _links_of_things(here, ""),
        "links_of_parts": _links_of_things(here, "", _PART),
        "part": _PART,
        "links_of_foreign": ", ".join(signposting.in_header(signposting.of_publication(here))),
        "linkset_type": signposting.LINKSET_TYPE,
        "slug": _SLUG,
        "successors": {to_url(f"/{path}"): value for path, value in sorted(told.successors.items()) if value},
        "elsewhere": {to_url(f"/{path}"): url for path, url in sorted(told.elsewhere.items())},
        "page_security": PAGE_SECURITY,
        "data_security": DATA_SECURITY,
        "sharing": SHARING,
        "cached": cache_control(here.config),
        "max_age": here.config.document_max_age_seconds,
        "immutable": IMMUTABLE,
        "gone": sorted(told.successors),
        "suffixes": {coding: SUFFIXES[coding] for coding in CODINGS},  # the densest first
    }


def _types(told: Told) -> dict[str, str]:
    """Content-Type by patterns of paths, the closest first."""
    fixed = {f"^{re.escape(f'/{path}')}$": type_ for path, type_ in sorted(told.types.items())}
    suffixes = sorted(formats.DOCUMENTS, key=lambda format_: -len(format_.suffix))
    ends = {rf"\.{re.escape(format_.suffix)}$": format_.content_type for format_ in suffixes}
    others = {
        r"\.gz$": "application/gzip",
        r"\.zst$": "application/zstd",
        "^/assets/linkset/": signposting.LINKSET_TYPE,
    }
    return fixed | {r"^/dumps/index\.json$": "application/json"} | others | ends


def _segments() -> list[tuple[str, str]]:
    """(pattern of a percent-encoded IRI, path of its file) by its length."""
    return [
        (
            "^(?=[^/]*%3A)" + f"([^/]{{{SEGMENT}}})" * (count - 1) + f"([^/]{{1,{SEGMENT}}})$",
            "".join(f"/${number}" for number in range(1, count + 1)),
        )
        for count in range(1, DEEPEST + 1)
    ]


def _links_of_things(here: Site, kind: str, name: str = _SLUG) -> str:
    """The Link header of the document about a thing, with `_SLUG` for its slug and without the thing's own types."""
    document = f"{here.names.base}doc/{_SLUG}"
    links = signposting.of_thing(here, f"{here.names.base}{kind}{name}", document, ())
    alternates = [link(f"{document}.{format_.suffix}", "alternate", format_.media_type)
                  for format_ in formats.DOCUMENTS if not format_.profile]  # fmt: skip
    return ", ".join([*signposting.in_header(links), *alternates])


def _in_nginx(text: str) -> str:
    """A string of nginx's configuration; there is no other way to write a dollar sign."""
    return f'"{_value_in_nginx(text)}"'


def _value_in_nginx(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "${axisld_dollar}")


def _regex_in_nginx(pattern: str, flag: str = "~") -> str:
    """A key of a map: `~*` where case does not matter."""
    return '"' + flag + pattern.replace('"', '\\"') + '"'


def _in_caddy(text: str) -> str:
    """A token of a Caddyfile."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if "`" in text else f"`{text}`"


def _in_httpd(text: str) -> str:
    """A value of a header in Apache's configuration."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") + '"'


def _value_in_rule_of_httpd(text: str) -> str:
    """What a rule of mod_rewrite puts in, between single quotes."""
    return re.sub(r"[%$\\]", r"\\\g<0>", text).replace("'", "\\%27")


def _regex_in_httpd(pattern: str) -> str:
    """A pattern of mod_rewrite, which ends at the next quote whatever stands before it."""
    return '"' + pattern.replace('"', "\\x22") + '"'
