"""What is offered when nothing was found: each with a count that holds, and never nothing."""

import pytest
from django.http import QueryDict

from directory.listings.availability import AskedAt
from directory.search import engine
from directory.search.query import QueryReader
from directory.search_ui.alternatives import Alternatives
from tests.builders import make_listing, make_place

pytestmark = pytest.mark.django_db


def offered(address: str) -> dict[str, int]:
    query, spot, _others, _problems = QueryReader(QueryDict(address)).read_query()
    at = AskedAt.now_in_zone(spot.zone if spot else "")
    found = Alternatives(query, spot, at).find_all()
    for offer in found:
        assert engine.count_totals([(offer.query, spot if offer.query.near else None, at)]) == [offer.count]
        assert offer.count > 0
    return {offer.label: offer.count for offer in found}


@pytest.fixture(autouse=True)
def listings() -> None:
    make_listing("hotlines", country="US", modes=("phone",), name="A line")
    make_listing("therapists", modes=("online",), languages=("es",), name="Far Otter")
    make_listing("therapists", modes=("in-person",), place=make_place(), name="Near Otter")


@pytest.mark.parametrize(
    ("address", "label", "count"),
    [
        ("q=zzyzx", "Hotlines", 1),
        ("q=otter&language=ga", "Without: Gaeilge", 2),
        ("q=otter&mode=phone", "Online", 1),
        ("q=otter&kind=hotlines", "Without: Hotlines", 2),
        ("q=near+otter&mode=in-person&near=93001&radius=2", "Without: Within 2 miles of 93001", 1),
        ("kind=hotlines&language=ga", "Without: Gaeilge", 1),
    ],
)
def test_offer(address: str, label: str, count: int) -> None:
    assert offered(address).get(label) == count


def test_the_word_that_nobody_has_is_offered_to_be_left_out() -> None:
    assert offered("q=otter+therapist&language=ga")["Without: Gaeilge"] == 2
