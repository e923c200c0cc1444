"""examples: the queries that the publication's documentation brings stand in its description of itself, for all to ask.

As the SPARQL examples of bioinformatics do it (https://github.com/sib-swiss/sparql-examples): SHACL names the query
(SHACL Advanced Features, 5), rdfs:comment asks the question, schema:target says where.
"""

import re
from collections.abc import Iterator

import pyoxigraph as ox

from axisld import terms
from axisld.errors import AxisError, Finding, FindingsError
from axisld.pipeline.sources import DATASET, EXAMPLES, Sources
from axisld.sparql.lexer import outline
from axisld.terms import Statement
from axisld.vocabulary import RDF_TYPE, RDFS, SCHEMA, SH

_FORMS = ("Select", "Ask", "Construct")  # of sh:SPARQL…Executable
_MOST_BYTES = 131_072  # what the endpoint takes, unless it is set otherwise
_MOST_NESTING = 50


def add_examples(sources: Sources) -> None:
    """Say in the graph `dataset` what the queries in docs/queries/*.rq ask.

    A query's first line is its question, as a comment. Raises FindingsError for all that cannot be an example.
    """
    findings: list[Finding] = []
    with sources.graph(DATASET).open("ab") as output:
        for path in sorted((sources.root / EXAMPLES).glob("*.rq")):
            if path.name.startswith("."):  # an editor's
                continue
            name = path.relative_to(sources.root).as_posix()
            try:
                said = list(_statements(sources, path.stem, path.read_text("utf-8")))
            except OSError as error:
                findings.append(Finding("Violation", f"cannot be read: {error.strerror}", name))
            except UnicodeDecodeError:
                findings.append(Finding("Violation", "is not UTF-8; save the file as UTF-8", name))
            except SyntaxError as error:
                findings.append(Finding("Violation", f"not SPARQL: {error}", name, *_place(error)))
            except (AxisError, ValueError) as error:
                findings.append(Finding("Violation", f"no example query: {error}", name))
            else:
                output.writelines(terms.line(statement).encode() for statement in said)
    if findings:
        raise FindingsError(findings)


def _statements(sources: Sources, name: str, text: str) -> Iterator[Statement]:
    """What is said of an example. Raises SyntaxError, AxisError or ValueError where the text is none."""
    first, _, query = text.partition("\n")
    if not first.startswith("# "):
        raise ValueError("its first line must be the question in words, as a comment: # Which bridges are there?")
    if not re.fullmatch(r"[A-Za-z0-9._~-]+", name):
        raise ValueError("its name stands in an IRI; use ASCII letters, digits and hyphens")
    form = outline(text, most_bytes=_MOST_BYTES, most_nesting=_MOST_NESTING).form.capitalize()
    if form not in _FORMS:
        raise ValueError("an example is a SELECT, an ASK or a CONSTRUCT")
    ox.Store().query(text, base_iri=sources.names.base)
    endpoint = f"{sources.names.base}sparql"
    example = terms.iri(f"{endpoint}#{name}")
    yield Statement(example, RDF_TYPE, f"<{SH}SPARQLExecutable>")
    yield Statement(example, RDF_TYPE, f"<{SH}SPARQL{form}Executable>")
    yield Statement(example, f"<{RDFS}comment>", terms.text(first.removeprefix("# ").strip()))
    yield Statement(example, f"<{SH}{form.lower()}>", terms.text(query.strip()))
    yield Statement(example, f"<{SCHEMA}target>", terms.iri(endpoint))


def _place(error: SyntaxError) -> tuple[int, int]:
    place = re.search(r"(\d+):(\d+)", str(error))
    return (int(place[1]), int(place[2])) if place else (0, 0)
