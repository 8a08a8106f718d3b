"""Parse weekdays, clock times and time zones of feeds. Weekday 0 is Monday, as in Python."""

import re
from functools import lru_cache

from core.recurrence import load_zone
from core.text import fold_words
from feeds.formats.text import plain_text

DAY_MINUTES = 24 * 60  # minutes

_NAMES = (
    ("monday", "mon", "mo", "lunes", "lundi", "montag", "segunda"),
    ("tuesday", "tue", "tues", "tu", "martes", "mardi", "dienstag", "terca"),
    ("wednesday", "wed", "weds", "we", "miercoles", "mercredi", "mittwoch", "quarta"),
    ("thursday", "thu", "thur", "thurs", "th", "jueves", "jeudi", "donnerstag", "quinta"),
    ("friday", "fri", "fr", "viernes", "vendredi", "freitag", "sexta"),
    ("saturday", "sat", "sa", "sabado", "samedi", "samstag"),
    ("sunday", "sun", "su", "domingo", "dimanche", "sonntag"),
)
_DAY_OF_NAME = {name: day for day, names in enumerate(_NAMES) for name in names}
_DAY_GROUPS = {
    "daily": range(7), "everyday": range(7), "every day": range(7), "weekdays": range(5),
    "weekends": range(5, 7),
}  # fmt: skip
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2}))?(?::\d{2}(?:\.\d{1,6})?)?\s*(?:(?P<half>[ap])\.?\s?m?\.?)?",
    re.I,
)
_WORD_TIMES = {"noon": 720, "12 noon": 720, "midnight": 0, "12 midnight": 0}
_ZONE = re.compile(r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+){1,2}")


def parse_weekdays(value: object) -> tuple[int, ...] | None:
    """Return the weekdays in a number, text or list, where 0 or "0" is Sunday; () if none is given.

    Return None if the value is not clear: a 7 means Sunday in some feeds and is an error in others.
    """
    found: set[int] = set()
    for item in value if isinstance(value, list) else [value]:
        if item is None or item == "" or (isinstance(item, str) and not item.strip()):
            continue
        days = _parse_days(plain_text(item, limit=100))
        if days is None:
            return None
        found.update(days)
    return tuple(sorted(found))


def parse_clock(value: object) -> int | None:
    """Return the minutes since midnight, 0 to 1440, of "18:30", "6:30 PM", "noon" or "24:00"; else None."""
    return _parse_clock(plain_text(value, limit=40))


@lru_cache(maxsize=2_000)
def _parse_clock(text: str) -> int | None:
    """Return the time of day in a text such as "7:30 pm" or "noon", or None."""
    word = fold_words(text)
    if word in _WORD_TIMES:
        return _WORD_TIMES[word]
    match = _CLOCK.fullmatch(text)
    if not match or not (match["minute"] or match["half"]):
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = (match["half"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    total = hour * 60 + minute
    return total if minute < 60 and total <= DAY_MINUTES else None


@lru_cache(maxsize=256)
def is_zone(name: str) -> bool:
    """Return whether this is an IANA time zone. "EST" is refused: it has no summer time, but its writers mean one."""
    if name == "UTC":
        return True
    if len(name) > 64 or not _ZONE.fullmatch(name):
        return False
    try:
        load_zone(name)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=256)
def _parse_days(text: str) -> list[int] | range | None:
    """Return the weekdays in a text such as "Mon-Fri" or "weekdays"."""
    word = fold_words(text)
    if word in _DAY_GROUPS:
        return _DAY_GROUPS[word]
    span = re.fullmatch(r"(\w+)\.?\s*(?:-|–|to|through|thru)\s*(\w+)\.?", text, re.I)
    if span and not span[1].isdigit():
        first, last = _parse_day(span[1]), _parse_day(span[2])
        if first is None or last is None:
            return None
        return [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    days = [_parse_day(part) for part in re.split(r"[\s,;/&+|]+|\band\b", text) if part]
    return [day for day in days if day is not None] if days and None not in days else None


def _parse_day(word: str) -> int | None:
    """Return the weekday, 0 for Monday, of a digit (0 for Sunday) or a name, or None."""
    if re.fullmatch(r"[0-6]", word):
        return (int(word) - 1) % 7
    folded = fold_words(word)
    return _DAY_OF_NAME.get(folded, _DAY_OF_NAME.get(folded.removesuffix("s")))
