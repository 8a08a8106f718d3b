"""The index finds, counts and orders the same listings as a slow search over plain rows.

The tests share 20,000 made-up listings, which a transaction holds that is rolled back at the end.
"""

import ast
import datetime
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction

from benchmarks import vocabulary as made_up_words
from benchmarks.fill_database import insert_rows, update_statistics
from benchmarks.rows import BATCH, RowWriter
from directory.geo.geocoding import GeoPoint
from directory.kinds.registry import kinds
from directory.listings.availability import AskedAt
from directory.models import Change, Channel, HoursException, Listing, Place, Verification
from directory.models.hotline import Hotline
from directory.search import engine
from directory.search.filter_registry import all_filters
from directory.search.filters import MEETING_FILTER_KEYS, SHARED_FILTERS, TIME_FILTER_KEYS
from directory.search.index import manager
from directory.search.meeting_filters import matches_time_choices
from directory.search.parsing import query_parser
from directory.search.parsing.parsed_query import (
    AllOf,
    FacetOption,
    NameTerms,
    Phrase,
    QueryOption,
    RequiredTerm,
    Term,
)
from directory.search.query import RADII, SearchQuery
from groups.models import Meeting
from tests.directory.search import search_oracle
from tests.directory.search.search_oracle import Option, Oracle, OracleQuery, OracleTerm, unknown_filters
from tests.soak import size

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("search oracle")]
LISTINGS = 12_000
QUERIES = size(ci=2_000, soak=10_000)
BUILT = datetime.datetime(2026, 10, 30, 9, 0, tzinfo=datetime.UTC)
# An evening; both passes of the hour that the clocks repeat; midnight in the Pacific; New Year; the hour that is
# skipped, in America and in Europe; months later.
MOMENTS = (
    ("2026-10-31T01:35+00:00", "America/Los_Angeles"),
    ("2026-11-01T08:30+00:00", "America/Los_Angeles"),
    ("2026-11-01T09:30+00:00", "America/New_York"),
    ("2026-11-02T11:59+00:00", "Pacific/Auckland"),
    ("2027-01-01T07:55+00:00", "America/Los_Angeles"),
    ("2027-03-14T09:59+00:00", "America/Los_Angeles"),
    ("2027-03-28T00:30+00:00", "Europe/London"),
    ("2027-07-08T22:15+00:00", "America/Chicago"),
)
# Every time that a query may ask for lies between these dates.
FIRST_DATE, LAST_DATE = datetime.date(2026, 8, 1), datetime.date(2028, 9, 1)
# What the oracle may import: everything else it must write down itself.
ORACLE_IMPORTS = {
    "directory.vocabulary",
    "directory.geo.countries",
    "directory.kinds.registry",
    "directory.models",
    "groups.models",
    "tests.core.recurrence_oracle",
}
PROJECT_PACKAGES = {
    "benchmarks", "core", "curation", "demo", "directory", "feeds", "groups", "network", "recovery_site", "tests",
}  # fmt: skip
# The share of the queries that combine facts of a meeting, and options that many meetings have.
SHARE_COMBINED = 0.45
COMMON_OPTIONS = {
    "today", "tue", "fri", "evening", "morning", "soon", "in-person", "online", "discussion", "speaker", "en", "es",
    "women", "men", "1",
}  # fmt: skip
EDGES = (
    GeoPoint("a pole", 89.9, 10.0, "UTC", "", "NO"),
    GeoPoint("the date line", -17.0, 179.95, "Pacific/Fiji", "", "FJ"),
    GeoPoint("the other side", 51.9, -179.9, "America/Adak", "", "US"),
)


@pytest.fixture(autouse=True)
def clear_caches() -> None:
    """Keep the index between the tests: they share one base of listings."""


@pytest.fixture(scope="module")
def base(django_db_setup: None, django_db_blocker) -> Iterator[Oracle]:
    with django_db_blocker.unblock(), time_machine.travel(BUILT, tick=False), transaction.atomic():
        fill()
        manager.clear_index()
        yield Oracle(FIRST_DATE, LAST_DATE)
        transaction.set_rollback(True)
    manager.clear_index()


def fill() -> None:
    writer = RowWriter()
    for first in range(1, LISTINGS, BATCH):
        for model, (names, rows) in writer.batch(first, BATCH).items():
            insert_rows(model, names, rows)
    update_statistics()
    chance = random.Random("rarer things")
    for vary in (
        vary_recurrence,
        vary_meetings,
        vary_places,
        add_verifications,
        add_hours_exceptions,
        vary_languages,
        add_national_finders,
    ):
        vary(chance)
    # On PostgreSQL each search reads all changes of the open transaction, so only the last one stays.
    last = Change.objects.latest("sequence")
    with connection.cursor() as cursor:
        cursor.execute(
            f"{'TRUNCATE' if connection.vendor == 'postgresql' else 'DELETE FROM'} {Change._meta.db_table}"
        )
    last.save(force_insert=True)


def vary_recurrence(chance: random.Random) -> None:
    """Give some meetings other rhythms than every week, and a first or last date."""
    day = BUILT.date()
    meetings = list(Meeting.objects.order_by("pk")[:1200])
    for meeting in meetings:
        first = day + datetime.timedelta(days=chance.randrange(-40, 60))
        until = first + datetime.timedelta(days=chance.randrange(0, 90))
        meeting.start = datetime.time(chance.randrange(24), chance.choice((0, 15, 30)))
        meeting.minutes = chance.choice((None, 45, 90, 1440))
        meeting.weekday = chance.randrange(7)
        facts = chance.choice((
            {"repeat": "monthly", "weeks": chance.sample(("1", "2", "3", "4", "5", "-1"), chance.choice((1, 1, 2, 3)))},
            {"repeat": "second-week", "first": first},
            {"repeat": "dated", "first": first},
            {"repeat": "ongoing", "start": None, "weekday": None, "first": first, "until": until},
            {"repeat": "ongoing", "start": None, "weekday": None},
            {"first": first}, {"until": until}, {"first": first, "until": until}, {"active": False},
            {"repeat": "monthly", "weeks": ("5",), "until": until},
        ))  # fmt: skip
        for name, value in facts.items():
            setattr(meeting, name, value)
    fields = ["repeat", "weekday", "weeks", "first", "until", "start", "minutes", "active"]
    Meeting.objects.bulk_update(meetings, fields, batch_size=100)


def vary_meetings(chance: random.Random) -> None:
    """Give some meetings a name, a note, and facts other than those of their group; leave facts of others empty."""
    words = made_up_words.vocabulary()[:300]
    meetings = list(Meeting.objects.order_by("pk")[1200:2600])
    for meeting in meetings:
        meeting.name = " ".join(chance.sample(words, chance.choice((0, 0, 1, 2))))
        meeting.note = " ".join(chance.sample(words, chance.choice((0, 0, 4))))
        meeting.modes = chance.choice(((), ("online",), ("in-person",), ("phone",), ("in-person", "online")))
        meeting.audiences = chance.choice(((), ("women",), ("men",), ("women", "young")))
        meeting.languages = chance.choice(((), ("es",), ("en",), ("es", "en")))
        meeting.attendance_slips = chance.choice(("", "yes", "no"))
    fields = ["name", "note", "modes", "audiences", "languages", "attendance_slips"]
    Meeting.objects.bulk_update(meetings, fields, batch_size=100)


def vary_places(chance: random.Random) -> None:
    """Move places to the edges of the map, make some private, and take the point of others."""
    for place in Place.objects.order_by("pk")[:400]:
        spot = chance.choice(EDGES)
        place.latitude = max(-90.0, min(90.0, spot.latitude + chance.uniform(-0.3, 0.3)))
        place.longitude = (spot.longitude + chance.uniform(-0.5, 0.5) + 180) % 360 - 180
        place.private = chance.random() < 0.2
        if chance.random() < 0.1:
            place.latitude = place.longitude = None
        place.save()
    Place.objects.filter(pk__gt=400, pk__lt=900).update(private=True)
    Listing.objects.filter(pk__gt=5000, pk__lt=5600).update(modes=())
    Listing.objects.filter(pk__gt=5400, pk__lt=5700).update(place=None)


def add_verifications(chance: random.Random) -> None:
    day = BUILT.date()
    facts = ([], [], ["hours"], ["accepting"], ["hours", "accepting"])
    Verification.objects.bulk_create(
        Verification(
            listing_id=pk, verified_on=day - datetime.timedelta(days=chance.randrange(600)), method="called",
            fields=chance.choice(facts),
            due_on=chance.choice((None, day + datetime.timedelta(days=chance.randrange(-99, 99)))),
        )
        for pk in chance.sample(range(1, LISTINGS), 3000)
    )  # fmt: skip
    for pk in chance.sample(range(1, LISTINGS), 500):
        copied = day - datetime.timedelta(days=chance.randrange(700))
        Listing.objects.filter(pk=pk).update(provenance={"*": {"copied": copied.isoformat()}})


def add_hours_exceptions(chance: random.Random) -> None:
    timed = Listing.objects.exclude(zone="", always_open=False).order_by("pk").values_list("pk", flat=True)
    for pk in list(timed)[:300]:
        date = BUILT.date() + datetime.timedelta(days=chance.randrange(0, 4))
        opens = chance.choice((None, datetime.time(chance.randrange(24))))
        closes = opens and datetime.time(chance.randrange(24))
        HoursException.objects.create(listing_id=pk, date=date, opens=opens, closes=closes)


def vary_languages(chance: random.Random) -> None:
    Listing.objects.filter(pk__gt=7000, pk__lt=8000).update(text_language="es")
    Listing.objects.filter(pk__gt=7400, pk__lt=7700).update(name="Reunión Ñandú “Día a día”")


def add_national_finders(chance: random.Random) -> None:
    """Make some listings national finders, and let hotlines say how deaf people reach them."""
    pks = chance.sample(range(1, LISTINGS), 400)
    Listing.objects.filter(pk__in=pks).update(national_finder=True)
    Listing.objects.filter(pk__in=pks[:300]).update(place=None)
    lines = Hotline.objects.order_by("pk").values_list("pk", flat=True)
    said = "Dial 711 for a relay operator."
    Hotline.objects.filter(pk__in=list(lines)[::3]).update(deaf_access=said)
    Channel.objects.filter(listing__in=list(lines)[::6], type="call").update(type="tty")


class RandomQueries:
    """Random queries, the same ones for the same seed."""

    def __init__(self, oracle: Oracle, seed: object) -> None:
        self.chance, self.oracle = random.Random(f"queries {seed}"), oracle
        self.vocabulary = made_up_words.vocabulary()[:3000]
        self.filters = all_filters()

    def query(self) -> tuple[SearchQuery, GeoPoint | None]:
        chance = self.chance
        spot = self.point() if chance.random() < 0.4 else None
        of_meeting = self.facts_of_meeting() if chance.random() < SHARE_COMBINED else set()
        chosen = tuple(
            (key, tuple(self.options(each)))
            for key, each in self.filters.items()
            if key in of_meeting or chance.random() < 0.06
        )
        return SearchQuery(
            q=self.text() if chance.random() < 0.5 else "",
            kinds=tuple(chance.sample(list(kinds), chance.choice((0, 0, 0, 1, 1, 2)))),
            near=spot.label if spot else "",
            radius=chance.choice((*RADII, "1km", "300km")),
            chosen=chosen,
            sort=chance.choice(("", "", "best", "soonest", "nearest" if spot else "soonest")),
            page=chance.choice((1, 1, 1, 2, 3, 40)),
        ), spot  # fmt: skip

    def facts_of_meeting(self) -> set[str]:
        """Return the keys of two or three filters that one and the same meeting must match."""
        return set(self.chance.sample(MEETING_FILTER_KEYS, self.chance.choice((2, 2, 3))))

    def options(self, each) -> list[str]:
        options = [value for value, _label in each.options]
        if each.key in MEETING_FILTER_KEYS and self.chance.random() < 0.7:
            options = [value for value in options if value in COMMON_OPTIONS] or options
        sample = self.chance.sample(
            options, 1 if each.single else min(len(options), self.chance.choice((1, 1, 2)))
        )
        return [value for value in options if value in sample]

    def text(self) -> str:
        return " ".join(self.word() for _number in range(self.chance.choice((1, 1, 2, 3))))

    def word(self) -> str:
        chance = self.chance
        word = self.vocabulary[int(chance.random() ** 3 * len(self.vocabulary))]
        listing = chance.choice(self.oracle.listings)
        phrase = " ".join(listing.description.split()[:2]) or word
        own = listing.name.split()[0]
        return chance.choice(
            (
                word,
                word,
                own,
                f'"{phrase}"',
                f'"{own}"',
                f"-{word}",
                word[:4],
                "aa",
                "women",
                "women friday",
                "online evening meeting",
                "spanish",
                "therapist",
                "teletherapy",
                "hiking",
                "reunión",
                "relay operator",
            )
        )

    def point(self) -> GeoPoint:
        place = self.chance.choice(self.oracle.listings).place
        if place is None or place.latitude is None or self.chance.random() < 0.1:
            return self.chance.choice(EDGES)
        return GeoPoint(
            "there", round(place.latitude, 2), round(place.longitude, 2), place.zone, "", place.country
        )


def plain_option(option: QueryOption) -> Option:
    """Return an option of a term as the oracle takes it."""
    match option:
        case Term(word, prefix):
            return ("prefix" if prefix else "stem"), word
        case Phrase(stems):
            return "phrase", stems
        case NameTerms(stems):
            return "name", stems
        case FacetOption(key, value):
            return "facets", ((key, value),)
        case AllOf(facets):
            return "facets", tuple((facet.key, facet.value) for facet in facets)
    raise TypeError(option)


def plain_term(term: RequiredTerm) -> OracleTerm:
    return OracleTerm(
        [plain_option(option) for option in term.options],
        [plain_option(option) for option in term.closest],
        is_plain_word=bool(term.typed),
    )


def plain_query(query: SearchQuery, spot: GeoPoint | None) -> OracleQuery:
    """Return a query as plain data. The parser reads its text; it has tests of its own."""
    parsed = query_parser.parse_query(query.q, manager.current_index().table)
    return OracleQuery(
        kinds=query.kinds,
        choices=dict(query.chosen),
        point=(spot.latitude, spot.longitude, spot.country) if spot else None,
        radius=query.radius,
        sort=query.sort,
        page=query.page,
        has_text=bool(query.q),
        required=[plain_term(term) for term in parsed.required],
        excluded=[plain_term(term) for term in parsed.excluded],
        words=[[plain_option(form) for form in forms] for forms in parsed.name_terms],
    )


def compare(oracle: Oracle, query: SearchQuery, spot: GeoPoint | None, at: AskedAt) -> None:
    # The correction of typing errors has tests of its own.
    corrected, _literal = engine.correct_spelling(query.q, manager.current_index())
    query = replace(query, q=corrected)
    found = engine.search(query, spot=spot, at=at)
    expected = oracle.search(plain_query(query, spot), at.now, at.zone)
    message = f"{query} at {at.now} near {spot}"
    assert found.total == expected.total, message
    assert list(found.ids) == expected.ids, message
    assert {key: dict(counts) for key, counts in found.counts.items()} == expected.counts, message
    assert dict(found.km) == pytest.approx(expected.km), message


def test_oracle_imports_nothing_of_what_it_checks() -> None:
    imported = set()
    for node in ast.walk(ast.parse(Path(search_oracle.__file__).read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            imported |= names if node.module in ("core", "directory", "groups", "tests") else {node.module}
    of_project = {name for name in imported if name.split(".")[0] in PROJECT_PACKAGES}
    assert of_project <= ORACLE_IMPORTS
    assert "core" not in {name.split(".")[0] for name in imported}


def test_oracle_knows_every_filter() -> None:
    assert unknown_filters() == set()
    assert {*search_oracle.SHARED_FILTERS} == {each.key for each in SHARED_FILTERS}
    for key, each in all_filters().items():
        assert {*search_oracle.filter_options(key)} == {value for value, _label in each.options}


@pytest.mark.parametrize("number", range(len(MOMENTS)))
def test_random_queries(base: Oracle, number: int) -> None:
    moment, zone = MOMENTS[number]
    at = AskedAt(datetime.datetime.fromisoformat(moment), zone)
    queries = RandomQueries(base, number)
    for _number in range(QUERIES // len(MOMENTS)):
        compare(base, *queries.query(), at)


@pytest.mark.parametrize("key", TIME_FILTER_KEYS)
def test_card_and_index_agree_on_the_time_of_meetings(base: Oracle, key: str) -> None:
    """A card shows a meeting as matching the choices on time exactly where the index finds it."""
    moment, zone = MOMENTS[1]
    at = AskedAt(datetime.datetime.fromisoformat(moment), zone)
    seconds = int(at.now.timestamp())
    lasting = [
        (base.listings[number].pk, meeting.rule)
        for number, meeting in base.meetings
        if base.listings[number].country in ("", settings.DEFAULT_COUNTRY)
        if not base.times(meeting).is_over(seconds)
    ]
    for value, _label in all_filters()[key].options:
        choices = ((key, (value,)),)
        expected = {pk for pk, rule in lasting if matches_time_choices(rule, choices, at)}
        found = engine.search(SearchQuery(chosen=((key, (value,)),)), spot=None, at=at)
        assert found.total == len(expected)


def test_random_queries_after_changes(base: Oracle) -> None:
    """The base and the segments of changed listings together give the right results."""
    chance = random.Random("changes")
    for number in range(6):
        before = manager.current_index().segments
        pks = chance.sample([listing.pk for listing in base.listings], 3 ** (number + 1))
        with transaction.atomic():
            Listing.objects.filter(pk__in=pks[::3]).update(status="draft")
            Listing.objects.filter(pk__in=pks[1::3]).update(name=f"Renamed {number}", languages=("cy",))
            Place.objects.filter(listing__in=pks[2::3]).update(latitude=51.5, longitude=-0.12)
            if number % 2:
                with connection.cursor() as cursor:
                    cursor.execute("DELETE FROM groups_meeting WHERE group_id = %s", [pks[0]])
        after = manager.current_index()
        assert len(after.segments) > 1 or before is not after.segments
    oracle = Oracle(FIRST_DATE, LAST_DATE)
    assert len(oracle.listings) < len(base.listings)
    at = AskedAt(datetime.datetime.fromisoformat(MOMENTS[0][0]), MOMENTS[0][1])
    queries = RandomQueries(oracle, "after changes")
    for _number in range(QUERIES // 10):
        compare(oracle, *queries.query(), at)
    assert len(manager.current_index().segments) > 1, "the base was not simply built again"


def test_many_queries_combine_facts_of_a_meeting(base: Oracle) -> None:
    queries = RandomQueries(base, 0)
    combined = [
        sum(key in MEETING_FILTER_KEYS for key, _values in queries.query()[0].chosen) >= 2
        for _number in range(400)
    ]
    assert sum(combined) >= 0.4 * len(combined)
