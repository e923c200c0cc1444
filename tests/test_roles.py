"""Which properties play which part: read from the ontology and its alignments, in any vocabulary."""

import pyoxigraph
import pytest

from axisld.roles import Role, Roles
from axisld.store.memory import MemoryStore
from axisld.terms import Statement

PREFIXES = """
@prefix : <https://example.org/> .
@prefix dash: <http://datashapes.org/dash#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
ONTOLOGY = """
:on skos:closeMatch rdf:subject .
:relation rdfs:subPropertyOf rdf:predicate ; rdfs:domain :Remark .
:source rdfs:subPropertyOf prov:wasAttributedTo .
:witness rdfs:subPropertyOf :source .
:witness rdfs:subPropertyOf :source , :witness .
:mood rdfs:range :Mood .
:Mood owl:equivalentClass [ owl:oneOf ( :Sure :Unsure ) ] .
[] sh:property [ sh:path :mood ; dash:propertyRole dash:KeyInfoRole ] .
:above owl:inverseOf :below .
:near a owl:SymmetricProperty .
[] sh:property [ sh:path :on ; dash:propertyRole dash:KeyInfoRole ] .
"""
DATA = ":r1 :on :bridge ; :source :ann ; :witness :ann , :bob ; prov:wasAttributedTo :carl ."


def named(name: str) -> str:
    return f"<https://example.org/{name}>"


@pytest.fixture(scope="module")
def roles() -> Roles:
    parsed = pyoxigraph.parse(PREFIXES + ONTOLOGY + DATA, format=pyoxigraph.RdfFormat.TURTLE)
    return Roles(MemoryStore(Statement(str(t.subject), str(t.predicate), str(t.object), "") for t in parsed))


@pytest.mark.parametrize(
    ("role", "names"),
    [
        pytest.param("subject", ["on"], id="a close match"),
        pytest.param("predicate", ["relation"], id="a subproperty"),
        pytest.param("attribution", ["source", "witness"], id="a subproperty of a subproperty, in a circle"),
        pytest.param("conflict", [], id="nothing"),
    ],
)
def test_properties_play_roles_by_alignment(roles: Roles, role: Role, names: list[str]) -> None:
    own = [name for name in roles.properties(role) if name.startswith("<https://example.org/")]
    assert own == [named(name) for name in names]


def test_the_standard_term_plays_its_own_role(roles: Roles) -> None:
    assert roles.values(named("r1"), "attribution") == [named("carl"), named("ann"), named("bob")]


def test_the_things_that_hold_a_value_are_found(roles: Roles) -> None:
    assert list(roles.holders(named("bridge"), "subject")) == [named("r1")]


def test_the_values_of_an_enumerated_key_property_are_badges_in_their_order(roles: Roles) -> None:
    assert roles.badges == {named("mood"): (named("Sure"), named("Unsure"))}


@pytest.mark.parametrize(("name", "inverse"), [("above", "below"), ("below", "above"), ("near", "near")])
def test_the_property_for_the_other_end_is_found(roles: Roles, name: str, inverse: str) -> None:
    assert roles.inverse(named(name)) == named(inverse)


def test_a_property_may_have_none_for_the_other_end(roles: Roles) -> None:
    assert roles.inverse(named("on")) == ""
