"""The example queries of docs/queries, asked of this publication's endpoint, get the answers that stand beside them."""

import csv
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from SPARQLWrapper import JSON, SPARQLWrapper

from tests.conftest import ROOT, skip_aloud
from tests.published import Published

QUERIES = sorted((ROOT / "docs" / "queries").glob("*.rq"))
DOCS = (ROOT / "docs" / "querying.md").read_text("utf-8")
CANONICAL_BASE = "https://w3id.org/axisld/"  # of the queries
ADDRESS = "http://127.0.0.1:8000/"  # in the docs

Table = list[list[str]]  # a row of variables, then rows of values; "" where a variable is not bound


@pytest.fixture(scope="module")
def base(publication: Published) -> str:
    """Where this publication is served, which is also the base of its names."""
    return publication.base


def ask(base: str, query: str) -> Table:
    wrapper = SPARQLWrapper(f"{base}sparql", returnFormat=JSON)
    wrapper.setQuery(query.replace(CANONICAL_BASE, base))
    answer: Any = wrapper.queryAndConvert()
    variables = answer["head"]["vars"]
    rows = [[row.get(name, {"value": ""})["value"] for name in variables] for row in answer["results"]["bindings"]]
    return [variables, *rows]


def expected(query: Path) -> Table:
    """The answer that stands beside the query."""
    with query.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def question(query: Path) -> str:
    return query.read_text("utf-8").partition("\n")[0].removeprefix("# ")


def blocks(language: str) -> list[Any]:
    """The code of this language in docs/querying.md, as cases."""
    code = re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)
    return [pytest.param(text, id=f"{language} {place}") for place, text in enumerate(code, 1)]


by_slug = pytest.mark.parametrize("query", [pytest.param(path, id=path.stem) for path in QUERIES])


@by_slug
def test_a_query_gets_its_answer_and_nothing_else(base: str, query: Path) -> None:
    assert ask(base, query.read_text("utf-8")) == expected(query)


@by_slug
def test_a_query_names_what_its_question_names_and_not_the_answer(query: Path) -> None:
    text = query.read_text("utf-8").partition("\n")[2]
    named = {name.lower() for name in re.findall(r'"([^"]*)"', text) if len(name) > 2}  # 2: language tags
    named |= {slug.replace("-", " ") for slug in re.findall(r"\bid:([\w-]+)", text)}
    answered = {value.lower() for row in expected(query)[1:] for value in row}
    assert {name for name in named & answered if name not in question(query).lower()} == set()


@by_slug
def test_a_query_declares_the_prefixes_that_it_uses_as_the_prefix_table_does(query: Path) -> None:
    text = query.read_text("utf-8")
    prefixes = (ROOT / "ontology" / "prefixes.ttl").read_text("utf-8")
    table = dict(re.findall(r'sh:prefix "(\w+)" ; sh:namespace "([^"]+)"', prefixes))
    declared = dict(re.findall(r"^PREFIX (\w+): <(.*)>$", text, re.MULTILINE))
    assert declared == {prefix: table[prefix] for prefix in declared}
    assert [prefix for prefix in declared if not re.search(rf"(?<!PREFIX )\b{prefix}:", text)] == []


@by_slug
def test_the_docs_link_a_query_by_its_question(query: Path) -> None:
    assert f"| {question(query)} | [query](queries/{query.name}) · [answer](queries/{query.stem}.csv) |\n" in DOCS


def test_every_answer_has_its_query() -> None:
    answers = {path.stem for path in (ROOT / "docs" / "queries").glob("*.csv")}
    assert answers == {path.stem for path in QUERIES}


@pytest.mark.parametrize("query", blocks("sparql"))
def test_a_query_in_the_docs_has_an_answer(base: str, query: str) -> None:
    assert len(ask(base, query)) > 2


@pytest.mark.parametrize("program", blocks("python"))
def test_a_python_program_in_the_docs_prints_what_they_say(base: str, program: str) -> None:
    assert_prints([sys.executable, "-c"], program.replace(ADDRESS, base), "# prints ")


@pytest.mark.parametrize("program", blocks("js"))
def test_a_javascript_program_in_the_docs_prints_what_they_say(base: str, program: str) -> None:
    node = shutil.which("node")
    if node is None:
        skip_aloud("Node is not installed")
    assert_prints([str(node), "--input-type=module", "-e"], program.replace(ADDRESS, base), "// prints ")


def assert_prints(command: Sequence[str], program: str, mark: str) -> None:
    """That what the program prints has what it says behind `mark`."""
    code, _, output = program.rpartition(mark)
    done = subprocess.run([*command, code], cwd=ROOT, check=False, capture_output=True, text=True, timeout=60)
    assert output.strip() in done.stdout.splitlines(), done.stderr


@pytest.mark.yardstick
def test_every_question_of_the_yardstick_has_its_query(shared: Path) -> None:
    with (shared / "source" / "questions.tsv").open(encoding="utf-8", newline="") as file:
        questions = [row["question"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    assert sorted(questions) == sorted(map(question, QUERIES))
