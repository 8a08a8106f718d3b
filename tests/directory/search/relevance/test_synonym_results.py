"""Each entry of plain speech that ships finds something in the sample town, unless it says why not."""

import pytest

from directory.listings.availability import AskedAt
from directory.models import Listing, SynonymEntry
from directory.reference_data.synonyms import FILES, read_synonyms
from directory.search import engine
from directory.search.index import manager
from directory.search.parsing.parsed_query import FacetOption
from directory.search.query import SearchQuery

pytestmark = pytest.mark.django_db
ENTRIES = [fact for language in FILES for fact in read_synonyms(language)]


@pytest.mark.parametrize("fact", ENTRIES, ids=lambda fact: fact.phrases[0])
def test_entry_finds_something(town, fact) -> None:
    found = engine.search(SearchQuery(q=fact.phrases[0]), spot=None, at=AskedAt.now_in_zone())
    assert bool(found.total and not found.relaxed) is not bool(fact.no_results_reason)


def test_each_entry_is_there_to_be_found(town) -> None:
    assert SynonymEntry.objects.in_use().count() == len(ENTRIES)


@pytest.mark.parametrize("text", ["relapsed", "i relapsed", "relapse", "recaí"])
def test_after_a_relapse_comes_what_one_can_go_to_or_call(town, text) -> None:
    found = engine.search(SearchQuery(q=text), spot=None, at=AskedAt.now_in_zone())
    kinds = [Listing.objects.get(pk=pk).kind for pk in found.ids]
    assert kinds[0] in ("support-groups", "hotlines")
    assert "hotlines" in kinds
    assert kinds.count("therapists") < len(kinds) / 2


@pytest.mark.parametrize("text", ["son died of overdose", "my daughter died of an overdose", "mi hijo murió"])
def test_a_death_leads_to_groups_first(town, text) -> None:
    found = engine.search(SearchQuery(q=text), spot=None, at=AskedAt.now_in_zone())
    assert Listing.objects.get(pk=found.ids[0]).kind == "support-groups"


@pytest.mark.parametrize(
    ("text", "fellowship"),
    [("AA", "aa"), ("GA", "ga"), ("NA", "na"), ("CA", "ca"), ("Alcoholics Anonymous", "aa"),
     ("gamblers anonymous", "ga"), ("NA meeting, methadone ok", "mara")],
)  # fmt: skip
def test_a_fellowship_comes_first_by_initials_and_written_out(town, text, fellowship) -> None:
    found = engine.search(SearchQuery(q=text), spot=None, at=AskedAt.now_in_zone())
    asked = SearchQuery(q=text, chosen=(("fellowship", (fellowship,)),))
    own = engine.search(asked, spot=None, at=AskedAt.now_in_zone())
    assert found.ids[0] == own.ids[0]
    assert not found.relaxed


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("refuge recovery", "recovery-dharma"),
        ("recovery dharma", "refuge-recovery"),
        ("alternatives to aa", "sos"),
    ],
)
def test_a_fellowship_is_not_offered_for_another(town, text, without) -> None:
    found = engine.search(SearchQuery(q=text), spot=None, at=AskedAt.now_in_zone())
    asked = SearchQuery(q=text, chosen=(("fellowship", (without,)),))
    own = engine.search(asked, spot=None, at=AskedAt.now_in_zone())
    assert found.total
    assert not found.relaxed
    assert not own.total or own.relaxed


@pytest.mark.parametrize(
    "text",
    ["how to recover", "recovering from meth", "game over", "one day at a time", "after work", "bad day"],
)
def test_everyday_words_are_not_taken_for_a_newer_value(town, text) -> None:
    """ "She recovers", "video games", "day program" and "jobs" are heard only where they are said."""
    wording = engine.parse_text(text, manager.current_index())
    meant = {option for need in wording.required for option in need.options}
    newer = {
        FacetOption("fellowship", "sherecovers"), FacetOption("category", "jobs"), FacetOption("care", "day"),
        FacetOption("concern", "spending"), FacetOption("category", "benefits"),
    }  # fmt: skip
    assert meant & newer == set()
