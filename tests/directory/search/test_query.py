"""A query is read from a URL and written back to one."""

import pytest
from django.http import QueryDict

from directory.search.query import DEFAULT_RADIUS, QueryReader, SearchQuery, radius_km

pytestmark = pytest.mark.django_db


def read(address: str, kind: str = "") -> tuple[SearchQuery, list[str]]:
    query, _spot, _others, problems = QueryReader(QueryDict(address)).read_query(fixed_kind=kind)
    return query, problems


@pytest.mark.parametrize(
    "address",
    [
        "",
        "q=women&kind=support-groups&near=95112&day=mon&time=evening",
        "kind=support-groups&kind=therapists&language=en&language=es",
        "near=95112&radius=25km&mode=in-person&sort=nearest&page=3",
        "kind=hotlines&channel=text&country=CA",
    ],
)
def test_query_string_round_trip(address: str) -> None:
    query, problems = read(address)
    assert not problems
    again, _problems = read(query.query_string())
    assert again == query
    assert sorted(query.query_string().split("&")) == sorted(address.split("&"))


def test_defaults_are_not_written() -> None:
    query, _problems = read(f"near=95112&radius={DEFAULT_RADIUS}&page=1&q=&sort=")
    assert query.query_string() == "near=95112"


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("mode=teleport", "teleport"),
        ("kind=spaceships", "spaceships"),
        ("near=Nowhereville%20ZZ", "Nowhereville"),
        ("radius=-4", "-4"),
        ("radius=NaN", "nan"),
        ("radius=1_000", "1_000"),
        ("radius=1e9", "1e9"),
        ("sort=user__password", "user__password"),
        ("sort=nearest", "near where"),
        ("page=0", "0"),
        ("page=-1", "-1"),
        ("page=999999999999999999999999", "9999"),
        ("page=%D9%A3", "٣"),
        ("day=someday", "someday"),
    ],
)
def test_problem_names_the_invalid_value_and_the_rest_counts(address: str, named: str) -> None:
    query, problems = read(f"{address}&q=hope")
    assert query.q == "hope"
    assert any(named in problem for problem in problems), problems


@pytest.mark.parametrize(
    "address", ["a[]=1", "name__regex=.*", "_connector=OR", "utm_source=x", "kind__in=therapists"]
)
def test_unknown_parameter_is_ignored(address: str) -> None:
    query, problems = read(address)
    assert (query, problems) == (SearchQuery(), [])


@pytest.mark.parametrize(
    "q", ["%00a%00", "a%0d%0ab", "%ed%a0%80", "%ff", "a" * 5000, "%F0%9F%91%A9" * 900, "'\";--%25_"]
)
def test_hostile_text_is_cleaned_and_cut(q: str) -> None:
    query, _problems = read(f"q={q}")
    assert len(query.q) <= 200
    assert not any(ord(sign) < 32 for sign in query.q)


@pytest.mark.parametrize(
    ("address", "last", "named"),
    [("day=mon&day=tue", "tue", "Monday"), ("day=tue&day=mon", "mon", "Tuesday")],
)
def test_single_choice_filter_takes_the_last_and_names_the_other(address: str, last: str, named: str) -> None:
    query, problems = read(address)
    assert query.choices["day"] == (last,)
    assert len(problems) == 1
    assert named in problems[0]


def test_each_problem_is_listed_once() -> None:
    _query, problems = read("kind=spaceships&kind=therapists")
    assert len(problems) == 1


def test_query_without_place_is_not_sorted_by_distance() -> None:
    query, _problems = read("near=95112&sort=nearest")
    assert query.without_option("near", "95112").query_string() == ""


def test_kind_page_fixes_the_kind() -> None:
    query, _problems = read("kind=therapists", kind="hotlines")
    assert query.kinds == ("hotlines",)


def test_without_option_removes_one_option_and_returns_to_page_one() -> None:
    query, _problems = read("language=en&language=es&near=95112&page=4")
    less = query.without_option("language", "es")
    assert less.choices["language"] == ("en",)
    assert less.page == 1
    assert less.without_option("near", "95112").near == ""


@pytest.mark.parametrize(
    ("text", "km"),
    [
        ("10", 16.09344),
        ("25km", 25),
        ("0", None),
        ("0km", None),
        ("-1", None),
        ("", None),
        ("10mi", None),
        ("9999", None),
    ],
)
def test_radius(text: str, km: float | None) -> None:
    assert radius_km(text) == (pytest.approx(km) if km else None)


@pytest.mark.parametrize(
    ("near", "radius", "address"),
    [
        ("95112", "10", "near=95112"),
        ("London, United Kingdom", "10", "near=London%2C+United+Kingdom"),
        ("Berlin, Germany", "15km", "near=Berlin%2C+Germany"),
    ],
)
def test_default_radius_is_in_the_unit_of_the_country(near: str, radius: str, address: str) -> None:
    query, _problems = read(f"near={near}")
    assert (query.radius, query.query_string()) == (radius, address)
    assert query.radius in query.radii


def test_place_in_the_text_moves_to_its_own_field() -> None:
    query, problems = read("q=aa near 95112&sort=nearest")
    assert (query.q, query.near, query.sort, problems) == ("aa", "95112", "nearest", [])


def test_text_stays_whole_where_a_place_is_given() -> None:
    query, _problems = read("q=san jose sharks&near=80202")
    assert (query.q, query.near) == ("san jose sharks", "80202")


@pytest.mark.parametrize(("q", "word"), [("aa near Nowhereville", "Nowhereville"), ("aa near me", "Near")])
def test_unknown_place_becomes_a_problem(q: str, word: str) -> None:
    query, problems = read(f"q={q}")
    assert query.q == "aa"
    assert word in " ".join(problems)
