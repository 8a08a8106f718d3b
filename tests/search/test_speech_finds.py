"""Each entry of plain speech that ships finds something in the sample town, unless it says why not."""

import pytest

from directory.facts.speech import FILES, read_plain_speech
from directory.models import PlainSpeech
from directory.moments import At
from directory.search import engine
from directory.search.query import SearchQuery

pytestmark = pytest.mark.django_db
ENTRIES = [fact for language in FILES for fact in read_plain_speech(language)]


@pytest.mark.parametrize("fact", ENTRIES, ids=lambda fact: fact.says[0])
def test_entry_finds_something(town, fact) -> None:
    found = engine.search(SearchQuery(q=fact.says[0]), spot=None, at=At.this_moment())
    assert bool(found.total and not found.loosened) is not bool(fact.nothing_yet)


def test_each_entry_is_there_to_be_found(town) -> None:
    assert PlainSpeech.objects.in_use().count() == len(ENTRIES)
