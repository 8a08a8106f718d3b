"""Each meeting keeps its own facts: on the page of its group, on the card, in the calendar file and on paper."""

import datetime
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from icalendar import Calendar

from directory.listings.availability import AskedAt
from directory.listings.cards import Card, build_cards
from directory.models import Listing
from groups import fact_texts
from groups.models import SupportGroup
from tests.builders import make_group, make_meeting, make_place

pytestmark = pytest.mark.django_db

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
# A Saturday noon in Los Angeles.
NOW = datetime.datetime(2026, 3, 7, 20, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _saturday(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


def group_with(*meetings: dict, **facts) -> SupportGroup:
    group = make_group(**{"name": "Lantern Group", "languages": ("en",), **facts})
    for number, fields in enumerate(meetings):
        make_meeting(group, **{"weekday": number, **fields})
    return group


def page_of(client: Client, group: Listing) -> BeautifulSoup:
    return BeautifulSoup(client.get(group.get_absolute_url()).content, "html.parser")


def said_of_all(page: BeautifulSoup) -> str:
    """Return what the page says of all meetings, or ""."""
    line = page.find("b", string=lambda text: text and text.startswith("All meetings: "))
    return line.text.removeprefix("All meetings: ") if line else ""


def said_of_each(page: BeautifulSoup) -> list[list[str]]:
    """Return the lines of each meeting of the week, without its time."""
    items = page.select(".meetings > li > div")
    return [[each.get_text(" ", strip=True) for each in item.find_all("p")] for item in items]


def fact(page: BeautifulSoup, term: str) -> str:
    return page.find("dt", string=term).find_next_sibling("dd").text


@pytest.mark.parametrize(
    ("facts", "meetings", "shared", "own"),
    [
        # What holds for all is said once, what holds for some only at those.
        ({}, [{"audiences": ("women",)}, {"audiences": ("men",)}], "English, 60 minutes", [["Women"], ["Men"]]),
        ({}, [{"audiences": ("women",)}, {"audiences": ("women", "young")}], "women, English, 60 minutes",
         [[], ["Young people"]]),
        ({"audiences": ("women",)}, [{}, {}], "women, English, 60 minutes", [[], []]),
        ({"audiences": ("women",)}, [{}, {"audiences": ("men",)}], "English, 60 minutes", [["Women"], ["Men"]]),
        # How one takes part and the language are said whole, so that no part is taken for all.
        ({}, [{"modes": ("in-person",)}, {"modes": ("online",)}, {"modes": ("in-person", "online")}],
         "English, 60 minutes", [["In person"], ["Online"], ["In person and online"]]),
        ({"modes": ("online",)}, [{}, {"languages": ("es",)}, {"languages": ("en", "es")}], "online, 60 minutes",
         [["English"], ["Español"], ["English, Español"]]),
        ({"modes": ("online",)}, [{"languages": ("es",)}, {"languages": ("es",)}], "online, Español, 60 minutes",
         [[], []]),
        # Open and closed come first.
        ({}, [{"formats": ("big-book", "closed", "discussion")}, {"formats": ("big-book", "discussion", "open")}],
         "English, discussion, Big Book, 60 minutes", [["For people with the problem only"], ["Open to anyone"]]),
        ({}, [{"formats": ("open",)}, {"formats": ("open", "speaker")}], "open to anyone, English, 60 minutes",
         [[], ["Speaker"]]),
        ({}, [{"attendance_slips": "yes"}, {"attendance_slips": "no"}], "English, 60 minutes",
         [["Signs attendance slips"], ["Signs no attendance slips"]]),
        ({"attendance_slips": "yes"}, [{}, {}], "English, signs attendance slips, 60 minutes", [[], []]),
        ({"access": ("parking",)}, [{}, {"access": ("captions",)}], "English, 60 minutes", [["Parking"], ["Captions"]]),
        # A length differs; a single meeting says all of itself.
        ({}, [{"minutes": 60}, {"minutes": 90}], "English", [[], []]),
        ({"modes": ("phone",)}, [{"formats": ("open",)}], "", [["Open to anyone", "By phone, English"]]),
        # Notes: each its own, or one for all.
        ({}, [{"note": "Ring twice."}, {"note": ""}], "English, 60 minutes", [["Ring twice."], []]),
        ({}, [{"note": "Ring twice."}, {"note": "Ring twice."}], "English, 60 minutes", [[], []]),
    ],
)  # fmt: skip
def test_page_says_facts_of_all_once_and_others_at_their_meeting(
    client, facts, meetings, shared, own
) -> None:
    page = page_of(client, group_with(*meetings, **facts))
    assert said_of_all(page) == shared
    assert said_of_each(page) == own


def test_note_of_all_meetings_is_on_the_page_once(client) -> None:
    page = page_of(client, group_with({"note": "Ring twice."}, {"note": "Ring twice."}))
    assert len(page.find_all("p", string="Ring twice.")) == 1


@pytest.mark.parametrize(
    ("facts", "meetings", "term", "text"),
    [
        ({"languages": ("en",)}, [{"languages": ("es",)}, {"languages": ("es",)}], "Languages", "Español"),
        ({"languages": ("en",)}, [{"languages": ("es",)}, {}], "Languages", "Differs from meeting to meeting"),
        ({}, [{"audiences": ("women",)}, {"audiences": ("men",)}], "Especially for", "Differs from meeting to meeting"),
        ({}, [{}, {"audiences": ("men",)}], "Especially for", "Differs from meeting to meeting"),
        ({}, [{"audiences": ("women", "young")}, {"audiences": ("women",)}], "Especially for", "Women"),
        ({}, [{}, {}], "Especially for", "Not given"),
        ({"audiences": ("women",)}, [], "Especially for", "Women"),
        ({"modes": ("in-person",)}, [{}, {"modes": ("online",)}], "How one takes part",
         "Differs from meeting to meeting"),
        ({"attendance_slips": "yes"}, [{}, {}], "Signs attendance slips", "Yes"),
        ({"attendance_slips": "yes"}, [{}, {"attendance_slips": "no"}], "Signs attendance slips",
         "Differs from meeting to meeting"),
        ({"attendance_slips": "no"}, [], "Signs attendance slips", "No"),
        ({}, [{"formats": ("discussion", "open")}, {"formats": ("closed", "discussion")}], "Format", "Discussion"),
    ],
)  # fmt: skip
def test_section_says_only_what_holds_for_all(client, facts, meetings, term, text) -> None:
    assert fact(page_of(client, group_with(*meetings, place=make_place(), **facts)), term) == text


def test_suspended_meeting_changes_nothing_that_is_said_of_the_group(client) -> None:
    page = page_of(
        client, group_with({"audiences": ("women",)}, {"active": False}, {"audiences": ("women",)})
    )
    assert fact(page, "Especially for") == "Women"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"repeat": "monthly", "weeks": ("2",)}, "second Monday of the month"),
        ({"repeat": "monthly", "weeks": ("2", "4")}, "second and fourth Monday of the month"),
        ({"repeat": "second-week", "first": datetime.date(2026, 3, 2)}, "every second Monday"),
        ({"repeat": "dated", "first": datetime.date(2026, 3, 9)}, "once, on 9 March 2026"),
        ({"repeat": "dated", "first": datetime.date(2026, 5, 9)}, "once, on 9 May 2026"),
        ({"until": datetime.date(2026, 4, 20)}, "until 20 April 2026"),
        ({"repeat": "ongoing", "weekday": None, "start": None}, "Round the clock"),
    ],
)
def test_page_says_every_rhythm_but_weekly(client, fields, words) -> None:
    page = page_of(client, group_with({"note": "Bring a cup.", **fields}))
    [item] = page.select(".meetings > li")
    assert words in item.text
    assert "Bring a cup." in item.text


def test_meetings_link_and_number_are_readable(client) -> None:
    group = group_with(
        {"join_url": "https://meet.example.org/j/123?pwd=x", "join_phone": "+14085550100,,869126579#"},
        {"join_url": "https://meet.example.org/tuesday/"},
        modes=("online",),
    )
    first, second = said_of_each(page_of(client, group))
    assert first[-2:] == [
        "Join meet.example.org/j/123 Mon 7:00 pm",
        "Dial in (408) 555-0100, then the meeting id 869 126 579 and # Mon 7:00 pm",
    ]
    assert second[-1] == "Join meet.example.org/tuesday Tue 7:00 pm"


@pytest.mark.parametrize(
    ("text", "lang"), [("צלצלו פעמיים 12", "he"), ("Позвоните 2 раза", "ru"), ("Ring twice.", None)]
)
def test_note_has_its_own_language_and_direction(client, text, lang) -> None:
    note = page_of(client, group_with({"note": text})).find("p", string=text)
    assert (note["dir"], note.get("lang")) == ("auto", lang)


def test_times_are_marked_for_the_visitors_clock(client) -> None:
    page = page_of(client, group_with({}))
    [time] = page.select("[data-visitor-time] .meetings time")
    assert time["datetime"] == "2026-03-09T19:00:00-07:00"
    assert page.select_one("script[src*='visitor_time']").has_attr("defer")
    assert not page_of(client, make_group()).select("script[src*='visitor_time']")


# Cards.


def card_of(group: Listing, **choices: str) -> Card:
    at = AskedAt.now_in_zone()
    chosen = tuple((key, tuple(values.split())) for key, values in sorted(choices.items()))
    return build_cards([group.pk], replace(at, meeting_choices=chosen))[0]


@pytest.fixture
def three_ways() -> SupportGroup:
    """Monday in person for women, Wednesday online in Spanish, Friday both ways, closed, with a number."""
    return group_with(
        {"audiences": ("women",), "formats": ("open",)},
        {"weekday": WED, "modes": ("online",), "languages": ("es",), "name": "Miércoles", "note": "Llegue antes.",
         "join_url": "https://meet.example.org/wed"},
        {"weekday": FRI, "modes": ("in-person", "online"), "formats": ("closed",),
         "join_url": "https://meet.example.org/fri"},
        modes=("in-person",), fellowship="aa", place=make_place(name="Elm Hall"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("choices", "kind", "sentences", "place", "links"),
    [
        ({}, "Support group, AA, in person", "Open to anyone. For women.", "Elm Hall, 1 Invented Street, San Jose",
         ["geo"]),
        ({"mode": "online"}, "Support group, AA, online", "Español.", "San Jose, CA", ["https://meet.example.org/wed"]),
        ({"day": "fri"}, "Support group, AA, in person, online", "For people with the problem only.",
         "Elm Hall, 1 Invented Street, San Jose", ["geo", "https://meet.example.org/fri"]),
        ({"mode": "online", "day": "fri"}, "Support group, AA, in person, online", "For people with the problem only.",
         "Elm Hall, 1 Invented Street, San Jose", ["geo", "https://meet.example.org/fri"]),
        ({"language": "es"}, "Support group, AA, online", "Español.", "San Jose, CA", ["https://meet.example.org/wed"]),
        ({"audience": "women"}, "Support group, AA, in person", "Open to anyone. For women.",
         "Elm Hall, 1 Invented Street, San Jose", ["geo"]),
    ],
)  # fmt: skip
def test_card_shows_the_meeting_that_was_found(three_ways, choices, kind, sentences, place, links) -> None:
    card = card_of(three_ways, **choices)
    assert (card.kind_label, card.facts, card.place) == (kind, sentences, place)
    assert [each.href if each.href.startswith("http") else each.href[:3] for each in card.actions] == links


@pytest.mark.parametrize(
    ("choices", "kind"),
    [
        ({"mode": "online", "day": "mon"}, "Support group, AA, in person"),
        ({"mode": "online", "time": "night", "day": "wed"}, "Support group, AA, online"),
        ({"language": "es", "day": "sun"}, "Support group, AA, online"),
        ({"day": "sun"}, "Support group, AA, in person"),
    ],
)
def test_card_shows_the_nearest_meeting_where_none_fits_all(three_ways, choices, kind) -> None:
    """A word of the group's name may mean a day on which it does not meet."""
    assert card_of(three_ways, **choices).kind_label == kind


def test_bare_times_stand_beside_each_other(client) -> None:
    times = [{"weekday": MON, "start": datetime.time(hour)} for hour in (7, 12, 19)]
    week = page_of(client, group_with(*times, {"weekday": TUE, "name": "Newcomers"})).select(
        ".week .meetings"
    )
    assert [("times" in day["class"], len(day.select("time"))) for day in week] == [(True, 3), (False, 1)]


def test_card_has_name_and_note_of_its_meeting(three_ways) -> None:
    card = card_of(three_ways, mode="online")
    assert (card.meeting.name, card.meeting.note) == ("Miércoles", "Llegue antes.")
    assert card_of(three_ways).meeting.name == card_of(three_ways).meeting.note == ""


@pytest.mark.parametrize(
    ("meetings", "choices", "also"),
    [
        ([{"weekday": MON}], {}, ""),
        ([{"weekday": MON}, {"weekday": MON, "start": datetime.time(20, 30)}], {}, "also 8:30 pm"),
        ([{"weekday": MON}, {"weekday": THU}], {}, "also Thu 7:00 pm"),
        ([{"weekday": MON}, {"weekday": THU}], {"day": "mon"}, ""),
        ([{"weekday": day} for day in range(6)], {}, "also Mon 7:00 pm, Tue 7:00 pm, Wed 7:00 pm and 2 more"),
        ([{"weekday": MON}, {"weekday": MON, "start": datetime.time(7), "zone": "America/New_York"}], {},
         "also 7:00 pm Pacific time"),
        ([{"weekday": MON}, {"repeat": "monthly", "weeks": ("-1",), "weekday": SAT}], {}, "also 28 March 7:00 pm"),
        ([{"weekday": MON, "audiences": ("women",)}, {"weekday": THU}], {"audience": "women"}, ""),
    ],
)  # fmt: skip
def test_card_names_further_times_that_fit(meetings, choices, also) -> None:
    assert card_of(group_with(*meetings), **choices).meeting.also == also


@pytest.mark.parametrize(
    ("facts", "number"),
    [
        ({"modes": ("phone",), "join_phone": "+14085550100,,869126579#"},
         "Dial in: (408) 555-0100, then the meeting id 869 126 579 and #"),
        ({"modes": ("phone",), "join_phone": "+14085550100"}, "Dial in: (408) 555-0100"),
        ({"modes": ("online", "phone"), "join_phone": "+14085550100", "join_url": "https://meet.example.org/"}, ""),
        ({"modes": ("in-person",), "join_phone": "+14085550100"}, ""),
        ({"join_phone": "+14085550100"}, "Dial in: (408) 555-0100"),
    ],
)  # fmt: skip
def test_card_says_the_number_of_a_meeting_by_phone(facts, number) -> None:
    assert card_of(group_with(facts)).meeting.number == number


def test_long_note_is_short_on_the_card_and_whole_on_the_page(client) -> None:
    note = " ".join(f"word{number}" for number in range(60))
    group = group_with({"note": note})
    assert card_of(group).meeting.note.endswith("word19 …")
    assert note in page_of(client, group).text


# Calendar files.


def events(client: Client, group: Listing, query: str = "") -> list:
    return Calendar.from_ical(client.get(f"/listing/{group.slug}.ics{query}").content).walk("VEVENT")


def test_calendar_sends_an_online_meeting_to_its_link(client, three_ways) -> None:
    monday, wednesday, friday = events(client, three_ways)
    assert monday["location"] == friday["location"] == "Elm Hall, 1 Invented Street, San Jose"
    assert (wednesday["summary"], wednesday["location"]) == ("Miércoles", "https://meet.example.org/wed")
    assert "Elm" not in wednesday.to_ical().decode()
    assert wednesday["description"].split("\n") == [
        "Lantern Group", "Online, Español", "Join: https://meet.example.org/wed", "Llegue antes.",
    ]  # fmt: skip
    assert "https://meet.example.org/fri" in friday["description"]


@pytest.mark.parametrize(
    ("facts", "location"),
    [
        ({"modes": ("phone",), "join_phone": "+14085550100,,1#"}, "(408) 555-0100, then 1 and #"),
        ({"modes": ("online",)}, "Online"),
        ({"modes": ("online", "phone"), "join_phone": "+14085550100"}, "(408) 555-0100"),
        ({}, "1 Invented Street, San Jose"),
    ],
)
def test_calendar_location_is_where_the_meeting_is(client, facts, location) -> None:
    group = group_with(facts, place=make_place())
    [event] = events(client, group)
    assert event["location"] == location
    [plain] = events(client, group, "?title=plain")
    assert "555-0100" not in plain.to_ical().decode()


def test_calendar_uid_is_the_permanent_id(client, three_ways) -> None:
    ids = list(three_ways.meetings.values_list("public_id", flat=True))
    assert [str(event["uid"]) for event in events(client, three_ways)] == ids
    three_ways.slug = "another-address"
    three_ways.save()
    assert [str(event["uid"]) for event in events(client, three_ways)] == ids


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("https://meet.example.org/j/123?pwd=abc#x", "meet.example.org/j/123"),
        ("http://meet.example.org", "meet.example.org"),
        ("https://meet.example.org:8443/room/", "meet.example.org:8443/room"),
        ("https://meet.example.org/a,b", "meet.example.org/a,b"),
    ],
)
def test_link_text(address, text) -> None:
    assert fact_texts.link_text(address) == text
