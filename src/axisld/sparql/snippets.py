"""A query as a program of a few lines, in the languages that people ask with. Pure."""

import shlex
from dataclasses import dataclass

_PYTHON = str.maketrans({"\\": "\\\\", '"': '\\"'})
_JAVASCRIPT = str.maketrans({"\\": "\\\\", "`": "\\`", "$": "\\$"})
# By form of query: what to ask for, and what to do with the answer.
_ACCEPT = {"SELECT": "text/csv", "ASK": "application/sparql-results+json"}
_WRAPPER = {
    "SELECT": """endpoint.setReturnFormat(JSON)
for row in endpoint.queryAndConvert()["results"]["bindings"]:
    print({name: cell["value"] for name, cell in row.items()})""",
    "ASK": """endpoint.setReturnFormat(JSON)
print(endpoint.queryAndConvert()["boolean"])""",
}
_WRAPPER_GRAPH = """endpoint.setReturnFormat(TURTLE)
print(endpoint.queryAndConvert().decode())"""
_RDFLIB = {
    "SELECT": "for row in answer:\n    print(row.asdict())",
    "ASK": "print(answer.askAnswer)",
}
_RDFLIB_GRAPH = 'print(answer.graph.serialize(format="nt"))'
_FETCH = {
    "SELECT": "const { results } = await answer.json();\nfor (const row of results.bindings) console.log(row);",
    "ASK": "console.log((await answer.json()).boolean);",
}
_R = {"SELECT": 'answer <- read.csv(paste0(address, "&format=csv"))'}


@dataclass(frozen=True, slots=True)
class Snippet:
    """A program that asks a query."""

    name: str  # "Python (rdflib)"
    language: str  # "python"
    code: str


def snippets(endpoint: str, query: str, form: str) -> list[Snippet]:
    """Programs that send `query`, of a form such as SELECT, to the address `endpoint` and show the answer."""
    text = query.strip()
    in_python, in_javascript = text.translate(_PYTHON), text.translate(_JAVASCRIPT)
    json_or_turtle = "application/sparql-results+json" if form in _FETCH else "text/turtle"
    wrapped = _WRAPPER.get(form, _WRAPPER_GRAPH)
    return [
        Snippet(
            "curl",
            "shell",
            f"curl {endpoint} -H 'Accept: {_ACCEPT.get(form, 'text/turtle')}' \\\n"
            f"  --data-urlencode {shlex.quote(f'query={text}')}",
        ),
        Snippet(
            "Python (SPARQLWrapper)",
            "python",
            f"""from SPARQLWrapper import {"JSON" if form in _WRAPPER else "TURTLE"}, SPARQLWrapper

endpoint = SPARQLWrapper("{endpoint}")
endpoint.setMethod("POST")
endpoint.setQuery(\"\"\"
{in_python}
\"\"\")
{wrapped}""",
        ),
        Snippet(
            "Python (rdflib)",
            "python",
            f"""from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore

answer = Graph(SPARQLStore("{endpoint}", method="POST")).query(\"\"\"
{in_python}
\"\"\")
{_RDFLIB.get(form, _RDFLIB_GRAPH)}""",
        ),
        Snippet(
            "JavaScript",
            "javascript",
            f"""const query = `
{in_javascript}
`;
const answer = await fetch("{endpoint}", {{
  method: "POST",
  headers: {{ Accept: "{json_or_turtle}" }},
  body: new URLSearchParams({{ query }}),
}});
{_FETCH.get(form, "console.log(await answer.text());")}""",
        ),
        Snippet(
            "R",
            "r",
            f"""query <- "
{in_python}
"
address <- paste0("{endpoint}?query=", URLencode(enc2utf8(query), reserved = TRUE, repeated = TRUE))
{_R.get(form, "answer <- readLines(address)")}
print(answer)""",
        ),
    ]
