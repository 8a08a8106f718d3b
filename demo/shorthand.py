"""The short forms in which the data files say when things happen and how they are reached.

Pure: no database and no clock. A day is a number of days from the day of loading ("+9", "-3"), so that the town
is always a town of today. Weekdays are 0 for Monday to 6; times are wall clock. A text that cannot be read
raises ValueError.

- A meeting: "[rhythm] [days] [HH:MM] [minutes] [formats, ways to take part, suspended] [= its own name] [// note]".
  The rhythm is nothing (every week), "fortnight", "1st" to "5th" or "last" (of the month), "once +9", "always".
- Days: "mon", "mon,wed", "mon-fri", "daily".
- Opening hours: "mon-fri 09:00-17:00"; a closing that is not after the opening is on the next day.
- An exception: "+8 closed Staff day", "+15 12:00-16:00 Short day".
- A way to reach it: "call", "call A note.", "text=HELLO A note.".
"""

import datetime
from collections.abc import Iterator
from typing import Any

from core.recurrence import Repeat
from core.weekdays import WEEKDAY_KEYS
from directory.vocabulary import Format, Mode

NTH = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "last": -1}


def parse_weekdays(text: str) -> list[int]:
    """ "mon-wed" → [0, 1, 2]."""
    if text == "daily":
        return list(range(7))
    first, dash, last = text.partition("-")
    if dash:
        return list(range(WEEKDAY_KEYS.index(first), WEEKDAY_KEYS.index(last) + 1))
    return [WEEKDAY_KEYS.index(part) for part in text.split(",")]


def parse_day(offset: str | int, today: datetime.date) -> datetime.date:
    return today + datetime.timedelta(days=int(offset))


def parse_clock(text: str) -> datetime.time:
    return datetime.time.fromisoformat(text)


def parse_clocks(text: str) -> tuple[datetime.time, datetime.time]:
    opens, _dash, closes = text.partition("-")
    return parse_clock(opens), parse_clock(closes)


def parse_meetings(text: str, today: datetime.date) -> Iterator[dict[str, Any]]:
    """Fields of each meeting, one a weekday; `repeat` and what it needs, `start`, `minutes`, `formats` and so on."""
    text, _slashes, note = text.partition(" // ")
    text, _sign, name = text.partition(" = ")
    rest = text.split()
    rhythms = list(parse_rhythm(rest, today))
    shared = {"name": name, "note": note, **parse_times(rest), **parse_labels(rest)}
    for each in rhythms:
        yield {**each, **shared}


def parse_rhythm(rest: list[str], today: datetime.date) -> Iterator[dict[str, Any]]:
    """Takes the words about days off the front of `rest`."""
    word = rest.pop(0)
    if word == "always":
        yield {"repeat": Repeat.ONGOING}
    elif word == "once":
        date = parse_day(rest.pop(0), today)
        yield {"repeat": Repeat.DATED, "first": date, "weekday": date.weekday()}
    elif word in NTH:
        for weekday in parse_weekdays(rest.pop(0)):
            yield {"repeat": Repeat.MONTHLY, "nth": NTH[word], "weekday": weekday}
    elif word == "fortnight":
        for weekday in parse_weekdays(rest.pop(0)):
            first = parse_day((weekday - today.weekday()) % 7, today)
            yield {"repeat": Repeat.SECOND_WEEK, "weekday": weekday, "first": first}
    else:
        for weekday in parse_weekdays(word):
            yield {"repeat": Repeat.WEEKLY, "weekday": weekday}


def parse_times(rest: list[str]) -> dict[str, Any]:
    """Takes start and length off the front; a length that is not given is not known."""
    start = parse_clock(rest.pop(0)) if rest and ":" in rest[0] else None
    minutes = int(rest.pop(0)) if rest and rest[0].isdigit() else None
    return {"start": start, "minutes": minutes}


def parse_labels(rest: list[str]) -> dict[str, Any]:
    words = set(rest)
    formats, modes = words & set(Format.values), words & set(Mode.values)
    if unknown := words - formats - modes - {"suspended"}:
        raise ValueError(f"no word for a meeting: {', '.join(sorted(unknown))}")
    return {
        "formats": tuple(sorted(formats)),
        "modes": tuple(sorted(modes)),
        "active": "suspended" not in words,
    }


def parse_opening(text: str) -> Iterator[dict[str, Any]]:
    """Fields of each opening interval, one a weekday."""
    on, span = text.split()
    opens, closes = parse_clocks(span)
    for weekday in parse_weekdays(on):
        yield {"weekday": weekday, "opens": opens, "closes": closes}


def parse_exception(text: str, today: datetime.date) -> dict[str, Any]:
    """Fields of a day with other hours."""
    offset, span, note = text.split(maxsplit=2)
    opens, closes = (None, None) if span == "closed" else parse_clocks(span)
    return {"date": parse_day(offset, today), "opens": opens, "closes": closes, "note": note}


def parse_channel(text: str) -> tuple[str, str, str]:
    """Type of the channel, word to send, note."""
    first, _blank, note = text.partition(" ")
    kind, _sign, body = first.partition("=")
    return kind, body, note
