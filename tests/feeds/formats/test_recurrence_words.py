"""Rhythms in words are read where they are beyond doubt, and stay notes elsewhere."""

from datetime import date

import pytest

from core.recurrence import Repeat
from feeds.formats.recurrence_words import Recurrence, parse_recurrence
from tests.feeds.rows import a_row, meetings_of, one, read

MONTHLY = [
    ("last Saturday of the month", 5, (-1,)),
    ("Last Saturday of each month", 5, (-1,)),
    ("Meets the last Saturday of every month only.", 5, (-1,)),
    ("2nd and 4th Monday", 0, (2, 4)),
    ("2nd & 4th Mondays", 0, (2, 4)),
    ("Only on the 2nd and 4th Monday. Use the glass door.", 0, (2, 4)),
    ("Only on 3rd Saturday of each month", 5, (3,)),
    ("first Tuesday monthly", 1, (1,)),
    ("First Tuesday of the month", 1, (1,)),
    ("1st, 3rd & 5th Fri. only", 4, (1, 3, 5)),
    ("1st and 3rd Wednesdays", 2, (1, 3)),
    ("1st/3rd Thursday", 3, (1, 3)),
    ("Third Thursday each month", 3, (3,)),
    ("4th Sunday", 6, (4,)),
    ("Meeting occurs on the 2nd and 4th Sundays of the month only. Bring a chair.", 6, (2, 4)),
    ("every 2nd and 4th Monday", 0, (2, 4)),
    ("Meets every second Sunday of the month", 6, (2,)),
    ("Harbor Walk (1st & 3rd Fridays)", 4, (1, 3)),
    ("Ring twice. We meet the second Tuesday of the month. Parking behind.", 1, (2,)),
    ("Ramp at the side\n5th Wednesday only", 2, (5,)),
    ("LAST FRIDAY ONLY", 4, (-1,)),
    ("Held on the first Sunday of the month", 6, (1,)),
    ("segundo y cuarto lunes del mes", 0, (2, 4)),
    ("último sábado", 5, (-1,)),
    ("Último sábado de cada mes", 5, (-1,)),
    ("primer domingo del mes", 6, (1,)),
    ("Nos reunimos el tercer jueves de cada mes", 3, (3,)),
    ("Solo el primer y tercer viernes del mes.", 4, (1, 3)),
    ("cuarto miércoles al mes", 2, (4,)),
    ("Se reúne el segundo martes del mes", 1, (2,)),
]
SEASONS = [
    ("May through September", 2, (5, 6, 7, 8, 9)),
    ("Meets May to October", 5, (5, 6, 7, 8, 9, 10)),
    ("Meets November to April", 5, (11, 12, 1, 2, 3, 4)),
    ("Beach Group (May - September)", 3, (5, 6, 7, 8, 9)),
    ("Only from June until August.", 0, (6, 7, 8)),
    ("Oct.-Apr.", 6, (10, 11, 12, 1, 2, 3, 4)),
    ("de mayo a septiembre", 1, (5, 6, 7, 8, 9)),
]
SECOND_WEEKS = [
    "every other Sunday",
    "Every other Sunday only",
    "alternate Sundays",
    "cada dos domingos",
    "biweekly on Sunday",
]
UNCLEAR = [
    ("", 0),
    ("Every Monday", 0),
    ("Mondays", 0),
    ("2nd floor", 0),
    ("11th Step", 0),
    ("First Church, Monday", 0),
    ("last Saturday of the month", 4),
    ("2nd and 4th Monday", 1),
    ("segundo lunes del mes", 2),
    ("Meets every second Sunday", 6),
    ("every 2nd Sunday", 6),
    ("every other week", 6),
    ("twice a month", 6),
    ("monthly", 6),
    ("Chips last Monday of the month", 0),
    ("Birthday cake on the last Friday of the month", 4),
    ("Business meeting: 2nd Sunday @ 7:15 am", 6),
    ("Group conscience first Monday of the month", 0),
    ("Speaker on the last Sunday of the month", 6),
    ("The last Friday of the month is a speaker meeting", 4),
    ("First Sunday is an open discussion. Second Sunday is a step study.", 6),
    ("1st Weds, speaker; 2nd Weds, step", 2),
    ("Men welcome 1st Mon.", 0),
    ("Except the last Saturday of the month", 5),
    ("No meeting on the 2nd Monday", 0),
    ("Not the first Tuesday of the month", 1),
    ("Closed the third Thursday", 3),
    ("Candlelight last Friday", 4),
    ("Online on the first Monday of the month", 0),
    ("1st and 3rd Saturday in person", 5),
    ("Second to last Saturday of each month", 5),
    ("1st, 2nd, 3rd and 4th Monday", 0),
    ("4th and last Monday", 0),
    ("1st and 1st Monday", 0),
    ("2nd Monday or 3rd Monday", 0),
    ("2nd Monday. 3rd Monday", 0),
    ("First Monday of even months", 0),
    ("First Monday if no holiday", 0),
    ("Back room on the 3rd Friday", 4),
    ("Until May 3 through September 9", 0),
    ("Closed May through September", 0),
    ("Outdoors May through September", 0),
    ("May be moved to September Hall", 0),
    ("every other Sunday", 6),
    ("cada dos domingos", 6),
    ("Potluck every last Wednesday", 2),
    ("excepto el último sábado", 5),
    ("Reunión de negocios primer lunes del mes", 0),
    ("Orador el último viernes", 4),
    ("último", 5),
    ("June 21 through last Friday in September", 4),
]  # fmt: skip


@pytest.mark.parametrize(("text", "weekday", "weeks"), MONTHLY)
def test_monthly_rhythm_is_read(text: str, weekday: int, weeks: tuple[int, ...]) -> None:
    assert parse_recurrence(text, weekday) == Recurrence(Repeat.MONTHLY, weeks)


@pytest.mark.parametrize(("text", "weekday", "months"), SEASONS)
def test_season_is_read(text: str, weekday: int, months: tuple[int, ...]) -> None:
    found = parse_recurrence(text, weekday)
    assert found == Recurrence(Repeat.WEEKLY, months=months)


@pytest.mark.parametrize("text", SECOND_WEEKS)
def test_every_second_week_needs_a_known_day(text: str) -> None:
    sunday = date(2026, 11, 29)
    assert parse_recurrence(text, 6, sunday) == Recurrence(Repeat.SECOND_WEEK, first=sunday)
    assert parse_recurrence(text, 6) is None
    assert parse_recurrence(text, 6, date(2026, 11, 30)) is None


@pytest.mark.parametrize(("text", "weekday"), UNCLEAR)
def test_doubtful_rhythm_is_not_read(text: str, weekday: int) -> None:
    assert parse_recurrence(text, weekday) is None


def test_table_has_enough_rows_and_half_of_them_are_refused() -> None:
    read_rows = len(MONTHLY) + len(SEASONS) + len(SECOND_WEEKS)
    assert read_rows + len(UNCLEAR) >= 80
    assert len(UNCLEAR) >= read_rows


def test_monthly_meeting_keeps_its_note_and_curators_are_told() -> None:
    parsed = read(a_row(notes="Last Monday of the month. Ring twice."))
    (meeting,) = meetings_of(parsed)
    assert (meeting.weeks, meeting.notes) == ((-1,), "Last Monday of the month. Ring twice.")
    assert [(found.field, found.rejected) for found in parsed.problems] == [("notes", False)]
    assert one(name="Harbor Lights (1st Monday)").weeks == (1,)


def test_several_weeks_of_the_month_are_one_meeting() -> None:
    meeting = one(notes="Only on the 2nd and 4th Monday. Use the glass door.")
    assert (meeting.weeks, meeting.notes) == ((2, 4), "Only on the 2nd and 4th Monday. Use the glass door.")


def test_rhythm_that_a_meeting_cannot_hold_stays_a_note() -> None:
    for words, reason in (("May through July", "months 5 to 7"),):
        parsed = read(a_row(notes=words))
        (meeting,) = meetings_of(parsed)
        assert (meeting.weeks, meeting.notes) == ((), words)
        assert reason in parsed.problems[0].reason


def test_name_and_note_that_disagree_are_not_read() -> None:
    assert one(name="Harbor Lights (1st Monday)", notes="Last Monday of the month").weeks == ()


def test_two_rhythms_at_one_time_are_two_meetings() -> None:
    rows = [
        a_row(slug="a", notes="1st Monday"),
        a_row(slug="b", notes="3rd Monday"),
        a_row(slug="c", notes="1st Monday"),
    ]
    assert [meeting.weeks for meeting in meetings_of(read(*rows))] == [(1,), (3,)]
