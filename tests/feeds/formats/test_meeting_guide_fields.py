"""What the Meeting Guide parser makes of days, times, types and places."""

from datetime import time

import pytest

from tests.feeds.rows import ROOM, a_row, meetings_of, one, one_group, place, read, rejections

# Days and times


@pytest.mark.parametrize(
    ("day", "weekdays"),
    [
        (0, [6]),
        (1, [0]),
        (6, [5]),
        ("0", [6]),
        (3.0, [2]),
        ([6], [5]),
        (["1", 3], [0, 2]),
        ([1, 1], [0]),
        ("Wednesday", [2]),
        ("wed.", [2]),
        ("Wednesdays", [2]),
        ("Mon, Wed & Fri", [0, 2, 4]),
        ("Monday/Thursday", [0, 3]),
        ("0,6", [5, 6]),
        ("Mon-Fri", [0, 1, 2, 3, 4]),
        ("Sat to Mon", [0, 5, 6]),
        ("miércoles", [2]),
        ("Daily", [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_day_is_read(day, weekdays):
    assert sorted(meeting.weekday for meeting in one_group(day=day).meetings) == weekdays


@pytest.mark.parametrize("day", [7, -1, "8", "Someday", "Mon, Blue", True, {}, [[1]], 1.5, "1" * 50])
def test_day_that_cannot_be_read_rejects_the_row(day):
    assert rejections(a_row(day=day)) == [(1, "harbor-lights", "day")]


def test_several_days_become_meetings_with_the_day_in_their_ref():
    refs = {meeting.ref: meeting.weekday for meeting in one_group(day=[0, 3]).meetings}
    assert refs == {"harbor-lights:6": 6, "harbor-lights:2": 2}


@pytest.mark.parametrize(
    ("given_time", "start"),
    [
        ("18:30", time(18, 30)),
        ("9:30", time(9, 30)),
        ("6:30 PM", time(18, 30)),
        ("11:00 AM", time(11)),
        ("12:00 AM", time(0)),
        ("12:15 pm", time(12, 15)),
        ("7pm", time(19)),
        ("7:05 p.m.", time(19, 5)),
        ("18:30:00", time(18, 30)),
        ("1830", time(18, 30)),
        ("00:00", time(0)),
        ("23:59", time(23, 59)),
        ("Noon", time(12)),
    ],
)
def test_time_is_read(given_time, start):
    meeting = one(time=given_time)
    assert (meeting.weekday, meeting.start) == (0, start)


def test_time_24_00_is_midnight_of_the_next_day():
    assert (one(day=0, time="24:00").weekday, one(day=0, time="24:00").start) == (0, time(0))


@pytest.mark.parametrize(
    "given_time", ["25:00", "24:01", "12:75", "evening", "18", "18:30 and 20:00", [], "", None]
)
def test_time_that_cannot_be_read_rejects_the_row(given_time):
    assert rejections(a_row(time=given_time)) == [(1, "harbor-lights", "time")]


def test_time_without_day_rejects_the_row():
    assert rejections(a_row(day=None)) == [(1, "harbor-lights", "day")]


def test_neither_day_nor_time_is_by_appointment_and_told():
    parsed = read(a_row(day=None, time=...))
    (meeting,) = meetings_of(parsed)
    assert (meeting.weekday, meeting.start, meeting.minutes) == (None, None, None)
    assert [(found.field, found.rejected) for found in parsed.problems] == [("day", False)]


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("18:30", "19:45", 75),
        ("23:00", "00:30", 90),
        ("23:00", "24:00", 60),
        ("6:30 PM", "7:30 PM", 60),
        ("18:30", "18:30", None),
        ("18:30", "late", None),
        ("18:30", None, None),
    ],
)
def test_length_comes_from_the_end(start, end, minutes):
    assert one(time=start, end_time=end).minutes == minutes


def test_length_beyond_the_usual_is_told():
    assert [found.reason for found in read(a_row(end_time="08:30")).problems] == [
        "It would last 14 hours; check the end time."
    ]


def test_zone_must_be_known():
    assert one(timezone="America/Los_Angeles").zone == "America/Los_Angeles"
    for zone in (
        "posix/America/New_York",
        "right/America/New_York",
        "Mars/Olympus",
        "EST",
        "America",
        "../../etc/passwd",
        "a/" + "b" * 300,
    ):
        parsed = read(a_row(timezone=zone))
        assert meetings_of(parsed)[0].zone == ""
        assert [(found.field, found.rejected) for found in parsed.problems] == [("timezone", False)]


# Types


@pytest.mark.parametrize(
    ("types", "formats", "codes"),
    [
        (["O", "B"], ("big-book", "open"), ()),
        (["c", "12x12"], ("closed", "step-study", "traditions"), ()),
        ("[open]", ("open",), ()),
        ("C", ("closed",), ()),
        ("Open,English,Online Meeting", ("open",), ()),
        (["Wheelchair Access", "Big Book"], ("big-book",), ()),
        (["", None, 5, {}, "ASBI", "BS"], (), ("5", "ASBI", "BS")),
        (["O", "C"], (), ("C", "O")),
        (["POA", "DB", "AL-AN"], (), ("AL-AN", "DB")),
        (None, (), ()),
        (7, (), ()),
    ],
)
def test_types_are_read_in_any_shape(types, formats, codes):
    (meeting,) = meetings_of(read(a_row(types=types), fellowship="aa"))
    assert (meeting.formats, meeting.codes) == (formats, codes)


def test_types_become_facts_of_the_meeting():
    types = ["W", "L", "Y", "X", "XB", "FF", "OUT", "CF", "BA", "S", "ASL", "DD"]
    (group,) = read(a_row(types=types), fellowship="aa").records
    (meeting,) = group.meetings
    assert meeting.audiences == ("lgbtq", "women", "young")
    assert meeting.access == ("childcare", "children", "fragrance-free", "outdoors", "restroom", "step-free")
    assert meeting.languages == ("ase", "es")
    assert group.concerns == ("alcohol", "co-occurring")


def test_open_and_closed_at_once_is_told():
    assert [found.field for found in read(a_row(types=["O", "C"])).problems] == ["types"]


def test_fellowship_comes_from_the_caller_the_entity_or_a_label():
    assert read(a_row(), fellowship="aa").records[0].concerns == ("alcohol",)
    assert one_group(entity="Alcoholics Anonymous of Port Willow").fellowship == "aa"
    assert one_group(entity="Al-Anon Family Groups").fellowship == "al-anon"
    assert one_group(types=["Narcotics Anonymous"]).fellowship == "na"
    assert one_group().fellowship == ""
    assert one_group().concerns == ()


@pytest.mark.parametrize("code", ["AL-AN", "AL-ANON", "Al-Anon", "Concurrent with Al-Anon"])
def test_al_anon_as_a_type_leaves_the_fellowship(code):
    group = read(a_row(types=["O", code]), fellowship="aa").records[0]
    assert (group.fellowship, group.concerns) == ("aa", ("alcohol",))
    assert one_group(types=[code]).fellowship == ""


# How and whether it meets


@pytest.mark.parametrize(
    ("fields", "modes", "active"),
    [
        ({}, ("in-person",), True),
        ({"attendance_option": "in_person"}, ("in-person",), True),
        ({"attendance_option": "online", "conference_url": ROOM}, ("online",), True),
        ({"attendance_option": "hybrid", "conference_url": ROOM}, ("in-person", "online"), True),
        ({"attendance_option": "inactive"}, ("in-person",), False),
        ({"attendance_option": "online", "conference_phone": "+15035550100"}, ("phone",), True),
        ({"types": ["TC"]}, ("in-person",), False),
        ({"types": ["TC", "ONL"], "conference_url": ROOM}, ("online",), True),
        ({"types": ["TC"], "conference_phone": "+15035550100,,1234#"}, ("phone",), True),
        ({"types": ["ONL"]}, ("in-person", "online"), True),
        (
            {"types": ["onl"], "formatted_address": "Port Willow, OR, USA", "approximate": "yes"},
            ("online",),
            True,
        ),
        ({"conference_url": ROOM}, ("in-person", "online"), True),
        ({"name": "Nooners (ONLINE)"}, ("online",), True),
        ({"name": "Nooners [Zoom only]"}, ("online",), True),
        ({"name": "Nooners (HYBRID)"}, ("in-person", "online"), True),
        ({"name": "Nooners (SUSPENDED)"}, ("in-person",), False),
        ({"name": "(Temporarily Closed) Nooners"}, ("in-person",), False),
        ({"name": "(SUSPENDED) Nooners (ONLINE)"}, ("online",), True),
        ({"name": "Nooners Cancelled"}, ("in-person",), False),
        ({"name": "Nooners", "group": "Nooners Cancelled"}, ("in-person",), False),
        ({"location": ..., "formatted_address": ...}, (), True),
    ],
)
def test_modes_and_whether_it_meets(fields, modes, active):
    meeting = one(**fields)
    assert (meeting.modes, meeting.active) == (modes, active)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("(SUSPENDED) Nooners (ONLINE)", "Nooners"),
        ("Nooners [TEMPORARILY CLOSED]", "Nooners"),
        ("Nooners (MEN ONLY)", "Nooners (MEN ONLY)"),
        ("Nooners (In Rectory Hall)", "Nooners (In Rectory Hall)"),
        ("Nooners (cancelled on holidays)", "Nooners (cancelled on holidays)"),
        ("NEVER TOO LATE", "NEVER TOO LATE"),
        ("  Nooners \r\n ", "Nooners"),
        ("Tom &amp; Jerry&#039;s <b>Hall</b>", "Tom & Jerry's Hall"),
        ("St. Mary\x92s", "St. Mary’s"),
        ("早い鳥", "早い鳥"),
        (24, "24"),
        ("Nooners zoom pw: Tide7", "Nooners zoom"),
        ("Nooners tom (at) example (dot) org", "Nooners"),
    ],
)
def test_name_is_cleaned_and_keeps_its_capitals(name, shown):
    assert one(name=name).name == shown


def test_row_without_a_name_takes_the_next_best():
    assert one(name="", group="Dawn Patrol").name == "Dawn Patrol"
    assert one(name=None, location="Grange Hall").name == "Grange Hall"
    assert one(name=..., location=..., slug="monday-dawn-patrol").name == "Monday dawn patrol"
    assert rejections(a_row(name=..., slug=..., location=...)) == [(1, "", "name")]
    assert rejections(a_row(name=" ", slug="4711", location=...)) == [(1, "4711", "name")]


# Places


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("12 Quay St, Port Willow, OR 97000, USA", ("12 Quay St", "Port Willow", "OR", "97000", "US")),
        ("Port Willow, OR 97000, USA", ("", "Port Willow", "OR", "97000", "US")),
        ("Port Willow, OR, USA", ("", "Port Willow", "OR", "", "US")),
        ("Pier, 2 Elm St, Bay, OR 97000-1234, USA", ("Pier, 2 Elm St", "Bay", "OR", "97000-1234", "US")),
        ("83 104 St, Leduc, Alberta, T6E 4E8, Canada", ("83 104 St", "Leduc", "Alberta", "T6E 4E8", "CA")),
        ("Edmonton, Alberta, T6E4E8, Canada", ("", "Edmonton", "Alberta", "T6E4E8", "CA")),
        ("5 High St, London SW1A 1AA, UK", ("5 High St", "London", "", "SW1A 1AA", "GB")),
        ("Hauptstr. 5, 10115 Berlin, Germany", ("Hauptstr. 5", "Berlin", "", "10115", "DE")),
        ("12 Quay St", ("12 Quay St", "", "", "", "")),
    ],
)  # fmt: skip
def test_whole_address_is_split(address, parts):
    found = place(formatted_address=address)
    assert (found.street, found.city, found.region, found.postal_code, found.country) == parts


def test_address_in_pieces_is_joined_and_lost_zeros_come_back():
    found = place(
        formatted_address=..., address="3 Elm St", city="Salem", state="MA", postal_code=2139, country="USA"
    )
    assert (found.street, found.city, found.region, found.postal_code, found.country) == (
        "3 Elm St", "Salem", "MA", "02139", "US",
    )  # fmt: skip


def test_whole_address_in_the_field_for_the_street_is_split():
    found = place(formatted_address=..., address="4 Raven Dr, Camrose , Alberta, T4V 1X4, Canada")
    assert (found.street, found.city, found.country) == ("4 Raven Dr", "Camrose", "CA")


@pytest.mark.parametrize(
    ("latitude", "longitude", "point", "problems"),
    [
        (45.5, -122.5, (45.5, -122.5), 0),
        ("45.5", " -122.5 ", (45.5, -122.5), 0),
        (None, None, (None, None), 0),
        ("", "", (None, None), 0),
        (0, 0, (None, None), 1),
        ("0.0", 0, (None, None), 1),
        (95, 10, (None, None), 1),
        (45, -190, (None, None), 1),
        (45.5, None, (None, None), 1),
        ("north", "west", (None, None), 1),
        (True, False, (None, None), 1),
        ([1], {}, (None, None), 1),
        (10**29, 1, (None, None), 1),
        ("nan", "inf", (None, None), 1),
    ],
)
def test_coordinates_are_two_numbers_on_the_globe(latitude, longitude, point, problems):
    parsed = read(a_row(latitude=latitude, longitude=longitude))
    found = parsed.records[0].place
    assert found
    assert (found.latitude, found.longitude) == point
    assert [(told.field, told.rejected) for told in parsed.problems] == [("latitude", False)] * problems


def test_coordinates_in_one_text_are_read():
    assert (place(coordinates="45.5,-122.5").latitude, place(coordinates="45.5,-122.5").longitude) == (
        45.5,
        -122.5,
    )


def test_place_without_a_door_is_approximate():
    assert not place().approximate
    assert place(approximate="yes").approximate
    assert place(formatted_address="Port Willow, OR, USA", location=...).approximate
    assert one_group(formatted_address=..., location=...).place is None


def test_region_stands_in_for_a_missing_town():
    assert place(formatted_address=..., location=..., region="Port Willow").city == "Port Willow"
    assert place(formatted_address=..., location=..., regions=["Willow Bay", "North"]).city == "Willow Bay"
    assert place(formatted_address=..., location=..., regions=[["x"], None], sub_region="Quay").city == "Quay"


@pytest.mark.parametrize("filler", ["Online Meeting", "Port Willow", "District 14"])
def test_filler_is_no_name_of_a_place(filler):
    assert place(location=filler).name == ""


@pytest.mark.parametrize(
    ("name", "fellowship", "concerns"),
    [
        ("Sex and Love Addicts Anonymous", "slaa", ("sex-and-love",)),
        ("Sex & Love Addicts Anonymous, Port Willow", "slaa", ("sex-and-love",)),
        ("Sex Addicts Anonymous", "saa", ("sex-and-love",)),
        ("Sexaholics Anonymous", "sa", ("sex-and-love",)),
        ("Debtors Anonymous", "debtors-anonymous", ("spending",)),
        ("Computer Gaming Addicts Anonymous", "gaming-addicts-anonymous", ("gaming",)),
        ("Emotions Anonymous", "emotions-anonymous", ("anxiety", "depression", "mental-health")),
        ("Refuge Recovery", "refuge-recovery", ("any",)),
        ("Moderation Management", "moderation-management", ("alcohol",)),
        ("SHE RECOVERS Together", "sherecovers", ("any",)),
        ("Millati Islami", "millati-islami", ("alcohol", "opioids", "other-drugs")),
        ("Catholic in Recovery", "catholic-in-recovery", ("any",)),
        ("Co-Anon Family Groups", "co-anon", ("family",)),
        ("Parents of Addicted Loved Ones (PAL)", "parents-of-addicted-loved-ones", ("family",)),
        ("Marijuana Anonymous", "ma", ("cannabis",)),
        ("Crystal Meth Anonymous", "cma", ("stimulants",)),
        ("Nicotine Anonymous", "nica", ("nicotine",)),
        ("Co-Dependents Anonymous", "coda", ("codependency", "family")),
    ],
)
def test_newer_fellowships_are_known_by_their_names(name, fellowship, concerns):
    group = one_group(entity=name)
    assert (group.fellowship, group.concerns) == (fellowship, concerns)
