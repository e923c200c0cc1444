"""The canonical form is that of RDFC-1.0, at any size, and keeps what its author wrote."""

import hashlib
import itertools
import random
import resource

import pyoxigraph
import pytest

from axisld import canonical

THING = "<https://example.org/id/bridge>"


def reference_digest(lines):
    """The digest by pyoxigraph alone, which passes the W3C suite of RDFC-1.0."""
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(b"".join(lines), pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    document = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS)
    return hashlib.sha256(b"".join(sorted(document.splitlines(keepends=True)))).hexdigest()


def line(text):
    return f"{text} .\n".encode()


def clique(size):
    """Blank nodes that only a search through all their permutations can label."""
    return [line(f"_:n{a} <http://example.org/knows> _:n{b}") for a, b in itertools.permutations(range(size), 2)]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        pytest.param(f"_:b <http://p> {THING}", True, id="a blank subject"),
        pytest.param(f"{THING} <http://p> _:b", True, id="a blank object"),
        pytest.param(f"{THING} <http://p> _:b <http://g>", True, id="a blank object in a named graph"),
        pytest.param(f'{THING} <http://p> "text" _:g', True, id="a blank graph behind a literal"),
        pytest.param(f"{THING} <http://p> {THING} _:g", True, id="a blank graph behind an IRI"),
        pytest.param(f"{THING} <http://p/_:b> <http://o_:b>", False, id="an IRI that holds _:"),
        pytest.param(f'{THING} <http://p> "_:b"', False, id="a literal that looks like a blank node"),
        pytest.param(f'{THING} <http://p> "see _:b"', False, id="a literal whose last word looks so"),
        pytest.param(f'{THING} <http://p> "see _:b" <http://g>', False, id="such a literal in a named graph"),
        pytest.param(f'{THING} <http://p> "see _:b"@en', False, id="such a literal with a language"),
        pytest.param(f'{THING} <http://p> "see _:b"^^<http://d>', False, id="such a literal with a datatype"),
        pytest.param(f'{THING} <http://p> "\\" _:b .\\""', False, id="such a literal with quotes in it"),
    ],
)
def test_a_blank_node_is_told_from_what_looks_like_one(statement, expected):
    assert canonical.has_blank(line(statement)) is expected


def test_the_digest_is_that_of_rdfc_1_0_in_any_order_of_statements(tmp_path):
    lines = [
        line(f"{THING} <http://p> _:a <http://example.org/graph>"),
        line('_:a <http://p> "Alte Brücke"@de'),
        line('_:a <http://p> "tab\\tcontrol\\u0001"@EN-gb'),
        line('_:b <http://p> "01"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        line(f'{THING} <http://p> "b"@en-ca'),
        line(f'{THING} <http://p> "b"@en-US'),
        line(f'{THING} <http://p> "b"@EN-CA <http://example.org/graph>'),
        line(f"{THING} <http://p> _:b _:g"),
        *clique(6),
    ]
    expected = reference_digest(lines)
    for seed in range(3):
        random.Random(seed).shuffle(lines)
        assert canonical.digest(canonical.canonical(lines * 2, tmp_path)) == expected


FILES = [
    pytest.param([], id="nothing"),
    pytest.param([f'{THING} <http://p> "b"@en-us', f"{THING} <http://p> <http://o>"], id="nothing special"),
    pytest.param([f'{THING} <http://p> "b"@en-US', f'{THING} <http://p> "b"@en-ca'], id="a tag with capitals"),
    pytest.param([f"{THING} <http://p> _:z", '_:z <http://p> "see _:z"@En'], id="a blank node and a tag"),
    pytest.param([f'{THING} <http://p> "see _:z"', f"{THING} <http://p/_:q> <http://o/_:b>"], id="what looks like one"),
]


@pytest.mark.parametrize("statements", FILES)
def test_the_digest_of_a_sorted_file_is_that_of_its_statements(tmp_path, statements):
    lines = sorted(map(line, statements))
    (tmp_path / "lines").write_bytes(b"".join(lines))
    assert canonical.digest_of_file(tmp_path / "lines", tmp_path) == reference_digest(lines)
    assert list(canonical.lines_with_blanks(tmp_path / "lines")) == list(filter(canonical.has_blank, lines))


def test_a_language_tag_keeps_the_spelling_of_its_author_beside_a_blank_node(tmp_path):
    lines = [line('_:a <http://p> "colour"@en-GB'), line('_:b <http://p> "color"@en-US')]
    assert b"".join(canonical.canonical(lines, tmp_path)).count(b"@en-GB") == 1
    assert b"@en-US" in b"".join(canonical.canonicalize(lines))


def test_a_tag_spelled_in_two_ways_is_one_statement_of_the_digest(tmp_path):
    twice = [line(f'{THING} <http://p> "x"@EN'), line(f'{THING} <http://p> "x"@en')]
    assert canonical.digest(canonical.canonical(twice, tmp_path)) == canonical.digest(twice[1:])


def test_sorting_in_many_runs_gives_what_sorting_in_memory_gives(tmp_path):
    lines = [f"{number * 7919 % 5000:05d} {'x' * (number % 90)}\n".encode() for number in range(20_000)] * 2
    random.Random(1).shuffle(lines)
    assert list(canonical.sort_unique(lines, tmp_path, run_bytes=10_000)) == sorted(set(lines))
    assert list(tmp_path.iterdir()) == []


def test_triples_of_a_sorted_dataset_are_sorted_and_each_there_once():
    quads = sorted(
        line(f"{THING} <http://p> {value}{graph}")
        for value in ('"a"', '"a <http://g>"', '"a"@en', '"a"^^<http://d>', "<http://a>", "<http://a/b>", "_:a")
        for graph in ("", " <http://g>", " <http://g/h>", " _:g")
    )
    triples = list(canonical.without_graphs(quads))
    assert len(triples) == 7
    assert triples == sorted(set(triples))


def test_blank_nodes_that_their_own_statements_tell_apart_are_labelled_in_this_process(tmp_path):
    lines = [*clique(5), *(line(f'_:m{number} <http://p> "{number}"') for number in range(500))]
    lines += [line(f"_:m{number} <http://p> _:m{number + 1}") for number in range(499)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    labelled = canonical.canonicalize(lines)
    assert resource.getrusage(resource.RUSAGE_CHILDREN) == before
    assert canonical.digest(labelled) == reference_digest(lines)


def test_the_case_of_a_tag_does_not_tell_tangled_nodes_apart(monkeypatch):
    monkeypatch.setattr(canonical, "_LABEL_SECONDS", 0.5)
    cases = map("".join, itertools.product("eE", "nN", "-", "gG", "bB"))
    tagged = [line(f'_:n{number} <http://p> "colour"@{tag}') for number, tag in enumerate(itertools.islice(cases, 12))]
    with pytest.raises(canonical.TangledBlankNodesError):
        canonical.canonicalize([*clique(12), *tagged])


def test_blank_nodes_that_would_take_hours_are_a_clear_error(monkeypatch):
    monkeypatch.setattr(canonical, "_LABEL_SECONDS", 0.5)
    with pytest.raises(canonical.TangledBlankNodesError, match=r"12 blank nodes .* <http://example.org/knows> .* IRI"):
        canonical.canonicalize(clique(12))
