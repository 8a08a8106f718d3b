"""A zone next to the meeting's own time in a name or note is the meeting's zone."""

from datetime import time
from time import thread_time

import pytest

from feeds.formats.zone_words import find_stated_zone, has_same_clock, parse_stated_times
from tests.feeds.rows import a_row, meetings_of, one, read


@pytest.mark.parametrize(
    ("text", "start", "zone"),
    [
        ("Daily Readings - 2am Eastern - Online", time(2), "America/New_York"),
        ("8 pm UK time", time(20), "Europe/London"),
        ("7pm PT", time(19), "America/Los_Angeles"),
        ("19h CET", time(19), "Europe/Paris"),
        ("8:00 p.m. Eastern Time", time(20), "America/New_York"),
        ("noon Eastern", time(12), "America/New_York"),
        ("7-8pm ET", time(19), "America/New_York"),
        ("7:00 - 8:00 pm EST", time(19), "America/New_York"),
        ("7:30 Pacific", time(19, 30), "America/Los_Angeles"),
        ("10pm ET / 7pm PT", time(19), "America/Los_Angeles"),
        ("10pm ET / 7pm PT", time(22), "America/New_York"),
        ("6 PM Central European time", time(18), "Europe/Paris"),
        ("7 pm New York time", time(19), "America/New_York"),
        ("6:30am (Mountain)", time(6, 30), "America/Denver"),
        ("9 am AEST", time(9), "Australia/Sydney"),
        ("19:00 UTC", time(19), "UTC"),
    ],
)
def test_stated_zone_is_found(text: str, start: time, zone: str) -> None:
    found = find_stated_zone([text], start)
    assert found
    assert found.zone == zone


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Daily Readings - 2am Eastern - Online", time(7)),
        ("7pm Mountain View", time(19)),
        ("7pm central park", time(19)),
        ("6 am Eastern Avenue", time(6)),
        ("Room 7 Central Church", time(7)),
        ("12 pt", time(12)),
        ("7pm in London", time(19)),
        ("7 pm ET, 7 pm PT", time(19)),
        ("7pm", time(19)),
        ("Eastern", time(19)),
        ("7pm IST", time(19)),
        ("99:99 ET", time(19)),
        ("", time(0)),
    ],
)
def test_other_text_states_no_zone(text: str, start: time) -> None:
    assert find_stated_zone([text], start) is None


def test_words_of_a_country_mean_its_own_zones() -> None:
    assert [parse_stated_times("7 pm Eastern", country)[0].zone for country in ("", "US", "AU")] == [
        "America/New_York", "America/New_York", "Australia/Sydney",
    ]  # fmt: skip
    assert parse_stated_times("7 pm GMT", "GB")[0].zone == "Europe/London"


def test_same_clock_is_compared_over_the_year() -> None:
    assert has_same_clock("America/New_York", "America/Toronto")
    assert not has_same_clock("America/Phoenix", "America/Denver")


def test_stated_zone_wins_over_the_row_and_is_told() -> None:
    name = "Daily Readings - 2am Eastern - Online"
    parsed = read(a_row(name=name, time="02:00", timezone="Europe/London"))
    assert meetings_of(parsed)[0].zone == "America/New_York"
    assert [found.field for found in parsed.problems] == ["timezone"]
    assert one(name=name, time="02:00").zone == "America/New_York"


def test_times_that_differ_by_the_zones_difference_keep_the_feeds() -> None:
    parsed = read(a_row(name="Daily Readings - 2am Eastern", time="07:00", timezone="Europe/London"))
    assert (meetings_of(parsed)[0].zone, parsed.problems) == ("Europe/London", [])


def test_zone_with_the_same_clock_stays_as_the_row_gives_it() -> None:
    parsed = read(a_row(notes="6:30 pm Eastern", timezone="America/Toronto"))
    assert (meetings_of(parsed)[0].zone, parsed.problems) == ("America/Toronto", [])


def test_long_runs_take_no_long_time() -> None:
    """A row costs its length: the pattern does not backtrack over runs of spaces or numbers."""
    began = thread_time()
    for text in ("7" + " " * 999, "7 - " * 300, "7:30 p" * 200, "7:30 pm - 8" * 90):
        parse_stated_times(text)
    assert thread_time() - began < 2
