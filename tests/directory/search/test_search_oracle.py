"""The index finds, counts and orders what a slow search over plain rows does, at any moment and after any change.

20,000 made-up listings, made once for the module in a transaction that is taken back.
"""

import datetime
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction

from benchmarks import words as made_up
from benchmarks.filling import insert, settle
from benchmarks.rows import BATCH, Writer
from directory.geo.geocoding import GeoPoint
from directory.kinds.registry import kinds
from directory.listings.availability import AskedAt
from directory.models import Change, Channel, HoursException, Listing, Place, Verification
from directory.models.hotline import Hotline
from directory.search import engine
from directory.search.filter_registry import all_filters
from directory.search.index import manager
from directory.search.parsing import query_parser
from directory.search.query import RADII, SearchQuery
from directory.search.time_filters import TIME_FILTER_KEYS, matches_time_choices
from groups.models import Meeting
from tests.directory.search.search_oracle import Oracle, active_meetings, is_over, unknown_filters
from tests.soak import size

pytestmark = pytest.mark.django_db
LISTINGS = 20_000
QUERIES = size(ci=2_000, soak=10_000)
BUILT = datetime.datetime(2026, 10, 30, 9, 0, tzinfo=datetime.UTC)
# An evening; the hour that comes twice, both times; around midnight in the Pacific; New Year; the hour that is left
# out, in America and in Europe; months later.
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
        yield Oracle()
        transaction.set_rollback(True)
    manager.clear_index()


def fill() -> None:
    writer = Writer()
    for first in range(1, LISTINGS, BATCH):
        for model, (names, rows) in writer.batch(first, BATCH).items():
            insert(model, names, rows)
    settle()
    chance = random.Random("rarer things")
    for change in (rhythms, points, checks, unusual_hours, tongues, finders):
        change(chance)
    # On PostgreSQL each look would read all that is noted in the transaction that goes on, deleted or not.
    last = Change.objects.latest("sequence")
    with connection.cursor() as cursor:
        cursor.execute(
            f"{'TRUNCATE' if connection.vendor == 'postgresql' else 'DELETE FROM'} {Change._meta.db_table}"
        )
    last.save(force_insert=True)


def rhythms(chance: random.Random) -> None:
    """Meetings that do not come every week for ever."""
    day = BUILT.date()
    for meeting in Meeting.objects.order_by("pk")[:1200]:
        first = day + datetime.timedelta(days=chance.randrange(-40, 60))
        until = first + datetime.timedelta(days=chance.randrange(0, 90))
        meeting.start = datetime.time(chance.randrange(24), chance.choice((0, 15, 30)))
        meeting.minutes = chance.choice((None, 45, 90, 1440))
        meeting.weekday = chance.randrange(7)
        facts = chance.choice((
            {"repeat": "monthly", "nth": chance.choice((1, 2, 3, 4, 5, -1))},
            {"repeat": "second-week", "first": first},
            {"repeat": "dated", "first": first},
            {"repeat": "ongoing", "start": None, "weekday": None, "first": first, "until": until},
            {"repeat": "ongoing", "start": None, "weekday": None},
            {"first": first}, {"until": until}, {"first": first, "until": until}, {"active": False},
            {"repeat": "monthly", "nth": 5, "until": until},
        ))  # fmt: skip
        for name, value in facts.items():
            setattr(meeting, name, value)
        meeting.save()


def points(chance: random.Random) -> None:
    """Places at the edges of the map, without a point, and private."""
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


def checks(chance: random.Random) -> None:
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


def unusual_hours(chance: random.Random) -> None:
    timed = Listing.objects.exclude(zone="", always_open=False).order_by("pk").values_list("pk", flat=True)
    for pk in list(timed)[:300]:
        date = BUILT.date() + datetime.timedelta(days=chance.randrange(0, 4))
        opens = chance.choice((None, datetime.time(chance.randrange(24))))
        closes = opens and datetime.time(chance.randrange(24))
        HoursException.objects.create(listing_id=pk, date=date, opens=opens, closes=closes)


def tongues(chance: random.Random) -> None:
    Listing.objects.filter(pk__gt=7000, pk__lt=8000).update(text_language="es")
    Listing.objects.filter(pk__gt=7400, pk__lt=7700).update(name="Reunión Ñandú “Día a día”")


def finders(chance: random.Random) -> None:
    """National finders among all others, and lines that say how deaf people reach them."""
    pks = chance.sample(range(1, LISTINGS), 400)
    Listing.objects.filter(pk__in=pks).update(national_finder=True)
    Listing.objects.filter(pk__in=pks[:300]).update(place=None)
    lines = Hotline.objects.order_by("pk").values_list("pk", flat=True)
    said = "Dial 711 for a relay operator."
    Hotline.objects.filter(pk__in=list(lines)[::3]).update(deaf_access=said)
    Channel.objects.filter(listing__in=list(lines)[::6], type="call").update(type="tty")


class Asking:
    """Queries left to chance, the same for the same seed."""

    def __init__(self, oracle: Oracle, seed: object) -> None:
        self.chance, self.oracle = random.Random(f"queries {seed}"), oracle
        self.spelled = made_up.vocabulary()[:3000]
        self.filters = all_filters()

    def query(self) -> tuple[SearchQuery, GeoPoint | None]:
        chance = self.chance
        spot = self.spot() if chance.random() < 0.4 else None
        chosen = tuple(
            (key, tuple(self.some(each)))
            for key, each in self.filters.items()
            if chance.random() < 0.06 or (key in ("day", "time", "when") and chance.random() < 0.1)
        )
        return SearchQuery(
            q=self.words() if chance.random() < 0.5 else "",
            kinds=tuple(chance.sample(list(kinds), chance.choice((0, 0, 0, 1, 1, 2)))),
            near=spot.label if spot else "",
            radius=chance.choice((*RADII, "1km", "300km")),
            chosen=chosen,
            sort=chance.choice(("", "", "best", "soonest", "nearest" if spot else "soonest")),
            page=chance.choice((1, 1, 1, 2, 3, 40)),
        ), spot  # fmt: skip

    def some(self, each) -> list[str]:
        options = [value for value, _label in each.options]
        few = self.chance.sample(
            options, 1 if each.single else min(len(options), self.chance.choice((1, 1, 2)))
        )
        return [value for value in options if value in few]

    def words(self) -> str:
        return " ".join(self.word() for _number in range(self.chance.choice((1, 1, 2, 3))))

    def word(self) -> str:
        chance = self.chance
        word = self.spelled[int(chance.random() ** 3 * len(self.spelled))]
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
                "therapist",
                "teletherapy",
                "hiking",
                "reunión",
                "relay operator",
            )
        )

    def spot(self) -> GeoPoint:
        place = self.chance.choice(self.oracle.listings).place
        if place is None or place.latitude is None or self.chance.random() < 0.1:
            return self.chance.choice(EDGES)
        return GeoPoint(
            "there", round(place.latitude, 2), round(place.longitude, 2), place.zone, "", place.country
        )


def compare(oracle: Oracle, query: SearchQuery, spot: GeoPoint | None, at: AskedAt) -> None:
    # Slips are mended by another rule, which has tests of its own.
    taken, _literal = engine.correct_spelling(query.q, manager.current_index())
    query = replace(query, q=taken)
    wording = query_parser.parse_query(query.q, manager.current_index().table)
    found = engine.search(query, spot=spot, at=at)
    wanted = oracle.search(query, wording, spot, at.now, at.zone)
    asked = f"{query} at {at.now} near {spot}"
    assert found.total == wanted.total, asked
    assert list(found.ids) == wanted.ids, asked
    assert {key: dict(each) for key, each in found.counts.items()} == wanted.counts, asked
    assert dict(found.km) == pytest.approx(wanted.km), asked


def test_oracle_knows_every_filter() -> None:
    assert unknown_filters() == set()


@pytest.mark.parametrize("number", range(len(MOMENTS)))
def test_random_queries(base: Oracle, number: int) -> None:
    moment, zone = MOMENTS[number]
    at = AskedAt(datetime.datetime.fromisoformat(moment), zone)
    asking = Asking(base, number)
    for _number in range(QUERIES // len(MOMENTS)):
        compare(base, *asking.query(), at)


@pytest.mark.parametrize("key", TIME_FILTER_KEYS)
def test_card_and_index_mean_the_same_hours(base: Oracle, key: str) -> None:
    """What a card takes for a meeting at the hours that were asked for is what the index found."""
    moment, zone = MOMENTS[1]
    at = AskedAt(datetime.datetime.fromisoformat(moment), zone)
    lasting = [
        (listing.pk, meeting.rule)
        for listing in base.listings
        if listing.country in ("", settings.DEFAULT_COUNTRY)
        for meeting in active_meetings(listing)
        if not is_over(meeting, at.now)
    ]
    for value, _label in all_filters()[key].options:
        asked = replace(at, slots=((key, (value,)),))
        wanted = {pk for pk, rule in lasting if matches_time_choices(rule, asked)}
        found = engine.search(SearchQuery(chosen=((key, (value,)),)), spot=None, at=at)
        assert found.total == len(wanted)


def test_random_queries_after_changes(base: Oracle) -> None:
    """Some hidden, some shown, some renamed, some moved: the base and the segments beside it answer as one."""
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
    oracle = Oracle()
    assert len(oracle.listings) < len(base.listings)
    at = AskedAt(datetime.datetime.fromisoformat(MOMENTS[0][0]), MOMENTS[0][1])
    asking = Asking(oracle, "after changes")
    for _number in range(QUERIES // 10):
        compare(oracle, *asking.query(), at)
    assert len(manager.current_index().segments) > 1, "the base was not simply built anew"
