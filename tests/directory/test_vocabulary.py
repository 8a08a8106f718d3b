"""A narrower concern counts for its wider one in filters, counts and lists of hotlines."""

import pytest

from directory.hotlines import by_country
from directory.listings.availability import AskedAt
from directory.search.engine import search
from directory.search.query import SearchQuery
from directory.vocabulary import WIDER_CONCERNS, Concern, add_wider_concerns, concerns_counted_for
from tests.builders import make_listing

NARROW = [(narrow, wide) for narrow, wider in WIDER_CONCERNS.items() for wide in wider]


def ids(query: SearchQuery) -> set[int]:
    return set(search(query, spot=None, at=AskedAt.now_in_zone()).ids)


def query_for(concern: str) -> SearchQuery:
    return SearchQuery(chosen=(("concern", (concern,)),))


def test_wider_concerns_of_drugs_and_mental_health() -> None:
    assert WIDER_CONCERNS == {
        "stimulants": ("other-drugs",), "cannabis": ("other-drugs",), "benzodiazepines": ("other-drugs",),
        "anxiety": ("mental-health",), "depression": ("mental-health",), "trauma": ("mental-health",),
    }  # fmt: skip
    assert {*WIDER_CONCERNS, *(wide for _narrow, wide in NARROW)} <= set(Concern.values)


def test_wider_concerns_have_no_wider_concerns() -> None:
    """So one step finds all wider concerns."""
    assert not {wide for _narrow, wide in NARROW} & WIDER_CONCERNS.keys()


@pytest.mark.parametrize(
    ("held", "counted"),
    [
        ((), ()),
        (("alcohol",), ("alcohol",)),
        (("cannabis",), ("cannabis", "other-drugs")),
        (("cannabis", "other-drugs", "stimulants"), ("cannabis", "other-drugs", "stimulants")),
        (("anxiety", "alcohol"), ("anxiety", "alcohol", "mental-health")),
        (("no-such-concern",), ("no-such-concern",)),
    ],
)
def test_add_wider_concerns(held, counted) -> None:
    assert add_wider_concerns(held) == counted


def test_concerns_counted_for() -> None:
    assert concerns_counted_for("mental-health") == ("mental-health", "anxiety", "depression", "trauma")
    assert concerns_counted_for("trauma") == ("trauma",)


@pytest.mark.django_db
@pytest.mark.parametrize(("narrow", "wide"), NARROW)
def test_filter_by_wider_concern_includes_narrower(narrow, wide) -> None:
    special = make_listing(concerns=(narrow,))
    general = make_listing(concerns=(wide,))
    both = make_listing("treatment", concerns=(narrow, wide))
    make_listing(concerns=("gambling",))
    assert ids(query_for(wide)) == {special.pk, general.pk, both.pk}
    assert ids(query_for(narrow)) == {special.pk, both.pk}
    counts = search(SearchQuery(), spot=None, at=AskedAt.now_in_zone()).counts["concern"]
    assert (counts[wide], counts[narrow], counts["gambling"]) == (3, 2, 1)


@pytest.mark.django_db
def test_hotlines_for_concern_include_related_concerns() -> None:
    lines = {
        concern: make_listing("hotlines", country="US", concerns=(concern,)).pk
        for concern in ("cannabis", "stimulants", "other-drugs", "any", "gambling")
    }

    def found(concern: str) -> set[int]:
        return {each.pk for each in by_country.hotlines_for("US", concern, AskedAt.now_in_zone())}

    assert found("other-drugs") == set(lines.values()) - {lines["gambling"]}
    assert found("cannabis") == {lines["cannabis"], lines["other-drugs"], lines["any"]}
    assert found("gambling") == {lines["gambling"], lines["any"]}
