"""Parsers for the short forms of the data files: meetings, opening hours, exceptions and channels.

The functions are pure: they use neither database nor clock. A day is a number of days from the day of loading ("+9",
"-3"), so that the town is always up to date. Weekdays are 0 for Monday to 6 for Sunday. Times are wall clock times. A
text that cannot be parsed raises ValueError.

- A meeting: "[recurrence] [days] [HH:MM] [minutes] [formats, modes, facts, suspended] [= its own name] [// note]". The
  recurrence is empty (every week), "fortnight", "1st" to "5th" or "last" (of the month), "once +9", or "always". Facts
  of one meeting are "for:women", "in:es", "access:captions", "slips:yes", "zone:Europe/London", "link:east" (the end of
  its own link) and "code:869126579" (what is keyed in after the number).
- Days: "mon", "mon,wed", "mon-fri", "daily".
- Opening hours: "mon-fri 09:00-17:00"; a closing time that is not after the opening time is on the next day.
- An exception: "+8 closed Staff day", "+15 12:00-16:00 Short day".
- A channel: "call", "call A note.", "text=HELLO A note.".
"""

import datetime
from collections.abc import Iterator
from typing import Any

from core.recurrence import Repeat
from core.weekdays import WEEKDAY_KEYS
from directory.vocabulary import Access, Audience, Format, Language, Mode

# Facts of one meeting by the words before their colon. `link` and `code` are for the loader.
FACT_SETS = {"for": ("audiences", Audience), "in": ("languages", Language), "access": ("access", Access)}
FACT_TEXTS = {"slips": "attendance_slips", "zone": "zone", "link": "link", "code": "code"}
WEEKS = {"1st": "1", "2nd": "2", "3rd": "3", "4th": "4", "5th": "5", "last": "-1"}


def parse_weekdays(text: str) -> list[int]:
    """Return the weekdays in a text such as "mon-wed", which gives [0, 1, 2]."""
    if text == "daily":
        return list(range(7))
    first, dash, last = text.partition("-")
    if dash:
        return list(range(WEEKDAY_KEYS.index(first), WEEKDAY_KEYS.index(last) + 1))
    return [WEEKDAY_KEYS.index(part) for part in text.split(",")]


def parse_day(offset: str | int, today: datetime.date) -> datetime.date:
    """Return the date that is `offset` days after today."""
    return today + datetime.timedelta(days=int(offset))


def parse_time(text: str) -> datetime.time:
    """Return the time in a text such as "09:00"."""
    return datetime.time.fromisoformat(text)


def parse_time_span(text: str) -> tuple[datetime.time, datetime.time]:
    """Return the two times in a text such as "09:00-17:00"."""
    opens, _dash, closes = text.partition("-")
    return parse_time(opens), parse_time(closes)


def parse_meetings(text: str, today: datetime.date) -> Iterator[dict[str, Any]]:
    """Yield the fields of each meeting, one for each weekday."""
    text, _slashes, note = text.partition(" // ")
    text, _sign, name = text.partition(" = ")
    rest = text.split()
    rhythms = list(parse_recurrence(rest, today))
    shared = {"name": name, "note": note, **parse_start_and_length(rest), **parse_formats_and_modes(rest)}
    for each in rhythms:
        yield {**each, **shared}


def parse_recurrence(rest: list[str], today: datetime.date) -> Iterator[dict[str, Any]]:
    """Remove the words about recurrence and days from the front of `rest`, and yield their fields for each weekday."""
    word = rest.pop(0)
    if word == "always":
        yield {"repeat": Repeat.ONGOING}
    elif word == "once":
        date = parse_day(rest.pop(0), today)
        yield {"repeat": Repeat.DATED, "first": date, "weekday": date.weekday()}
    elif set(word.split("+")) <= WEEKS.keys():
        for weekday in parse_weekdays(rest.pop(0)):
            yield {
                "repeat": Repeat.MONTHLY,
                "weeks": tuple(WEEKS[each] for each in word.split("+")),
                "weekday": weekday,
            }
    elif word == "fortnight":
        for weekday in parse_weekdays(rest.pop(0)):
            first = parse_day((weekday - today.weekday()) % 7, today)
            yield {"repeat": Repeat.SECOND_WEEK, "weekday": weekday, "first": first}
    else:
        for weekday in parse_weekdays(word):
            yield {"repeat": Repeat.WEEKLY, "weekday": weekday}


def parse_start_and_length(rest: list[str]) -> dict[str, Any]:
    """Remove the start and length from the front of `rest` and return their fields; a missing length is unknown."""
    start = parse_time(rest.pop(0)) if rest and ":" in rest[0] else None
    minutes = int(rest.pop(0)) if rest and rest[0].isdigit() else None
    return {"start": start, "minutes": minutes}


def parse_formats_and_modes(rest: list[str]) -> dict[str, Any]:
    """Return the fields for the remaining words: formats, modes, other facts and whether the meeting is active."""
    facts = parse_facts([word for word in rest if ":" in word])
    words = {word for word in rest if ":" not in word}
    formats, modes = words & set(Format.values), words & set(Mode.values)
    if unknown := words - formats - modes - {"suspended"}:
        raise ValueError(f"no word for a meeting: {', '.join(sorted(unknown))}")
    return {
        "formats": tuple(sorted(formats)),
        "modes": tuple(sorted(modes)),
        "active": "suspended" not in words,
        **facts,
    }


def parse_facts(words: list[str]) -> dict[str, Any]:
    """Return the fields for words such as "for:women"; those that occur more than once give a set."""
    facts: dict[str, Any] = {}
    for word in words:
        key, _colon, value = word.partition(":")
        if key in FACT_SETS:
            field, vocabulary = FACT_SETS[key]
            facts[field] = tuple(sorted({*facts.get(field, ()), vocabulary(value).value}))
        elif key in FACT_TEXTS and value:
            facts[FACT_TEXTS[key]] = value
        else:
            raise ValueError(f"no fact of a meeting: {word}")
    return facts


def parse_opening(text: str) -> Iterator[dict[str, Any]]:
    """Yield the fields of each opening interval, one for each weekday."""
    on, span = text.split()
    opens, closes = parse_time_span(span)
    for weekday in parse_weekdays(on):
        yield {"weekday": weekday, "opens": opens, "closes": closes}


def parse_exception(text: str, today: datetime.date) -> dict[str, Any]:
    """Return the fields of a day with other hours."""
    offset, span, note = text.split(maxsplit=2)
    opens, closes = (None, None) if span == "closed" else parse_time_span(span)
    return {"date": parse_day(offset, today), "opens": opens, "closes": closes, "note": note}


def parse_channel(text: str) -> tuple[str, str, str]:
    """Return the type of the channel, the word to send, and the note."""
    first, _blank, note = text.partition(" ")
    kind, _sign, body = first.partition("=")
    return kind, body, note
