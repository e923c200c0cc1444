"""What this article makes hard, asked for in SPARQL: nothing is flattened, nothing is filled in."""

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from tests.published import Published

PREFIXES = """
PREFIX ax: <https://w3id.org/axisld/ontology#>
PREFIX claim: <https://w3id.org/axisld/id/claim/>
PREFIX graph: <https://w3id.org/axisld/graph/>
PREFIX id: <https://w3id.org/axisld/id/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX section: <https://w3id.org/axisld/id/section/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX utterance: <https://w3id.org/axisld/id/utterance/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
CANONICAL_BASE = "https://w3id.org/axisld/"

Ask = Callable[[str], set[tuple[str, ...]] | bool]


@pytest.fixture(scope="module")
def ask(publication: Published) -> Ask:
    """Ask the release, all its graphs together; rows have names without their namespace."""
    namespaces = (f"{publication.base}id/", f"{publication.base}ontology#")
    store = ox.Store()
    store.bulk_load(path=str(publication.built.path / "dumps" / "all.nq"), format=ox.RdfFormat.N_QUADS)

    def short(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
        said = getattr(term, "value", "")
        return next((said.removeprefix(space) for space in namespaces if said.startswith(space)), said)

    def asked(query: str) -> set[tuple[str, ...]] | bool:
        found = store.query(
            (PREFIXES + query).replace(CANONICAL_BASE, publication.base), use_default_graph_as_union=True
        )
        if isinstance(found, ox.QuerySolutions):
            return {tuple(map(short, row)) for row in found}
        return bool(found)

    return asked


# Stripped lists of the infobox


def test_three_lists_of_the_infobox_are_said_to_be_missing(ask: Ask) -> None:
    assert ask("""
        SELECT ?predicate ?whole ?kind
        WHERE { ?claim ax:listMissing true ; ax:predicate ?predicate ; ax:object ?whole . ?whole a ?kind .
                ?kind rdfs:isDefinedBy ?here FILTER NOT EXISTS { ?whole a/rdfs:subClassOf ?kind } }""") == {
        ("alliedWith", "infobox-non-state-allies", "UnnamedAgent"),
        ("opposes", "infobox-non-state-opponents", "UnnamedAgent"),
        ("opposes", "infobox-former-opponents", "UnnamedAgent"),
    }


def test_no_ally_and_no_opponent_is_read_into_the_missing_lists(ask: Ask) -> None:
    assert (
        ask("""
        SELECT ?claim WHERE { VALUES ?predicate { ax:alliedWith ax:opposes }
          ?claim ax:predicate ?predicate ; ax:position/ax:inSection section:infobox .
          FILTER NOT EXISTS { ?claim ax:listMissing true } }""")
        == set()
    )


def test_a_missing_list_makes_no_plain_triple(ask: Ask) -> None:
    assert not ask("ASK { ?claim ax:listMissing true ; ax:subject ?s ; ax:predicate ?p ; ax:object ?o . ?s ?p ?o }")


def test_the_titles_of_the_references_of_the_missing_lists_make_no_claims(ask: Ask) -> None:
    assert ask("""
        SELECT ?number WHERE { ?entry ax:number ?number ; ax:flag ax:NotCitedHere }""") == {
        (str(number),) for number in range(1, 28)
    }
    assert (
        ask("""
        SELECT ?claim WHERE { ?claim ax:citation/ax:entry/ax:number ?number . FILTER (?number < 28) }""")
        == set()
    )
    assert (
        ask("""
        SELECT ?number WHERE { ?claim a ax:Claim ; ax:position/^ax:position ?entry . ?entry ax:number ?number .
          FILTER (?number < 28) FILTER NOT EXISTS { ?claim ax:quotedIn ?entry } }""")
        == set()
    )


# Hamas in and out of the Axis


def test_hamas_is_a_member_in_the_lead_and_at_times_is_considered_one(ask: Ask) -> None:
    assert ask("""
        SELECT ?stance ?who ?asOf ?times
        WHERE { ?claim ax:subject id:hamas ; ax:predicate ax:memberOf ; ax:object id:axis-of-resistance .
                ?claim ax:stance ?stance .
                OPTIONAL { ?claim ax:attributedTo ?who } OPTIONAL { ?claim ax:asOf ?asOf }
                OPTIONAL { ?claim ax:timeWording ?times } }""") == {
        ("OwnVoice", "", "", ""),
        ("Attributed", "unspecified-agent", "", "at times"),
        ("Attributed", "said-saim", "2006", ""),
        ("Attributed", "soufan-center", "", ""),
    }


def test_hamas_left_damascus_and_its_side_and_came_back(ask: Ask) -> None:
    assert ask("""
        SELECT ?predicate ?object ?time
        WHERE { VALUES ?predicate { ax:movedHeadquartersFrom ax:supports ax:restoredTiesWith }
          ?claim ax:subject id:hamas ; ax:predicate ?predicate ; ax:object ?object ; ax:asOf|ax:when ?time }""") == {
        ("movedHeadquartersFrom", "damascus", "2012-03"),
        ("supports", "syrian-opposition", "2012-03"),
        ("restoredTiesWith", "syria", "2022-10"),
    }


# The Islamic Emirate of Afghanistan


def test_two_say_that_the_islamic_emirate_belongs_to_the_axis_and_it_makes_no_plain_triple(ask: Ask) -> None:
    assert ask("""
        SELECT ?who ?stance WHERE { ?claim ax:subject id:islamic-emirate-of-afghanistan ; ax:predicate ax:memberOf ;
          ax:object id:axis-of-resistance ; ax:attributedTo ?who ; ax:stance ?stance }""") == {
        ("ali-akbar-velayati", "Attributed"),
        ("hassan-kazemi-qomi", "Attributed"),
    }
    assert not ask("ASK { id:islamic-emirate-of-afghanistan ax:memberOf id:axis-of-resistance }")


def test_a_third_only_says_that_the_taliban_government_was_no_friend_of_iran(ask: Ask) -> None:
    assert ask("""
        SELECT ?subject ?predicate ?object ?stance WHERE { ?claim ax:attributedTo id:esmail-qaani ;
          ax:subject ?subject ; ax:predicate ?predicate ; ax:object ?object ; ax:stance ?stance }""") == {
        ("taliban-government", "friendOf", "iran", "Denied")
    }
    assert not ask("""
        ASK { ?claim ax:attributedTo id:esmail-qaani ; ax:conflictsWith|^ax:conflictsWith ?other }""")


# Two first uses of the term


def test_two_first_uses_of_the_term_conflict_and_neither_makes_a_plain_triple(ask: Ask) -> None:
    assert ask("""
        SELECT ?user ?when ?other WHERE { ?claim ax:object id:term-axis-of-resistance ; ax:stance ax:Disputed ;
          ax:subject ?user ; ax:when ?when ; ax:conflictsWith/ax:subject ?other }""") == {
        ("al-zahf-al-akhdar", "2002", "unspecified-agent"),
        ("unspecified-agent", "2010-08", "al-zahf-al-akhdar"),
    }
    assert not ask("ASK { ?anybody ax:firstUsedTerm id:term-axis-of-resistance }")


# Times

TIMES = [
    pytest.param("notes-hamas-governs", "/2024", "", "2024-12-31", "until 2024", id="until 2024"),
    pytest.param("notes-ansar-allah-governs", "201X/..", "2010-01-01", "", "since the 2010s", id="since the 2010s"),
    pytest.param(
        "syria-iran-affects-middle-eastern-politics",
        "1983~/2013~",
        "",
        "",
        "the past three decades",
        id="three decades",
    ),
]


@pytest.mark.parametrize(("claim", "edtf", "earliest", "latest", "wording"), TIMES)
def test_a_vague_time_keeps_its_words_and_has_only_the_bounds_that_follow(
    ask: Ask, claim: str, edtf: str, earliest: str, latest: str, wording: str
) -> None:
    assert ask(f"""
        SELECT ?when ?earliest ?latest ?wording
        WHERE {{ claim:{claim} ax:when ?when ; ax:timeWording ?wording .
          OPTIONAL {{ claim:{claim} ax:earliest ?earliest }} OPTIONAL {{ claim:{claim} ax:latest ?latest }} }}""") == {
        (edtf, earliest, latest, wording)
    }


def test_as_of_march_2012_is_no_beginning_and_no_end(ask: Ask) -> None:
    assert (
        ask("""
        SELECT ?asOf ?bound WHERE { claim:palestinian-factions-hamas-moved-headquarters ax:asOf ?asOf .
          OPTIONAL { claim:palestinian-factions-hamas-moved-headquarters ax:when|ax:earliest|ax:latest ?bound } }""")
        == {("2012-03", "")}
    )


def test_three_days_before_an_undated_event_stays_without_a_date(ask: Ask) -> None:
    assert ask("""
        SELECT ?event ?offset ?date
        WHERE { utterance:nasrallah-strike-against-syria ax:before ?event ; ax:offset ?offset .
          OPTIONAL { { ?event ax:when ?date } UNION { utterance:nasrallah-strike-against-syria ax:when ?date }
            UNION { ?claim ax:subject|ax:object ?event ; ax:when|ax:asOf ?date } } }""") == {
        ("mazraat-amal-air-strike", "P3D", "")
    }


# Who has it from whom


def test_the_newspaper_of_2002_reached_the_article_through_a_digest_of_2002(ask: Ask) -> None:
    assert (
        ask("""
        SELECT ?outlet ?digest ?published ?entry WHERE { utterance:al-zahf-al-akhdar-2002 ax:medium ?outlet ;
          ax:reportedIn ?work . ?work ax:outlet ?digest ; ax:published ?published . ?entry ax:work ?work .
          FILTER EXISTS { ?claim ax:utterance utterance:al-zahf-al-akhdar-2002 ; ax:citation/ax:entry ?entry } }""")
        == {("al-zahf-al-akhdar", "defense-and-foreign-affairs-daily", "2002-02-12", "ref/36")}
    )


def test_the_state_agency_reached_the_article_through_a_broadcaster(ask: Ask) -> None:
    assert ask("""
        SELECT ?speaker ?broadcaster ?entry WHERE { ?said ax:speaker ?speaker ; ax:reportedIn ?work .
          ?claim ax:utterance ?said ; ax:attributedTo id:sana ; ax:citation/ax:entry ?entry .
          ?work ax:outlet ?broadcaster ; ^ax:work ?entry }""") == {("sana", "cbs-news", "ref/41")}


# Quotations


def test_a_quotation_with_cuts_and_insertions_says_so_and_names_who_is_not_named(ask: Ask) -> None:
    assert ask("""
        SELECT DISTINCT ?who WHERE { ?claim ax:wording ax:QuotationWithCuts , ax:QuotationWithInsertions ;
          ax:attributedTo ?who ; ax:stance ax:Attributed }""") == {("quds-force-leader",)}
    assert ask("ASK { id:quds-force-leader a ax:UnnamedAgent }")


def test_a_quotation_with_cuts_only_is_another_one(ask: Ask) -> None:
    found = ask("""
        SELECT DISTINCT ?who WHERE { ?claim ax:wording ax:QuotationWithCuts ; ax:utterance/ax:speaker ?who .
          FILTER NOT EXISTS { ?claim ax:wording ax:QuotationWithInsertions } }""")
    assert ("ali-akbar-velayati",) in found


# Passives without an agent


def test_what_an_anonymous_passive_says_is_ascribed_to_an_unspecified_agent_and_makes_no_plain_triple(ask: Ask) -> None:
    anonymous = ask("""
        SELECT ?claim WHERE { ?claim ax:attributedTo id:unspecified-agent ; ax:stance ax:Attributed }""")
    assert {
        ("claim/afghanistan-iran-supported-taliban",),
        ("claim/palestinian-factions-pflp-member",),
        ("claim/development-coalition-polarising",),
    } <= anonymous
    assert not ask("""
        ASK { ?claim a ax:PlainClaim ; ax:attributedTo id:unspecified-agent }""")


# References


def test_the_body_names_one_newspaper_and_the_entry_another(ask: Ask) -> None:
    assert ask("""
        SELECT DISTINCT ?entry ?named ?printed ?outlet
        WHERE { ?claim ax:attributedTo ?named ; ax:citation/ax:entry ?entry .
          ?entry ax:flag ax:BodyAndEntryDisagree ; ax:outletAsPrinted ?printed ; ax:work/ax:outlet ?outlet .
          ?named a ax:MediaOutlet . }""") == {("ref/75", "the-guardian", "The Observer", "the-observer")}


def test_one_work_stands_under_several_numbers(ask: Ask) -> None:
    assert ask("""
        SELECT ?work ?label WHERE { ?entry ax:work ?work ; ax:label ?label .
          FILTER EXISTS { ?other ax:work ?work . FILTER (?other != ?entry) } }""") == {
        (f"work/{work}", label)
        for work, labels in {
            "beware-irans-axis-of-resistance": ("10", "22"),
            "hezbollah-in-syria": ("46", "48", "55", "72-1"),
            "intelbrief-differences-affect-axis": ("34", "71"),
            "russia-and-the-resistance-axis": ("72-2", "83"),
            "russian-foreign-policy-towards-the-gcc": ("84-1", "87"),
            "what-is-the-axis-of-resistance-npr": ("16", "30"),
        }.items()
        for label in labels
    }


# Words that shift


def test_the_alliance_is_now_the_axis_and_now_the_alliance_of_iran_with_syria(ask: Ask) -> None:
    assert ask("""
        SELECT DISTINCT ?meant ?section WHERE { ?claim ax:sourceWording "the alliance"@en ;
          ax:position/ax:inSection ?section ; ax:subject|ax:object ?meant . ?meant a ax:Coalition }""") == {
        ("axis-of-resistance", "section/development"),
        ("iranian-syrian-alliance", "section/syria"),
        ("axis-of-resistance", "section/syria"),
    }


def test_this_coalition_is_the_other_axis_that_the_posters_suggest(ask: Ask) -> None:
    assert ask("""
        SELECT DISTINCT ?meant WHERE { ?claim ax:sourceWording "this coalition"@en ; ax:subject ?meant }""") == {
        ("another-regional-axis-of-resistance",)
    }


# Names


def test_two_spellings_of_a_name_are_one_thing(ask: Ask) -> None:
    assert ask("""
        SELECT ?thing WHERE { VALUES (?one ?other) {
            ("Amirli"@en "Amerli"@en) ("Qasem Soleimani"@en "Qassim Suleimani"@en) }
          ?thing skos:prefLabel ?one ; skos:altLabel ?other }""") == {("amirli",), ("qasem-soleimani",)}


def test_two_people_of_one_surname_are_two(ask: Ask) -> None:
    assert ask("""
        SELECT ?person ?label WHERE { ?person a ax:Person ; skos:prefLabel ?label .
          FILTER (LANG(?label) = "en" && STRENDS(?label, " Lavrov")) }""") == {
        ("anton-lavrov", "Anton Lavrov"),
        ("sergey-lavrov", "Sergey Lavrov"),
    }
    assert ask("""
        SELECT ?speaker ?author WHERE { ?said ax:speaker ?speaker . ?work ax:author ?author .
          FILTER (?speaker = id:sergey-lavrov && ?author = id:anton-lavrov) }""") == {("sergey-lavrov", "anton-lavrov")}


# In general


def test_what_is_attributed_denied_or_disputed_makes_no_plain_triple(ask: Ask) -> None:
    assert (
        ask("""
        SELECT ?claim WHERE { ?claim ax:stance ?stance ; ax:subject ?s ; ax:predicate ?p ; ax:object|ax:value ?o .
          FILTER (?stance != ax:OwnVoice) GRAPH graph:derived { ?s ?p ?o }
          FILTER NOT EXISTS { ?plain a ax:PlainClaim ; ax:subject ?s ; ax:predicate ?p ; ax:object|ax:value ?o } }""")
        == set()
    )


def test_every_plain_triple_leads_back_to_a_claim_in_the_voice_of_the_article(ask: Ask) -> None:
    assert (
        ask("""
        SELECT ?s ?p ?o WHERE { ?p a ax:ClaimPredicate . GRAPH graph:derived { ?s ?p ?o }
          FILTER NOT EXISTS { ?claim a ax:PlainClaim ; ax:subject ?s ; ax:predicate ?p ; ax:object|ax:value ?o ;
                              ax:stance ax:OwnVoice } }""")
        == set()
    )
