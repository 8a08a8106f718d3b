"""The search finds the right listings, with the exact total and exact counts."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.http import QueryDict

from core.weekdays import WEEKDAY_KEYS
from directory.kinds.registry import kinds
from directory.listings.availability import AskedAt
from directory.models import Channel, SynonymEntry, Verification
from directory.search import engine
from directory.search.engine import Results
from directory.search.index import manager
from directory.search.index.meetings import minute_of
from directory.search.query import QueryReader, SearchQuery
from directory.search.ranking import MAX_CACHED_ORDERS
from tests.builders import make_group, make_listing, make_meeting, make_place

pytestmark = pytest.mark.django_db

# A Thursday, 18:35 in California.
NOW = datetime.datetime(2026, 3, 12, 18, 35, tzinfo=ZoneInfo("America/Los_Angeles"))
THURSDAY = 3


@pytest.fixture(autouse=True)
def _clock():
    """Stop the clock, since an index holds the occurrences from its own day on."""
    with time_machine.travel(NOW, tick=False):
        yield


def find(address: str) -> Results:
    query, spot, _others, problems = QueryReader(QueryDict(address)).read_query()
    assert not problems, problems
    return engine.search(query, spot=spot, at=AskedAt(NOW, "America/Los_Angeles"))


def ids(address: str) -> set[int]:
    return set(find(address).ids)


@pytest.mark.parametrize("status", ["draft", "in-review", "paused", "closed"])
def test_only_published_is_found(status: str) -> None:
    make_listing(status=status, status_reason="Away")
    shown = make_listing()
    assert ids("") == {shown.pk}


@pytest.mark.parametrize(
    ("facts", "address"),
    [
        ({"modes": ("online",)}, "mode=online"),
        ({"languages": ("es",)}, "language=es"),
        ({"audiences": ("women",)}, "audience=women"),
        ({"concerns": ("opioids",)}, "concern=opioids"),
        ({"payment": ("medicaid",)}, "payment=medicaid"),
        ({"access": ("step-free",)}, "access=step-free"),
        ({"approaches": ("cbt",)}, "approach=cbt"),
        ({"credentials": ("psychologist",)}, "credential=psychologist"),
        ({"accepting": "yes", "accepting_on": datetime.date(2026, 3, 1)}, "accepting=1"),
        ({"always_open": True}, "open=now"),
    ],
)
def test_filter_finds_listings_with_the_option(facts: dict, address: str) -> None:
    make_listing()
    wanted = make_listing(**facts)
    key, value = address.split("=")
    assert ids(address) == {wanted.pk}
    assert find("kind=therapists").counts[key][value] == 1


@pytest.mark.parametrize(
    ("kind", "facts", "address"),
    [
        ("support-groups", {"fellowship": "smart"}, "fellowship=smart"),
        ("treatment", {"care": ("detox",)}, "care=detox"),
        ("treatment", {"medications": ("methadone",)}, "medication=methadone"),
        ("treatment", {"ages": ("teens",)}, "age=teens"),
        ("recovery-housing", {"level": "2"}, "house=2"),
        ("hotlines", {"country": "CA"}, "country=CA"),
    ],
)
def test_own_filter_of_a_kind(kind: str, facts: dict, address: str) -> None:
    wanted = make_listing(kind, **facts)
    make_listing(kind, country="GB")
    assert ids(f"kind={kind}&{address}") == {wanted.pk}


def test_value_does_not_match_another_with_the_same_beginning() -> None:
    make_listing(approaches=("act",))
    assert ids("approach=act")
    assert not ids("approach=cbt")
    make_listing(languages=("en",))
    assert not ids("language=es")


def test_channel_filter_finds_and_counts() -> None:
    line = make_listing("hotlines")
    Channel.objects.create(listing=line, type="text", dial="741741")
    make_listing("hotlines")
    assert ids("channel=text") == {line.pk}
    assert find("").counts["channel"] == {"call": 0, "text": 1, "chat": 0, "videophone": 0, "tty": 0}


def test_options_of_one_filter_widen_and_filters_narrow() -> None:
    es = make_listing(languages=("es",), modes=("online",))
    en = make_listing(languages=("en",), modes=("online",))
    make_listing(languages=("en",), modes=("phone",))
    assert ids("language=es&language=en&mode=online") == {es.pk, en.pk}


def test_counts_ignore_the_choice_of_their_own_filter() -> None:
    make_listing(languages=("es",), modes=("online",))
    make_listing(languages=("en",), modes=("online",))
    make_listing(languages=("en",), modes=("phone",))
    counts = find("language=es&mode=online").counts
    assert counts["language"]["en"] == 1, "the count of English ignores the choice of Spanish"
    assert counts["mode"]["phone"] == 0
    assert counts["mode"]["online"] == 1


def test_count_of_an_option_equals_the_total_with_it() -> None:
    for language in ("en", "es"):
        for mode in ("online", "phone", "in-person"):
            make_listing(
                languages=(language,), modes=(mode,), audiences=("women",) if mode == "phone" else ()
            )
    start = "language=es"
    for key, options in find(start).counts.items():
        if key in ("language", "kind"):
            continue
        for value, count in options.items():
            assert find(f"{start}&{key}={value}").total == count, (key, value)


def test_count_of_a_country_equals_the_total_with_it() -> None:
    for country in ("US", "GB", "GB", ""):
        make_listing("hotlines", country=country)
    counts = find("kind=hotlines").counts["country"]
    assert [counts[country] for country in ("US", "GB", "FR")] == [2, 3, 1]
    assert [find(f"country={country}").total for country in ("US", "GB", "FR")] == [2, 3, 1]


def test_chosen_filter_is_counted_without_its_kind() -> None:
    make_group(fellowship="aa")
    make_group(fellowship="na")
    assert find("fellowship=aa").counts["fellowship"]["na"] == 1


def test_days_are_counted_without_a_kind() -> None:
    make_meeting(make_group(), weekday=0)
    make_listing()
    assert find("").counts["day"]["mon"] == 1


def test_day_and_time_must_match_one_meeting() -> None:
    group = make_group()
    make_meeting(group, weekday=0, start=datetime.time(7))
    make_meeting(group, weekday=1, start=datetime.time(19))
    assert ids("day=mon&time=morning") == {group.pk}
    assert ids("day=mon&time=evening") == set()
    assert find("kind=support-groups&day=mon").counts["time"]["evening"] == 0
    assert find("kind=support-groups&time=evening").counts["day"]["mon"] == 0


@pytest.mark.parametrize(
    ("hour", "part"),
    [(0, "night"), (3, "night"), (4, "morning"), (10, "morning"), (11, "midday"), (16, "midday"), (17, "evening"),
     (20, "evening"), (21, "night"), (23, "night")],
)  # fmt: skip
def test_part_of_the_day_follows_the_start(hour: int, part: str) -> None:
    group = make_group()
    make_meeting(group, start=datetime.time(hour, 59 if hour != 20 else 0))
    assert ids(f"time={part}") == {group.pk}


def test_today_is_the_visitors_date_and_monthly_meetings_are_not_weekly() -> None:
    weekly = make_group()
    make_meeting(weekly, weekday=THURSDAY)
    second = make_group()
    make_meeting(
        second, weekday=THURSDAY, repeat="monthly", weeks=("2",)
    )  # 12 March 2026 is the second Thursday
    third = make_group()
    make_meeting(third, weekday=THURSDAY, repeat="monthly", weeks=("3",))
    assert ids("day=today") == {weekly.pk, second.pk}
    assert ids("day=thu") == {weekly.pk, second.pk, third.pk}
    assert ids("day=tomorrow") == set()


def test_when_now_and_soon_across_zones() -> None:
    on = make_group()
    make_meeting(on, weekday=THURSDAY, start=datetime.time(18))
    eastern = make_group()
    make_meeting(eastern, weekday=THURSDAY, start=datetime.time(22), zone="America/New_York")  # 19:00 Pacific
    later = make_group()
    make_meeting(later, weekday=THURSDAY, start=datetime.time(21))
    assert ids("when=now") == {on.pk}
    assert ids("when=soon") == {eastern.pk}
    assert list(find("sort=soonest").ids) == [on.pk, eastern.pk, later.pk]


def test_soonest_order_uses_only_meetings_that_match_the_times() -> None:
    tonight = make_group()
    make_meeting(tonight, weekday=THURSDAY, start=datetime.time(20))
    make_meeting(tonight, weekday=THURSDAY + 2, start=datetime.time(12))
    before = make_group()
    make_meeting(before, weekday=THURSDAY + 2, start=datetime.time(9))
    assert list(find("").ids) == [tonight.pk, before.pk]
    assert list(find("day=sat").ids) == [before.pk, tonight.pk]
    assert list(find("day=today").ids) == [tonight.pk]


def test_number_of_cached_orders_is_limited() -> None:
    make_meeting(make_group(), weekday=THURSDAY, start=datetime.time(20))
    for day in WEEKDAY_KEYS:
        for part in ("morning", "midday", "evening", "night"):
            find(f"day={day}&time={part}")
    find("")
    cached = manager.current_index().segments[0][0].minute_cache(minute_of(NOW))["soonest"]
    assert len(cached) == MAX_CACHED_ORDERS + 1
    assert list(find("day=thu&time=evening").ids) == list(find("").ids)


@pytest.mark.parametrize(
    "facts",
    [
        {"until": datetime.date(2026, 3, 11)},
        {"repeat": "dated", "weekday": None, "first": datetime.date(2026, 3, 5)},
        {"repeat": "ongoing", "weekday": None, "start": None, "until": datetime.date(2026, 3, 11)},
    ],
)
def test_meeting_that_is_over_is_not_found_by_its_time(facts: dict) -> None:
    make_meeting(make_group(), **{"weekday": THURSDAY, **facts})
    assert (ids("day=thu"), ids("time=evening"), ids("when=now")) == (set(), set(), set())


def test_ongoing_meeting_is_in_progress_only_after_its_first_date() -> None:
    group = make_group()
    make_meeting(group, repeat="ongoing", weekday=None, start=None, first=datetime.date(2026, 3, 13))
    assert ids("when=now") == set()
    assert kinds["support-groups"].availability(group, AskedAt(NOW, "America/Los_Angeles")).state != "now"


def test_dated_meeting_is_on_the_day_of_its_date() -> None:
    group = make_group()
    make_meeting(group, repeat="dated", weekday=0, first=NOW.date())
    assert ids("day=thu") == ids("day=today") == {group.pk}
    assert ids("day=mon") == set()


def test_suspended_meeting_is_not_found_by_its_time() -> None:
    group = make_group()
    make_meeting(group, weekday=THURSDAY, active=False)
    assert ids("") == {group.pk}
    assert ids("day=thu") == set()


def test_near_finds_what_is_in_reach_and_what_needs_no_place() -> None:
    here = make_listing(place=make_place(latitude=37.34, longitude=-121.89), modes=("in-person",))
    make_listing(place=make_place(latitude=38.5, longitude=-121.5), modes=("in-person",))
    online = make_listing(modes=("online",))
    far_hybrid = make_listing(place=make_place(latitude=40.7, longitude=-74.0), modes=("in-person", "online"))
    found = find("near=95112")
    assert set(found.ids) == {here.pk, online.pk, far_hybrid.pk}
    assert set(found.km) == {here.pk}, "a listing out of reach has no distance"
    assert found.counts["mode"] == {"in-person": 1, "online": 2, "phone": 0}
    assert ids("near=95112&mode=in-person") == {here.pk}


def test_near_hides_unknown_mode_only_out_of_reach() -> None:
    here = make_listing("treatment", place=make_place())
    anywhere = make_listing("self-help")
    make_listing("treatment", place=make_place(latitude=38.5, longitude=-121.5))
    assert ids("near=95112") == {here.pk, anywhere.pk}


def test_distance_of_a_private_place_uses_its_rounded_point() -> None:
    """Otherwise a few searches with small radii would reveal the exact place."""
    house = make_place(private=True, latitude=37.3449, longitude=-121.8851)
    listing = make_listing("recovery-housing", modes=("in-person",), place=house)
    assert find("near=37.34,-121.89&radius=0.1km&mode=in-person").km == {
        listing.pk: pytest.approx(0, abs=0.01)
    }
    house.private = False
    house.save()
    assert find("near=37.34,-121.89&radius=0.5km&mode=in-person").total == 0
    assert find("near=37.34,-121.89&radius=1km&mode=in-person").total == 1


def test_building_name_of_a_private_place_is_not_searched() -> None:
    make_listing(place=make_place(private=True, name="Hidden Rectory"))
    shown = make_listing(place=make_place(name="Open Rectory"))
    assert ids("q=rectory") == {shown.pk}


def test_near_finds_hotlines_of_that_country() -> None:
    there = make_listing("hotlines", country="GB", modes=("phone",))
    make_listing("hotlines", country="US", modes=("phone",))
    assert ids("near=London, United Kingdom&kind=hotlines") == {there.pk}


def test_nearest_order_and_radius() -> None:
    far = make_listing(place=make_place(latitude=37.40, longitude=-121.89), modes=("in-person",))
    near = make_listing(place=make_place(latitude=37.35, longitude=-121.89), modes=("in-person",))
    assert list(find("near=95112&sort=nearest").ids) == [near.pk, far.pk]
    assert ids("near=95112&radius=2&mode=in-person") == {near.pk}


def test_words_match_in_any_order_and_names_come_first() -> None:
    described = make_listing(name="Aardvark", description="a harbor for the night")
    named = make_listing(name="Harbor Night House")
    make_listing(name="Harbor")
    assert list(find("q=night+harbor").ids) == [named.pk, described.pk]


@pytest.mark.parametrize("q", ["AA", "aa", "women", "spanish meeting", "therapist"])
def test_words_find_kinds_and_filter_options(q: str) -> None:
    group = make_group(fellowship="aa", audiences=("women",), name="Español", summary="a spanish meeting")
    therapist = make_listing("therapists")
    assert ids(f"q={q}") == ({therapist.pk} if q == "therapist" else {group.pk})


@pytest.mark.parametrize("q", ["%25", "_", "'", '"', "\\", "%00", "(", "a%20OR%201=1", "💜", "ß", "." * 300])
def test_special_characters_are_harmless(q: str) -> None:
    make_listing(name="Plain")
    query, spot, _others, _problems = QueryReader(QueryDict(f"q={q}")).read_query()
    found = engine.search(query, spot=spot, at=AskedAt(NOW, "America/Los_Angeles"))
    assert found.total == (0 if any(sign.isalnum() for sign in query.q) else 1), (
        "special characters alone are no text"
    )


def test_hotlines_of_other_countries_need_a_choice() -> None:
    here = make_listing("hotlines", country="US")
    there = make_listing("hotlines", country="GB")
    everywhere = make_listing("hotlines")
    assert ids("kind=hotlines") == {here.pk, everywhere.pk}
    assert ids("kind=hotlines&country=GB") == {there.pk, everywhere.pk}


def test_pages_have_twenty_listings_and_each_one_once() -> None:
    made = {make_listing().pk for _number in range(45)}
    pages = [find(f"page={number}") for number in (1, 2, 3, 4)]
    assert [len(page.ids) for page in pages] == [20, 20, 5, 5], "a page beyond the last one is the last one"
    assert {pk for page in pages for pk in page.ids} == made
    assert {page.total for page in pages} == {45}


def verify(listing, days_ago: int, *fields: str) -> None:
    on = NOW.date() - datetime.timedelta(days=days_ago)
    Verification.objects.create(listing=listing, verified_on=on, method="called", fields=list(fields))


def test_accepting_matches_only_within_sixty_days() -> None:
    answers = {days: make_listing(accepting="yes", accepting_on=NOW.date() - datetime.timedelta(days=days))
               for days in (0, 60, 61)}  # fmt: skip
    found = find("kind=therapists&accepting=1")
    assert set(found.ids) == {answers[0].pk, answers[60].pk}
    assert find("kind=therapists").counts["accepting"]["1"] == 2
    assert find("kind=therapists").ids[-1] == answers[61].pk, "an old answer counts as unknown"


@pytest.mark.parametrize(("kind", "life"), [("hotlines", 90), ("treatment", 182)])
def test_open_now_needs_recent_hours(kind: str, life: int) -> None:
    fresh, old = (make_listing(kind, always_open=True) for _number in range(2))
    verify(fresh, life)
    verify(old, life + 1)
    assert ids("open=now") == {fresh.pk}
    assert list(find("").ids) == [fresh.pk, old.pk], "it is found after the open one"
    verify(old, 1, "hours")
    assert ids("open=now") == {fresh.pk, old.pk}


def test_main_hotline_stays_open_at_any_age() -> None:
    main = make_listing("hotlines", always_open=True, is_main=True)
    verify(main, 1000)
    assert ids("open=now") == {main.pk}


def test_stale_come_after_fresh_among_equally_soon() -> None:
    times = {"on, stale": 18, "on": 18, "soon, stale": 19, "soon": 19, "tonight, stale": 20, "tonight": 23}
    groups = {name: make_group(name=name) for name in times}
    for name, group in groups.items():
        make_meeting(group, weekday=THURSDAY, start=datetime.time(times[name]))
        verify(group, 182 + 60 if "stale" in name else 182 + 59)
    groups["next week"] = make_group(name="next week")
    make_meeting(groups["next week"], weekday=THURSDAY, start=datetime.time(10))
    found = find("sort=soonest").ids
    names = {group.pk: name for name, group in groups.items()}
    assert [names[pk] for pk in found] == [
        "on", "on, stale", "soon", "soon, stale", "tonight", "tonight, stale", "next week",
    ]  # fmt: skip


def test_stale_come_after_fresh_among_equally_relevant() -> None:
    stale = make_listing(name="Harbor A")
    verify(stale, 365 + 60)
    described = make_listing(name="Aardvark", description="a harbor")
    fresh = make_listing(name="Harbor B")
    assert list(find("q=harbor").ids) == [fresh.pk, stale.pk, described.pk]


@pytest.mark.parametrize(("main", "comes_last"), [(False, True), (True, False)])
def test_stale_hotline_comes_last_unless_it_is_the_main_one(main: bool, comes_last: bool) -> None:
    old = make_listing("hotlines", name="A", is_main=main, provenance={"*": {"copied": "2025-10-13"}})
    fresh = make_listing("hotlines", name="B", provenance={"*": {"copied": "2025-10-14"}})
    assert list(find("q=hotline").ids) == ([fresh.pk, old.pk] if comes_last else [old.pk, fresh.pk])


def test_counts_of_kinds_ignore_the_chosen_kind() -> None:
    make_listing("therapists")
    make_listing("hotlines")
    make_listing("hotlines")
    assert find("kind=therapists").counts["kind"]["hotlines"] == 2


def test_synonym_is_no_typing_error() -> None:
    make_listing("therapists", name="Salted Tea Room")
    SynonymEntry.objects.create(phrases="halted early", meanings="kind=hotlines")
    assert find("q=halted").corrected == ""
    assert find("q=haltde").corrected == "halted"


@pytest.mark.parametrize("word", ["shit", "stuff", "porn", "shifted", "feelings", "mierda", "gritar"])
def test_common_word_is_no_typing_error(word) -> None:
    make_listing("therapists", name="Shift Staff Worn Shifter Feeding Hierba Guitar")
    assert find(f"q={word}").corrected == ""


def test_correction_prefers_swapped_letters() -> None:
    for _number in range(2):
        make_listing("therapists", name="Clovet House")
    make_listing("therapists", name="Clover House")
    assert find("q=clovre").corrected == "clover"


def test_partial_matches_rank_meaning_before_plain_words() -> None:
    SynonymEntry.objects.create(phrases="plomf", meanings="concern=gambling")
    SynonymEntry.objects.create(phrases="zubzub", meanings="payment=free")
    for number in range(3):
        make_listing("therapists", name=f"Kelter Quandle {number}")
    meant = make_listing("therapists", name="Other Room", concerns=("gambling",), payment=("free",))
    found = find("q=plomf zubzub kelter quandle")
    assert found.relaxed
    assert found.ids[0] == meant.pk
    assert found.total == 4


def test_query_with_only_a_place_is_sorted_by_distance() -> None:
    def order(**facts):
        return SearchQuery(**facts).order

    assert order(near="95112") == "nearest"
    assert order(near="95112", sort="soonest") == "soonest"
    assert order(near="95112", kinds=("hotlines",)) == "soonest"
    assert order(near="95112", chosen=(("mode", ("online",)),)) == "soonest"
    assert order(near="95112", q="aa") == "best"
    assert order() == "soonest"
