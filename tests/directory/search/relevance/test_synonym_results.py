"""Each entry of plain speech that ships finds something in the sample town, unless it says why not."""

import pytest

from directory.listings.availability import At
from directory.models import Listing, PlainSpeech
from directory.reference_data.synonyms import FILES, read_plain_speech
from directory.search import engine
from directory.search.index import manager
from directory.search.parsing.query_parser import Facet
from directory.search.query import SearchQuery

pytestmark = pytest.mark.django_db
ENTRIES = [fact for language in FILES for fact in read_plain_speech(language)]


@pytest.mark.parametrize("fact", ENTRIES, ids=lambda fact: fact.says[0])
def test_entry_finds_something(town, fact) -> None:
    found = engine.search(SearchQuery(q=fact.says[0]), spot=None, at=At.this_moment())
    assert bool(found.total and not found.loosened) is not bool(fact.nothing_yet)


def test_each_entry_is_there_to_be_found(town) -> None:
    assert PlainSpeech.objects.in_use().count() == len(ENTRIES)


@pytest.mark.parametrize("text", ["relapsed", "i relapsed", "relapse", "recaí"])
def test_after_a_relapse_comes_what_one_can_go_to_or_call(town, text) -> None:
    found = engine.search(SearchQuery(q=text), spot=None, at=At.this_moment())
    kinds = [Listing.objects.get(pk=pk).kind for pk in found.ids]
    assert kinds[0] in ("support-groups", "hotlines")
    assert "hotlines" in kinds
    assert kinds.count("therapists") < len(kinds) / 2


@pytest.mark.parametrize("text", ["son died of overdose", "my daughter died of an overdose", "mi hijo murió"])
def test_a_death_leads_to_groups_first(town, text) -> None:
    found = engine.search(SearchQuery(q=text), spot=None, at=At.this_moment())
    assert Listing.objects.get(pk=found.ids[0]).kind == "support-groups"


@pytest.mark.parametrize(
    ("text", "fellowship"),
    [("AA", "aa"), ("GA", "ga"), ("NA", "na"), ("CA", "ca"), ("Alcoholics Anonymous", "aa"),
     ("gamblers anonymous", "ga"), ("NA meeting, methadone ok", "mara")],
)  # fmt: skip
def test_a_fellowship_comes_first_by_initials_and_written_out(town, text, fellowship) -> None:
    found = engine.search(SearchQuery(q=text), spot=None, at=At.this_moment())
    asked = SearchQuery(q=text, chosen=(("fellowship", (fellowship,)),))
    own = engine.search(asked, spot=None, at=At.this_moment())
    assert found.ids[0] == own.ids[0]
    assert not found.loosened


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("refuge recovery", "recovery-dharma"),
        ("recovery dharma", "refuge-recovery"),
        ("alternatives to aa", "sos"),
    ],
)
def test_a_fellowship_is_not_offered_for_another(town, text, without) -> None:
    found = engine.search(SearchQuery(q=text), spot=None, at=At.this_moment())
    asked = SearchQuery(q=text, chosen=(("fellowship", (without,)),))
    own = engine.search(asked, spot=None, at=At.this_moment())
    assert found.total
    assert not found.loosened
    assert not own.total or own.loosened


@pytest.mark.parametrize(
    "text",
    ["how to recover", "recovering from meth", "game over", "one day at a time", "after work", "bad day"],
)
def test_everyday_words_are_not_taken_for_a_newer_value(town, text) -> None:
    """ "She recovers", "video games", "day program" and "jobs" are heard only where they are said."""
    wording = engine.wording_of(text, manager.current())
    meant = {option for need in wording.needs for option in need.options}
    newer = {
        Facet("fellowship", "sherecovers"), Facet("category", "jobs"), Facet("care", "day"),
        Facet("concern", "spending"), Facet("category", "benefits"),
    }  # fmt: skip
    assert meant & newer == set()
