"""How facts age, and what cards, lists and pages say about it.

Row of the safety matrix: C2.
"""

import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from directory.hotlines import by_country
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.listings.availability import AskedAt
from directory.listings.cards import build_cards
from directory.listings.freshness import FreshnessState
from directory.models import Listing, OpeningInterval, Verification
from directory.pages.home_tiles import fallback_text
from directory.search import engine
from directory.search.query import SearchQuery
from tests.builders import make_group, make_listing, make_meeting

# A Thursday, 18:35 in California.
NOW = datetime.datetime(2026, 3, 12, 18, 35, tzinfo=ZoneInfo("America/Los_Angeles"))
TODAY = NOW.date()
LADDERS = [
    ("hotlines", 90),
    ("support-groups", 182),
    ("therapists", 365),
    ("treatment", 365),
    ("self-help", 365),
]
STEPS = [
    (-1, FreshnessState.FRESH),
    (0, FreshnessState.DUE),
    (29, FreshnessState.DUE),
    (30, FreshnessState.OVERDUE),
    (59, FreshnessState.OVERDUE),
    (60, FreshnessState.STALE),
    (2000, FreshnessState.STALE),
]


def ago(days: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=days)


def at() -> AskedAt:
    return AskedAt(NOW, "America/Los_Angeles")


def check(listing: Listing, days_ago: int, *fields: str, **facts) -> Verification:
    return Verification.objects.create(
        listing=listing, verified_on=ago(days_ago), **{"method": "called", "fields": list(fields), **facts}
    )


def copied(days_ago: int) -> dict:
    """Return the fields of a listing that came with the site and was copied that many days ago."""
    source = {
        "copied": ago(days_ago).isoformat(),
        "copied_is": "read",
        "url": "https://www.example.org/lines",
    }
    return {"source": "facts", "provenance": {"*": source}}


def add_office_hours(listing: Listing) -> Listing:
    for weekday in range(7):
        OpeningInterval.objects.create(
            listing=listing, weekday=weekday, opens=datetime.time(9), closes=datetime.time(22)
        )
    return listing


def card_of(listing: Listing):
    return build_cards([listing.pk], at())[0]


def reload(listing: Listing) -> Listing:
    return type(listing)._default_manager.get(pk=listing.pk)


@pytest.mark.parametrize(("late", "state"), STEPS)
def test_state_for_due_date_by_days_overdue(late: int, state: FreshnessState) -> None:
    assert freshness.state_for_due_date(ago(late), TODAY) == state


def test_state_for_due_date_without_date_is_fresh() -> None:
    assert freshness.state_for_due_date(None, TODAY) == FreshnessState.FRESH


@pytest.mark.parametrize(("kind", "days"), LADDERS)
def test_next_due_date_after_a_whole_check(kind: str, days: int) -> None:
    assert freshness.next_due_date(kind, TODAY) == TODAY + datetime.timedelta(days=days)


@pytest.mark.parametrize(
    ("fact", "kind", "life"),
    [("hours", "hotlines", 90), ("hours", "treatment", 182), ("meetings", "support-groups", 182),
     ("join", "support-groups", 182), ("accepting", "therapists", 60), ("beds", "recovery-housing", 7)],
)  # fmt: skip
def test_perishable_fact_lifetime(fact: str, kind: str, life: int) -> None:
    assert freshness.perishable_fact(kind, fact).days == life
    assert freshness.oldest_reliable_day(fact, kind, TODAY) == ago(life)


def test_kinds_name_only_known_facts_and_their_own_days() -> None:
    for kind in kinds.values():
        for fact in kind.perishable_facts:
            assert not fact.day_field or {fact.key, fact.day_field} <= {
                field.name for field in kind.model._meta.get_fields()
            }


@pytest.mark.parametrize(
    ("day", "last"),
    [("2026-02-01", "2026-02-28"), ("2026-12-31", "2026-12-31"), ("2026-01-30", "2026-01-31")],
)
def test_last_day_of_month(day: str, last: str) -> None:
    assert freshness.last_day_of_month(datetime.date.fromisoformat(day)).isoformat() == last


@pytest.mark.parametrize(
    ("fields", "fact", "expected"),
    [
        ([[], []], "", 2), ([[], ["hours"]], "", 1), ([[], ["hours"]], "hours", 2), ([[], ["hours"]], "beds", 1),
        ([["hours"]], "", None), ([["hours"], []], "hours", 2), ([], "hours", None),
    ],
)  # fmt: skip
def test_newest_check_covers_fact(fields: list[list[str]], fact: str, expected: int | None) -> None:
    checks = [
        SimpleNamespace(pk=pk, verified_on=TODAY, fields=each) for pk, each in enumerate(fields, start=1)
    ]
    found = freshness.newest_check(checks, fact)
    assert (found and found.pk) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "days"), LADDERS)
@pytest.mark.parametrize(("late", "state"), STEPS)
def test_freshness_state_of_listing_by_age(kind: str, days: int, late: int, state: FreshnessState) -> None:
    """Listings with a due date, without one, copied, and written here; and the two that do not age."""
    age = days + late
    listings = [make_listing(kind) for _number in range(2)]
    check(listings[0], age)
    check(listings[1], age + 300, due_on=ago(late))
    listings.append(make_listing(kind, **copied(age)))
    listings.append(make_listing(kind, created=NOW - datetime.timedelta(days=age)))
    assert [freshness.freshness_state(reload(each), TODAY) for each in listings] == [state] * 4
    fed = make_listing(kind, source="feed", created=NOW - datetime.timedelta(days=age))
    assert freshness.freshness_state(fed, TODAY) == FreshnessState.FRESH
    stale = [freshness.is_stale(each, TODAY) for each in (*map(reload, listings), fed)]
    assert stale == [state == FreshnessState.STALE] * 4 + [False]


@pytest.mark.django_db
def test_check_of_some_facts_leaves_listing_unchecked() -> None:
    listing = make_listing(created=NOW - datetime.timedelta(days=430))
    check(listing, 1, "hours")
    assert freshness.freshness_state(reload(listing), TODAY) == FreshnessState.STALE
    assert freshness.is_stale(reload(listing), TODAY)
    assert card_of(listing).checked == "Not yet confirmed here. It may have changed."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "words"),
    [
        (9, "Checked 3 March 2026 by phone"),
        (394, "Checked 11 February 2025 by phone"),
        (395, "Last checked 10 February 2025. It may have changed."),
        (500, "Last checked 28 October 2024. It may have changed."),
    ],
)
def test_freshness_text_by_age_of_check(days: int, words: str) -> None:
    listing = make_listing()
    check(listing, days)
    assert card_of(listing).checked == words


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "words"),
    [(119, "Not yet confirmed here"), (120, "Not yet confirmed here. It may have changed.")],
)
def test_freshness_text_by_age_of_copy(days: int, words: str) -> None:
    assert card_of(make_listing("hotlines", **copied(days))).checked == words


@pytest.mark.django_db
def test_freshness_text_changes_over_time(client, time_machine) -> None:
    listing = make_listing("hotlines", slug="line")
    Verification.objects.create(listing=listing, verified_on=TODAY, method="website")
    for day, words in (
        ("2026-03-12", "Checked 12 March 2026 on its website"),
        ("2026-07-12", "Last checked 12 March 2026. It may have changed."),
    ):
        time_machine.move_to(f"{day}T20:00Z")
        for page in ("/listing/line/", "/hotlines/", "/find/?kind=hotlines"):
            assert words in client.get(page).content.decode(), page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "days", "state"),
    [
        ({"always_open": True}, 90, "open"), ({"always_open": True}, 91, "unsure"),
        ({"always_open": True, "is_main": True}, 900, "open"),
        ({"zone": "America/Los_Angeles"}, 90, "open"), ({"zone": "America/Los_Angeles"}, 91, "unsure"),
    ],
)  # fmt: skip
def test_hotline_state_by_age_of_hours(facts: dict, days: int, state: str) -> None:
    listings = [make_listing("hotlines", **facts), make_listing("hotlines", **facts, **copied(days))]
    check(listings[0], days)
    for listing in listings:
        add_office_hours(listing)
        card = card_of(listing)
        assert (card.availability.state, card.availability.is_open) == (state, state == "open")
    open_now = engine.search(SearchQuery(chosen=(("open", ("now",)),)), spot=None, at=at()).ids
    assert set(open_now) == ({each.pk for each in listings} if state == "open" else set())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "lines"),
    [
        ({"always_open": True}, ["any hour, any day", "as of 1 September 2025"]),
        ({"zone": "America/Los_Angeles"}, ["9:00 am to 10:00 pm today", "as of 1 September 2025"]),
    ],
)
def test_outdated_hours_show_their_day(facts: dict, lines: list[str]) -> None:
    listing = add_office_hours(make_listing("treatment", **facts))
    check(listing, 192)
    card = card_of(listing)
    assert (card.availability.clock, card.availability.lines) == ("Ask for hours", lines)


@pytest.mark.django_db
def test_outdated_hours_on_closed_day() -> None:
    listing = make_listing("treatment", zone="America/Los_Angeles")
    OpeningInterval.objects.create(
        listing=listing, weekday=0, opens=datetime.time(9), closes=datetime.time(17)
    )
    check(listing, 200)
    assert card_of(listing).availability.lines[0] == "not today"


@pytest.mark.django_db
def test_check_of_hours_alone_restores_open_state(client, time_machine) -> None:
    time_machine.move_to(NOW)
    listing = make_listing("hotlines", slug="line", always_open=True, zone="UTC")
    check(listing, 100)
    check(listing, 2, "hours")
    assert card_of(listing).availability.is_open
    page = client.get("/listing/line/").content.decode()
    assert "Checked 2 December 2025 by phone" in page
    assert "Hours: checked 10 March 2026 by phone" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "when", "fact"),
    [
        ({"accepting": "yes"}, ("Taking new people", ["as of 11 January"]), "Yes, as of 11 January 2026"),
        (
            {"accepting": "no"},
            ("Full for now", ["as of 11 January"]),
            "Not at the moment, as of 11 January 2026",
        ),
    ],
)
def test_accepting_within_lifetime(client, time_machine, facts: dict, when: tuple, fact: str) -> None:
    time_machine.move_to(NOW)
    listing = make_listing(slug="sam", accepting_on=ago(60), **facts)
    card = card_of(listing)
    assert (card.availability.clock, card.availability.lines) == when
    assert fact in client.get("/listing/sam/").content.decode().replace("Jan. 11, 2026", "11 January 2026")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "days", "words"),
    [
        ("yes", 61, "was taking new people on 10 January"),
        ("no", 61, "was full on 10 January"),
        ("yes", 200, "was taking new people on 24 August 2025"),
    ],
)
def test_accepting_past_lifetime_is_past_tense(
    client, time_machine, answer: str, days: int, words: str
) -> None:
    time_machine.move_to(NOW)
    listing = make_listing(slug="sam", accepting=answer, accepting_on=ago(days))
    card = card_of(listing)
    when = card.availability
    assert (when.clock, when.lines, when.is_open) == ("By arrangement", [words], False)
    page = client.get("/listing/sam/").content.decode()
    assert words.split(" on ")[0][1:] in page
    assert "Yes, as of" not in page


@pytest.mark.django_db
def test_home_tile_counts_only_current_accepting(time_machine) -> None:
    time_machine.move_to(NOW)
    for days in (60, 61):
        make_listing(accepting="yes", accepting_on=ago(days))
    assert fallback_text(kinds["therapists"]) == "1 taking new people"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("beds", "days", "when"),
    [
        (2, 7, ("2 beds", ["as of 5 March"])), (0, 7, ("Full for now", ["as of 5 March"])),
        (2, 8, ("By arrangement", ["2 beds on 4 March; ask"])),
        (0, 8, ("By arrangement", ["full on 4 March; ask"])),
    ],
)  # fmt: skip
def test_free_beds_by_age(client, time_machine, beds: int, days: int, when: tuple) -> None:
    time_machine.move_to(NOW)
    listing = make_listing("recovery-housing", slug="house", beds=beds, beds_on=ago(days))
    card = card_of(listing)
    assert (card.availability.clock, card.availability.lines) == when
    assert ("; ask" in client.get("/listing/house/").content.decode()) is (days > 7)


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "is_said"), [(182, False), (183, True), (212, False)])
def test_outdated_join_link_is_mentioned(client, time_machine, days: int, is_said: bool) -> None:
    """From day 212 on, the line about the whole listing says it."""
    time_machine.move_to(NOW)
    group = make_group(slug="group")
    make_meeting(group, join_url="https://example.org/room")
    check(group, days)
    page = client.get("/listing/group/").content.decode()
    assert ("Links to join: last checked" in page) is is_said
    assert "https://example.org/room" in page


@pytest.mark.django_db
def test_hotlines_sort_main_first_and_stale_last(time_machine) -> None:
    main = make_listing(
        "hotlines", name="Z main", country="US", is_main=True, always_open=True, **copied(900)
    )
    stale = make_listing("hotlines", name="A stale", country="US", always_open=True, **copied(150))
    fresh = make_listing("hotlines", name="B fresh", country="US", **copied(149))
    found = by_country.hotlines_for("US", "", at())
    assert [each.name for each in found] == [main.name, fresh.name, stale.name]


@pytest.mark.django_db
def test_hotlines_page_shows_actions_of_stale_hotlines(client, time_machine) -> None:
    time_machine.move_to(NOW)
    for name, main in (("Main line", True), ("Other line", False)):
        line = make_listing(
            "hotlines", name=name, country="US", is_main=main, always_open=True, **copied(900)
        )
        line.channels.create(type="call", dial="988" if main else "4085550101", display=name)
    shown = by_country.hotlines_context("US", "", at())
    assert [[each["card"].name for each in shown[group]] for group in ("open", "unsure", "closed")] == [
        ["Main line"], ["Other line"], [],
    ]  # fmt: skip
    for page in ("/hotlines/", "/now/"):
        text = client.get(page).content.decode()
        assert "tel:988" in text
        assert "tel:4085550101" in text, "an old line can still be called"
    assert "Hours not known for sure" in client.get("/hotlines/").content.decode()
    assert "It may have changed. From example.org, read on" in client.get("/hotlines/").content.decode()


@pytest.mark.django_db
def test_creation_day_is_in_the_sites_zone() -> None:
    """22:00 in California is the next day in UTC."""
    listing = make_listing(created=datetime.datetime(2026, 3, 13, 5, tzinfo=datetime.UTC))
    assert freshness.known_since(listing) == datetime.date(2026, 3, 12) == timezone.localdate(listing.created)
