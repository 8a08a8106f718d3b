"""Recurring dates and opening hours agree with an independent oracle in every time zone.

Row of the safety matrix: D8.
"""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import islice, pairwise
from typing import Any
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.recurrence import (
    Hours,
    Interval,
    Occurrence,
    Repeat,
    Rule,
    closes_at,
    is_in_progress,
    is_open_at,
    load_zone,
    next_occurrence,
    next_opening,
    occurrence_in_progress,
    occurrences_after,
    starts_within,
)
from tests.core.recurrence_oracle import (
    QUARTER,
    Clock,
    HoursOracle,
    MeetingOracle,
    calendar,
    clock_of,
    instant_of,
)
from tests.soak import size

NEW_YORK, LORD_HOWE, APIA = "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def make_rule(**overrides: Any) -> Rule:
    """A weekly hour on Mondays at 19:00 in New York, unless overridden."""
    facts = {"zone": NEW_YORK, "repeat": Repeat.WEEKLY, "start": time(19), "minutes": 60, "weekday": MONDAY}
    return Rule(**{**facts, **overrides})


def make_hours(*opens: tuple[int, str, str], **overrides: Any) -> Hours:
    intervals = tuple(Interval(day, time.fromisoformat(a), time.fromisoformat(b)) for day, a, b in opens)
    return Hours(**{"zone": NEW_YORK, "intervals": intervals, **overrides})


def shown(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="minutes") if moment else None


def next_start(rule: Rule, instant: str) -> str | None:
    found = next_occurrence(rule, at(instant))
    return shown(found.start) if found else None


def starts(rule: Rule, instant: str, count: int) -> list[str | None]:
    return [shown(found.start) for found in islice(occurrences_after(rule, at(instant)), count)]


# The rule, and what is wrong with it.

BAD_ZONES = [
    "",
    "Nowhere/Town",
    "../x",
    "/etc/passwd",
    "America",
    "UTC/",
    "a\0b",
    "é",
    "\ud800",
    "x" * 5000,
    "localtime",
    "right/UTC",
    "tzdata.zi",
    "leapseconds",
]


@pytest.mark.parametrize("name", BAD_ZONES)
def test_load_zone_rejects_other_texts(name: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone") as caught:
        load_zone(name)
    assert len(str(caught.value)) < 500
    with pytest.raises(ValueError, match="is not a time zone"):
        make_rule(zone=name)
    with pytest.raises(ValueError, match="is not a time zone"):
        make_hours(zone=name)


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"minutes": 0}, "lasts from 1 to 1440"),
        ({"minutes": 1441}, "lasts from 1 to 1440"),
        ({"weekday": 7}, "from 0"),
        ({"weekday": -1}, "from 0"),
        ({"weekday": None}, "needs a weekday"),
        ({"repeat": Repeat.MONTHLY}, "which ones of the month"),
        ({"repeat": Repeat.MONTHLY, "weeks": (0,)}, "1 to 5"),
        ({"repeat": Repeat.MONTHLY, "weeks": (6,)}, "1 to 5"),
        ({"repeat": Repeat.MONTHLY, "weeks": (-2,)}, "1 to 5"),
        ({"repeat": Repeat.SECOND_WEEK}, "in a week in which it meets"),
        ({"repeat": Repeat.DATED}, "needs its date"),
        ({"first": date(2027, 5, 2), "until": date(2027, 5, 1)}, "last date is before the first"),
        ({"start": time(19, tzinfo=UTC)}, "wall clock"),
        ({"start": time(1, 30, fold=1)}, "wall clock"),
    ],
)
def test_rule_rejects_incomplete_or_contradictory_fields(overrides: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make_rule(**overrides)


def test_hours_reject_bad_intervals_and_exceptions() -> None:
    with pytest.raises(ValueError, match="from 0"):
        Interval(7, time(9), time(17))
    with pytest.raises(ValueError, match="wall clock"):
        Interval(0, time(9), time(17, tzinfo=UTC))
    with pytest.raises(ValueError, match="wall clock"):
        make_hours(exceptions={date(2027, 1, 1): ((time(9, tzinfo=UTC), time(10)),)})


def test_rule_and_hours_can_be_keys() -> None:
    assert len({make_rule(), make_rule()}) == 1
    hours = make_hours(exceptions={date(2027, 1, 1): ()})
    assert len({hours, make_hours(exceptions={date(2027, 1, 1): ()})}) == 1


def test_every_function_rejects_a_naive_instant() -> None:
    naive, rule, hours = at("2027-03-14T12:00"), make_rule(), make_hours()
    for question in (occurrences_after, next_occurrence, occurrence_in_progress, is_in_progress):
        with pytest.raises(ValueError, match="needs a time zone"):
            question(rule, naive)
    with pytest.raises(ValueError, match="needs a time zone"):
        starts_within(rule, naive, HOUR)
    for asked in (is_open_at, closes_at, next_opening):
        with pytest.raises(ValueError, match="needs a time zone"):
            asked(hours, naive)


# Meetings on the wall clock.


@pytest.mark.parametrize(
    ("overrides", "instant", "expected"),
    [
        # Plain: later today, at the very start, just after it.
        ({}, "2027-03-08T12:00-05:00", "2027-03-08T19:00-05:00"),
        ({}, "2027-03-08T19:00-05:00", "2027-03-08T19:00-05:00"),
        ({}, "2027-03-08T19:00:01-05:00", "2027-03-15T19:00-04:00"),
        # The night that 02:00 becomes 03:00.
        ({"weekday": SUNDAY, "start": time(2, 30)}, "2027-03-13T00:00Z", "2027-03-14T03:30-04:00"),
        ({"weekday": SUNDAY, "start": time(2, 30)}, "2027-03-14T07:30:01Z", "2027-03-21T02:30-04:00"),
        # The night that 02:00 becomes 01:00: the first of the two half past ones.
        ({"weekday": SUNDAY, "start": time(1, 30)}, "2027-11-07T05:30Z", "2027-11-07T01:30-04:00"),
        ({"weekday": SUNDAY, "start": time(1, 30)}, "2027-11-07T05:30:01Z", "2027-11-14T01:30-05:00"),
        # Half an hour of daylight saving: 02:00 becomes 02:30; 02:00 becomes 01:30.
        (
            {"zone": LORD_HOWE, "weekday": SUNDAY, "start": time(2, 15)},
            "2027-10-02T00:00Z",
            "2027-10-03T02:45+11:00",
        ),
        (
            {"zone": LORD_HOWE, "weekday": SUNDAY, "start": time(1, 45)},
            "2027-04-03T00:00Z",
            "2027-04-04T01:45+11:00",
        ),
        # A quarter-hour zone.
        ({"zone": "Asia/Kathmandu"}, "2027-03-08T13:00Z", "2027-03-08T19:00+05:45"),
        # A jump over midnight: 23:00 on Saturday becomes 00:00 on Sunday.
        (
            {"zone": "America/Nuuk", "weekday": SATURDAY, "start": time(23, 30)},
            "2027-03-27T12:00Z",
            "2027-03-28T00:30-01:00",
        ),
        # Samoa went from Thursday 29 to Saturday 31 December 2011.
        ({"zone": APIA, "weekday": FRIDAY}, "2011-12-29T12:00Z", "2011-12-31T19:00+14:00"),
        ({"zone": APIA, "weekday": THURSDAY}, "2011-12-29T12:00Z", "2011-12-29T19:00-10:00"),
        ({"zone": APIA, "weekday": SATURDAY}, "2011-12-29T12:00Z", "2011-12-31T19:00+14:00"),
        # Either side of the date line, one instant.
        ({"zone": "Pacific/Kiritimati"}, "2027-03-08T04:00Z", "2027-03-08T19:00+14:00"),
        ({"zone": "Etc/GMT+12"}, "2027-03-09T06:00Z", "2027-03-08T19:00-12:00"),
        # First and last dates.
        ({"first": date(2027, 3, 9)}, "2027-03-01T00:00Z", "2027-03-15T19:00-04:00"),
        ({"first": date(2027, 3, 15)}, "2027-03-01T00:00Z", "2027-03-15T19:00-04:00"),
        ({"until": date(2027, 3, 8)}, "2027-03-08T23:59Z", "2027-03-08T19:00-05:00"),
        ({"until": date(2027, 3, 7)}, "2027-03-02T12:00Z", None),
        ({"until": date(2027, 3, 8)}, "2027-03-09T00:01Z", None),
        # Once.
        ({"repeat": "dated", "first": date(2027, 7, 4)}, "2027-01-01T00:00Z", "2027-07-04T19:00-04:00"),
        ({"repeat": "dated", "first": date(2027, 7, 4)}, "2027-07-04T23:00:01Z", None),
        ({"repeat": "dated", "first": date(2019, 7, 4)}, "2027-01-01T00:00Z", None),
    ],
)
def test_next_occurrence_on_the_wall_clock(
    overrides: dict[str, Any], instant: str, expected: str | None
) -> None:
    assert next_start(make_rule(**overrides), instant) == expected


def test_second_week_continues_across_clock_changes_and_years() -> None:
    # Any date of the week tells the weeks apart, the Sunday at its end too; earlier weeks count as well.
    for first in (date(2027, 3, 1), date(2027, 3, 7), date(2029, 2, 26)):
        rule = make_rule(repeat=Repeat.SECOND_WEEK, first=first)
        assert starts(rule, "2027-02-20T00:00Z", 3) == [
            "2027-03-01T19:00-05:00",
            "2027-03-15T19:00-04:00",
            "2027-03-29T19:00-04:00",
        ]
    new_year = make_rule(repeat=Repeat.SECOND_WEEK, first=date(2026, 12, 21), weekday=SUNDAY)
    assert starts(new_year, "2026-12-22T00:00Z", 2) == ["2026-12-27T19:00-05:00", "2027-01-10T19:00-05:00"]


def test_monthly_first_of_a_weekday() -> None:
    rule = make_rule(repeat=Repeat.MONTHLY, weeks=(1,))
    assert starts(rule, "2027-02-02T12:00Z", 2) == ["2027-03-01T19:00-05:00", "2027-04-05T19:00-04:00"]


def test_monthly_fifth_skips_months_without_one() -> None:
    rule = make_rule(repeat=Repeat.MONTHLY, weeks=(5,))
    assert starts(rule, "2027-01-01T00:00Z", 3) == [
        "2027-03-29T19:00-04:00",
        "2027-05-31T19:00-04:00",
        "2027-08-30T19:00-04:00",
    ]


def test_monthly_last_is_the_fourth_or_the_fifth() -> None:
    rule = make_rule(repeat=Repeat.MONTHLY, weeks=(-1,), first=date(2027, 2, 23), until=date(2027, 4, 26))
    assert starts(rule, "2027-01-01T00:00Z", 9) == ["2027-03-29T19:00-04:00", "2027-04-26T19:00-04:00"]


def test_meeting_past_midnight_stays_on_its_day() -> None:
    rule = make_rule(start=time(23, 30), minutes=90, until=date(2027, 3, 8))
    found = occurrence_in_progress(rule, at("2027-03-09T00:30-05:00"))
    assert found
    assert found.day == date(2027, 3, 8)
    assert shown(found.end) == "2027-03-09T01:00-05:00"
    assert is_in_progress(rule, at("2027-03-09T00:59:59-05:00"))
    assert not is_in_progress(rule, at("2027-03-09T01:00-05:00"))
    assert not is_in_progress(rule, at("2027-03-08T23:29:59-05:00"))


@pytest.mark.parametrize(
    ("start", "instant", "end"),
    [
        (time(1, 30), "2027-03-14T06:45Z", "2027-03-14T04:00-04:00"),  # through the missing hour
        (time(0, 30), "2027-11-07T05:45Z", "2027-11-07T01:00-05:00"),  # into the hour shown twice
        (time(1, 30), "2027-11-07T06:45Z", "2027-11-07T02:00-05:00"),  # the second pass, an hour into it
    ],
)
def test_end_comes_after_elapsed_minutes(start: time, instant: str, end: str) -> None:
    found = occurrence_in_progress(make_rule(weekday=SUNDAY, start=start, minutes=90), at(instant))
    assert found
    assert shown(found.end) == end


@pytest.mark.parametrize(
    ("overrides", "instant"),
    [
        ({"weekday": SATURDAY, "start": time(23, 30)}, "2027-03-15T00:15-04:00"),
        ({"zone": APIA, "weekday": FRIDAY, "start": time(23, 30)}, "2012-01-01T23:15+14:00"),
    ],
)
def test_longest_meeting_is_in_progress_two_dates_later(overrides: dict[str, Any], instant: str) -> None:
    rule = make_rule(minutes=1440, **overrides)
    assert is_in_progress(rule, at(instant))
    assert not is_in_progress(rule, at(instant) + timedelta(minutes=15))


def test_occurrences_after_begin_with_the_one_in_progress() -> None:
    rule = make_rule()
    assert starts(rule, "2027-03-08T19:59-05:00", 2) == ["2027-03-08T19:00-05:00", "2027-03-15T19:00-04:00"]
    assert starts(rule, "2027-03-08T20:00-05:00", 1) == ["2027-03-15T19:00-04:00"]


def test_in_progress_at_the_second_pass_in_the_zone_of_the_rule() -> None:
    # Same zone, same wall time, an hour apart: comparing the wall clocks would say yes twice.
    rule = make_rule(weekday=SUNDAY, start=time(1, 15), minutes=30)
    first_pass = datetime(2027, 11, 7, 1, 30, tzinfo=load_zone(NEW_YORK))
    assert is_in_progress(rule, first_pass)
    assert not is_in_progress(rule, first_pass.replace(fold=1))
    assert occurrence_in_progress(rule, first_pass.replace(fold=1)) is None


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2027-03-08T18:00-05:00", True),
        ("2027-03-08T17:59:59-05:00", False),
        ("2027-03-08T19:00-05:00", True),
        ("2027-03-08T19:00:01-05:00", False),
    ],
)
def test_starts_within_counts_both_ends(instant: str, expected: bool) -> None:
    assert starts_within(make_rule(), at(instant), HOUR) is expected


def test_ongoing_is_always_in_progress_and_never_next() -> None:
    rule = make_rule(repeat=Repeat.ONGOING, weekday=None, start=time.min)
    instant = at("2027-03-14T12:00-04:00")
    assert is_in_progress(rule, instant)
    assert next_occurrence(rule, instant) is None
    assert not starts_within(rule, instant, timedelta(days=9))
    found = occurrence_in_progress(rule, instant)
    assert found
    assert (shown(found.start), shown(found.end)) == ("2027-03-14T00:00-05:00", "2027-03-15T00:00-04:00")
    assert found.day == date(2027, 3, 14)


def test_ongoing_respects_its_first_and_last_date() -> None:
    rule = make_rule(repeat=Repeat.ONGOING, first=date(2027, 3, 9), until=date(2027, 3, 10))
    asked = [
        "2027-03-08T23:59-05:00",
        "2027-03-09T00:00-05:00",
        "2027-03-10T23:59-05:00",
        "2027-03-11T00:00-05:00",
    ]
    assert [is_in_progress(rule, at(instant)) for instant in asked] == [False, True, True, False]


def test_ongoing_days_are_continuous_where_a_day_was_skipped() -> None:
    rule = make_rule(zone=APIA, repeat=Repeat.ONGOING)
    days = list(islice(occurrences_after(rule, at("2011-12-28T12:00Z")), 5))
    assert [found.day.day for found in days] == [28, 29, 31, 1, 2]
    assert all(before.end == after.start for before, after in pairwise(days))


EDGE_INSTANTS = [
    datetime.min.replace(tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
    datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
    datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
    datetime(9999, 12, 31, 12, tzinfo=UTC),
    datetime(1, 1, 1, 12, tzinfo=UTC),
]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", NEW_YORK])
@pytest.mark.parametrize("instant", EDGE_INSTANTS)
def test_ends_of_the_calendar_raise_nothing(zone: str, instant: datetime) -> None:
    rules = [make_rule(zone=zone, weekday=day, start=time(23), minutes=1440) for day in range(7)]
    rules += [
        make_rule(zone=zone, repeat="monthly", weeks=weeks) for weeks in ((1,), (5,), (-1,), (2, 4), (1, -1))
    ]
    rules += [
        make_rule(zone=zone, repeat=repeat, first=date.max) for repeat in ("dated", "second-week", "weekly")
    ]
    rules += [
        make_rule(zone=zone, repeat=repeat, first=date.min) for repeat in ("dated", "second-week", "ongoing")
    ]
    for rule in rules:
        next_occurrence(rule, instant), occurrence_in_progress(rule, instant), is_in_progress(rule, instant)
        starts_within(rule, instant, timedelta.max)
        assert all(isinstance(found, Occurrence) for found in islice(occurrences_after(rule, instant), 60))
    closed = {date.max: (), date.min: ()}
    for hours in (make_hours((4, "23:00", "23:00"), zone=zone), Hours(zone, exceptions=closed, always=True)):
        is_open_at(hours, instant), closes_at(hours, instant), next_opening(hours, instant)


def test_results_past_the_calendar_are_none() -> None:
    assert next_start(make_rule(), "9999-12-29T00:00Z") is None
    assert next_start(make_rule(repeat="monthly", weeks=(-1,)), "9999-12-28T12:00Z") is None
    assert next_opening(make_hours(), at("9999-12-29T00:00Z")) is None


# Opening hours.

WEEKDAYS = [(day, "09:00", "17:00") for day in range(5)]
LATE = [(FRIDAY, "20:00", "02:00")]
SPLIT = [(MONDAY, "09:00", "12:00"), (MONDAY, "13:00", "17:00"), (MONDAY, "11:00", "12:30")]
NINE_TO_NINE = [(MONDAY, "09:00", "09:00")]
LEFT_OUT = [(SUNDAY, "02:15", "02:45")]
INTO_LEFT_OUT = [(SUNDAY, "01:00", "02:30")]
OUT_OF_LEFT_OUT = [(SUNDAY, "02:30", "03:15")]
SHOWN_TWICE = [(SUNDAY, "01:00", "01:30")]
ALL_WEEK = [(day, "00:00", "00:00") for day in range(7)]


@pytest.mark.parametrize(
    ("opens", "instant", "is_open", "closing", "opening"),
    [
        # Monday 8 March 2027 and its edges.
        (WEEKDAYS, "2027-03-08T08:59:59-05:00", False, None, "2027-03-08T09:00-05:00"),
        (WEEKDAYS, "2027-03-08T09:00-05:00", True, "2027-03-08T17:00-05:00", "2027-03-09T09:00-05:00"),
        (WEEKDAYS, "2027-03-08T17:00-05:00", False, None, "2027-03-09T09:00-05:00"),
        (WEEKDAYS, "2027-03-12T17:00-05:00", False, None, "2027-03-15T09:00-04:00"),
        # Past midnight.
        (LATE, "2027-03-13T01:59-05:00", True, "2027-03-13T02:00-05:00", "2027-03-19T20:00-04:00"),
        (LATE, "2027-03-13T02:00-05:00", False, None, "2027-03-19T20:00-04:00"),
        (LATE, "2027-03-12T01:00-05:00", False, None, "2027-03-12T20:00-05:00"),
        # Two that overlap are one opening; a lunch break is not.
        (SPLIT, "2027-03-08T10:00-05:00", True, "2027-03-08T12:30-05:00", "2027-03-08T13:00-05:00"),
        (SPLIT, "2027-03-08T12:45-05:00", False, None, "2027-03-08T13:00-05:00"),
        # 24 hours from nine to nine, and every day.
        (NINE_TO_NINE, "2027-03-09T08:59-05:00", True, "2027-03-09T09:00-05:00", "2027-03-15T09:00-04:00"),
        (NINE_TO_NINE, "2027-03-09T09:00-05:00", False, None, "2027-03-15T09:00-04:00"),
        (ALL_WEEK, "2027-03-13T12:00-05:00", True, None, None),
        (ALL_WEEK[:6], "2027-03-08T12:00-05:00", True, "2027-03-14T00:00-05:00", "2027-03-15T00:00-04:00"),
        # The hour that is left out: both ends of what lies inside move forward.
        (LEFT_OUT, "2027-03-14T07:30Z", True, "2027-03-14T03:45-04:00", "2027-03-21T02:15-04:00"),
        (INTO_LEFT_OUT, "2027-03-14T07:15Z", True, "2027-03-14T03:30-04:00", "2027-03-21T01:00-04:00"),
        (OUT_OF_LEFT_OUT, "2027-03-14T06:00Z", False, None, "2027-03-21T02:30-04:00"),
        # The hour shown twice: open from its first pass to its last.
        (SHOWN_TWICE, "2027-11-07T05:00Z", True, "2027-11-07T01:30-05:00", "2027-11-14T01:00-05:00"),
        (SHOWN_TWICE, "2027-11-07T06:29Z", True, "2027-11-07T01:30-05:00", "2027-11-14T01:00-05:00"),
        (SHOWN_TWICE, "2027-11-07T06:30Z", False, None, "2027-11-14T01:00-05:00"),
        # No hours at all.
        ([], "2027-03-08T12:00Z", False, None, None),
    ],
)  # fmt: skip
def test_hours_through_the_week(
    opens: list[tuple[int, str, str]], instant: str, is_open: bool, closing: str | None, opening: str | None
) -> None:
    hours, moment = make_hours(*opens), at(instant)
    assert is_open_at(hours, moment) is is_open
    assert shown(closes_at(hours, moment)) == closing
    assert shown(next_opening(hours, moment)) == opening


def test_hours_exception_replaces_intervals_of_its_day() -> None:
    holiday, half_day = date(2027, 3, 8), date(2027, 3, 9)
    hours = make_hours(
        *WEEKDAYS, exceptions={holiday: (), half_day: ((time(10), time(11)), (time(22), time(3)))}
    )
    assert not is_open_at(hours, at("2027-03-08T12:00-05:00"))
    assert shown(next_opening(hours, at("2027-03-08T08:00-05:00"))) == "2027-03-09T10:00-05:00"
    assert shown(closes_at(hours, at("2027-03-09T10:30-05:00"))) == "2027-03-09T11:00-05:00"
    assert shown(closes_at(hours, at("2027-03-10T02:00-05:00"))) == "2027-03-10T03:00-05:00"
    assert is_open_at(hours, at("2027-03-10T09:00-05:00"))


def test_hours_exception_keeps_the_night_before() -> None:
    hours = make_hours(*LATE, exceptions={date(2027, 3, 13): ()})
    assert is_open_at(hours, at("2027-03-13T01:00-05:00"))


def test_hours_opened_before_the_clock_went_back_over_midnight() -> None:
    # Until 2011 a minute past midnight became a minute past eleven: Saturday again, with the door open.
    hours = make_hours((SUNDAY, "00:00", "08:00"), zone="America/St_Johns")
    assert is_open_at(hours, at("2010-11-07T02:45Z"))
    assert not is_open_at(hours, at("2010-11-07T02:29Z"))


def test_hours_always_open_with_an_exception() -> None:
    hours = make_hours(always=True)
    assert is_open_at(hours, at("2027-12-25T12:00Z"))
    assert closes_at(hours, at("2027-12-25T12:00Z")) is None
    assert next_opening(hours, at("2027-12-25T12:00Z")) is None
    hours = make_hours(always=True, exceptions={date(2027, 12, 25): ()})
    assert not is_open_at(hours, at("2027-12-25T12:00-05:00"))
    assert shown(next_opening(hours, at("2027-12-25T12:00-05:00"))) == "2027-12-26T00:00-05:00"
    assert shown(closes_at(hours, at("2027-12-24T12:00-05:00"))) == "2027-12-25T00:00-05:00"
    assert closes_at(hours, at("2027-12-10T12:00-05:00")) is None


def test_closes_at_follows_merged_openings_for_eight_days() -> None:
    hours = make_hours(*ALL_WEEK, exceptions={date(2027, 3, 16): ()})
    assert shown(closes_at(hours, at("2027-03-08T01:00-05:00"))) == "2027-03-16T00:00-04:00"
    assert closes_at(hours, at("2027-03-07T12:00-05:00")) is None


def test_next_opening_looks_past_a_long_holiday() -> None:
    closed = {date(2027, 7, 1) + timedelta(days=away): () for away in range(40)}
    hours = make_hours(*WEEKDAYS, exceptions=closed)
    assert shown(next_opening(hours, at("2027-07-01T12:00Z"))) == "2027-08-10T09:00-04:00"
    once = make_hours(exceptions={date(2027, 12, 24): ((time(10), time(12)),)})
    assert shown(next_opening(once, at("2027-01-01T00:00Z"))) == "2027-12-24T10:00-05:00"
    assert next_opening(once, at("2026-01-01T00:00Z")) is None


# Against the oracle.

CLOCK_SPAN = (date(2025, 12, 1), date(2029, 7, 1))
INSTANTS = (int(at("2026-01-01T00:00Z").timestamp()), int(at("2029-01-01T00:00Z").timestamp()))
DAY_SECONDS = 86_400
# Each bends the wall clock in a way of its own.
ODD_ZONES = [
    NEW_YORK,
    LORD_HOWE,
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Havana",
    "America/Nuuk",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Kathmandu",
    "Atlantic/Azores",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]


def wall_quarter(quarter: int) -> time:
    return time(quarter // 4 % 24, quarter % 4 * 15)


def draw_rule(draw: random.Random, zone: str, repeat: Repeat, near: datetime) -> Rule:
    """A random rule; half of them start about when the wall clock shows `near`."""
    close = draw.random() < 0.5
    quarter = near.hour * 4 + near.minute // 15 + draw.randint(-8, 8) if close else draw.randrange(96)
    first = near.date() + timedelta(days=0 if close else draw.randint(-30, 30))
    dated = repeat in (Repeat.SECOND_WEEK, Repeat.DATED)
    return Rule(
        zone,
        repeat,
        time.min if repeat == Repeat.ONGOING else wall_quarter(quarter),
        draw.randint(1, 1440),
        weekday=near.weekday() if close else draw.randrange(7),
        weeks=tuple(draw.sample([1, 2, 3, 4, 5, -1], draw.choice([1, 1, 2, 3]))),
        first=first if dated or draw.random() < 0.2 else None,
        until=first + timedelta(days=draw.randint(0, 90)) if draw.random() < 0.2 else None,
    )


def draw_hours(draw: random.Random, zone: str, near: datetime) -> Hours:
    def pair() -> tuple[time, time]:
        around = near.hour * 4 + near.minute // 15 + draw.randint(-12, 12)
        quarters = [draw.choice([around, draw.randrange(96)]), draw.choice([around + 4, draw.randrange(96)])]
        return wall_quarter(quarters[0]), wall_quarter(quarters[1])

    days = [draw.choice([near.weekday(), draw.randrange(7)]) for _ in range(draw.randint(0, 8))]
    exceptions = {
        near.date() + timedelta(days=draw.randint(-2, 2)): tuple(pair() for _ in range(draw.randint(0, 2)))
        for _ in range(draw.randint(0, 2))
    }
    intervals = tuple(Interval(day, *pair()) for day in days)
    return Hours(zone, intervals, exceptions, always=draw.random() < 0.1)


def draw_seconds(draw: random.Random, clock: Clock) -> int:
    """An instant of 2026 to 2028; half lie within three days of a change of the clocks, half on a quarter."""
    jumps = [jump * QUARTER for jump in clock.jumps() if INSTANTS[0] <= jump * QUARTER < INSTANTS[1]]
    seconds = draw.randrange(*INSTANTS)
    if jumps and draw.random() < 0.5:
        seconds = draw.choice(jumps) + draw.randint(-3 * DAY_SECONDS, 3 * DAY_SECONDS)
    seconds = min(max(seconds, INSTANTS[0]), INSTANTS[1])
    return seconds - seconds % QUARTER if draw.random() < 0.5 else seconds


def compare_rule(rule: Rule, oracle: MeetingOracle, seconds: int) -> tuple[list[Any], list[Any]]:
    """The module's answers and the oracle's, for one instant: next start, in progress, within 60 minutes."""
    instant = instant_of(seconds)
    found = next_occurrence(rule, instant)
    answers = [
        int(found.start.timestamp()) if found else None,
        is_in_progress(rule, instant),
        starts_within(rule, instant, HOUR),
    ]
    expected = [
        oracle.next_start(seconds),
        oracle.in_progress(seconds),
        oracle.starts_within(seconds, 3600),
    ]
    return answers, expected


@given(st.sampled_from(ODD_ZONES), st.sampled_from(list(Repeat)), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_rules_agree_with_the_oracle(zone: str, repeat: Repeat, draw: random.Random) -> None:
    clock = clock_of(zone, *CLOCK_SPAN)
    seconds = draw_seconds(draw, clock)
    rule = draw_rule(draw, zone, repeat, instant_of(seconds).astimezone(load_zone(zone)))
    oracle = MeetingOracle(rule, clock, calendar(*CLOCK_SPAN))
    ours, theirs = compare_rule(rule, oracle, seconds)
    assert ours == theirs
    ahead = [start for start in oracle.starts if start + rule.minutes * 60 > seconds][:5]
    if repeat != Repeat.ONGOING:
        found = list(islice(occurrences_after(rule, instant_of(seconds)), len(ahead)))
        assert [int(each.start.timestamp()) for each in found] == ahead
        assert all(each.end.timestamp() - each.start.timestamp() == rule.minutes * 60 for each in found)
        assert all(each.day == clock.date_at(start) for each, start in zip(found, ahead, strict=True))


@given(st.sampled_from(ODD_ZONES), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_hours_agree_with_the_oracle(zone: str, draw: random.Random) -> None:
    clock = clock_of(zone, *CLOCK_SPAN)
    seconds = draw_seconds(draw, clock)
    instant = instant_of(seconds)
    hours = draw_hours(draw, zone, instant.astimezone(load_zone(zone)))
    oracle = HoursOracle(hours, clock)
    closing, opening = closes_at(hours, instant), next_opening(hours, instant)
    assert is_open_at(hours, instant) == oracle.open_at(seconds)
    assert (int(closing.timestamp()) if closing else None) == oracle.closes_at(seconds, within=8)
    # The oracle looks a few days ahead, quarter by quarter; an answer beyond that must be a later one.
    expected = oracle.next_opening(seconds, within=4)
    if expected is None:
        assert opening is None or opening.timestamp() > seconds + 4 * DAY_SECONDS
    else:
        assert opening
        assert int(opening.timestamp()) == expected


@given(
    st.sampled_from(list(Repeat)),
    st.integers(-10 * DAY_SECONDS, 10 * DAY_SECONDS),
    st.randoms(use_true_random=False),
)
@settings(max_examples=100, deadline=None)
def test_rules_agree_with_the_oracle_where_a_day_was_skipped(
    repeat: Repeat, away: int, draw: random.Random
) -> None:
    span = (date(2011, 10, 1), date(2012, 7, 1))
    clock = clock_of(APIA, *span)
    jump = max(
        clock.jumps(),
        key=lambda quarter: clock.wall_at(quarter * QUARTER) - clock.wall_at(quarter * QUARTER - 1),
    )
    assert instant_of(jump * QUARTER) == at("2011-12-30T10:00Z")
    seconds = jump * QUARTER + away
    rule = draw_rule(draw, APIA, repeat, instant_of(seconds).astimezone(load_zone(APIA)))
    ours, theirs = compare_rule(rule, MeetingOracle(rule, clock, calendar(*span)), seconds)
    assert ours[1:] == theirs[1:]
    # A next start beyond the oracle's months is not its business.
    if theirs[0] is not None or rule.until:
        assert ours[0] == theirs[0]


ZONES, INSTANTS_A_ZONE = 600, size(ci=40, soak=200)
QUESTIONS = ("next", "in progress", "within the hour", "open now")


def six_hundred_zones() -> Iterator[str]:
    """Every IANA name that this machine knows, links too; if they are fewer, some come a second time."""
    names = []
    for name in sorted(available_timezones()):
        try:
            names.append(load_zone(name).key)
        except ValueError:
            continue
    draw = random.Random(600)
    if len(names) > ZONES:
        return iter(sorted(draw.sample(names, ZONES)))
    return iter(names + draw.sample(names, ZONES - len(names)))


def edges_of(oracle: MeetingOracle, seconds: int) -> list[int]:
    """The seconds on either side of where an answer changes: an hour before the next start, start and end."""
    start = oracle.next_start(seconds)
    edges = [] if start is None else [start - 3600, start, start + oracle.length]
    return [edge + away for edge in edges for away in (-1, 0)]


def disagreements_in(zone: str, draw: random.Random, seen: Counter[str]) -> list[str]:
    """Puts INSTANTS_A_ZONE instants to the module and the oracle, by ten rules and as many hours as instants."""
    clock, days = clock_of(zone, *CLOCK_SPAN), calendar(*CLOCK_SPAN)
    asked = [draw_seconds(draw, clock) for _ in range(INSTANTS_A_ZONE)]
    wrong = []

    def check(answers: list[Any], expected: list[Any], about: str) -> None:
        if answers != expected:
            wrong.append(f"{answers} not {expected}: {about}")
        seen.update(name for name, answer in zip(QUESTIONS, expected, strict=False) if answer)

    for turn, repeat in enumerate([*Repeat, *Repeat]):
        mine = asked[turn::10]
        rule = draw_rule(draw, zone, repeat, instant_of(draw.choice(mine)).astimezone(load_zone(zone)))
        oracle = MeetingOracle(rule, clock, days)
        for seconds in mine:
            instant = instant_of(seconds)
            ours, theirs = compare_rule(rule, oracle, seconds)
            hours = draw_hours(draw, zone, instant.astimezone(load_zone(zone)))
            ours.append(is_open_at(hours, instant))
            theirs.append(HoursOracle(hours, clock).open_at(seconds))
            check(ours, theirs, f"{instant}, {rule}, {hours}")
            seen["instants"] += 1
        for seconds in edges_of(oracle, mine[0]):
            check(*compare_rule(rule, oracle, seconds), f"{instant_of(seconds)}, {rule}")
    return wrong


def test_six_hundred_zones_agree_with_the_oracle() -> None:
    draw, seen = random.Random(2027), Counter[str]()
    wrong = [line for zone in six_hundred_zones() for line in disagreements_in(zone, draw, seen)]
    print(f"{dict(seen)}, {len(wrong)} disagreements")
    assert wrong == []
    assert seen["instants"] == ZONES * INSTANTS_A_ZONE
    # Agreement means little unless each question was often answered with a yes.
    assert min(seen["next"], seen["in progress"], seen["open now"]) > seen["instants"] / 6
    assert seen["within the hour"] > seen["instants"] / 24
