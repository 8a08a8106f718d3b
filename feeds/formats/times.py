"""Weekdays, clock times and time zones as feeds write them. Weekdays are 0 for Monday, as Python counts."""

import re
from functools import lru_cache

from core.recurrence import load_zone
from core.text import fold_words
from feeds.formats.text import plain

DAY = 24 * 60  # minutes

_NAMES = (
    ("monday", "mon", "mo", "lunes", "lundi", "montag", "segunda"),
    ("tuesday", "tue", "tues", "tu", "martes", "mardi", "dienstag", "terca"),
    ("wednesday", "wed", "weds", "we", "miercoles", "mercredi", "mittwoch", "quarta"),
    ("thursday", "thu", "thur", "thurs", "th", "jueves", "jeudi", "donnerstag", "quinta"),
    ("friday", "fri", "fr", "viernes", "vendredi", "freitag", "sexta"),
    ("saturday", "sat", "sa", "sabado", "samedi", "samstag"),
    ("sunday", "sun", "su", "domingo", "dimanche", "sonntag"),
)
_WORDS = {name: day for day, names in enumerate(_NAMES) for name in names}
_SEVERAL = {
    "daily": range(7), "everyday": range(7), "every day": range(7), "weekdays": range(5),
    "weekends": range(5, 7),
}  # fmt: skip
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2}))?(?::\d{2}(?:\.\d{1,6})?)?\s*(?:(?P<half>[ap])\.?\s?m?\.?)?",
    re.I,
)
_WORD_TIMES = {"noon": 720, "12 noon": 720, "midnight": 0, "12 midnight": 0}
_ZONE = re.compile(r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+){1,2}")


def weekdays(value: object) -> tuple[int, ...] | None:
    """Days of the week out of a number, text, word or list, where 0 or "0" is Sunday; () if none is given.

    None means that it cannot be read, which is never a guess: a 7 is Sunday to some and an error to others.
    """
    found: set[int] = set()
    for item in value if isinstance(value, list) else [value]:
        if item is None or item == "" or (isinstance(item, str) and not item.strip()):
            continue
        days = _days(plain(item, limit=100))
        if days is None:
            return None
        found.update(days)
    return tuple(sorted(found))


def clock(value: object) -> int | None:
    """Minutes since midnight, 0 to 1440, of "18:30", "9:30", "6:30 PM", "noon" or "24:00", else None."""
    return _clock(plain(value, limit=40))


@lru_cache(maxsize=2_000)
def _clock(text: str) -> int | None:
    word = fold_words(text)
    if word in _WORD_TIMES:
        return _WORD_TIMES[word]
    found = _CLOCK.fullmatch(text)
    if not found or not (found["minute"] or found["half"]):
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    half = (found["half"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    total = hour * 60 + minute
    return total if minute < 60 and total <= DAY else None


@lru_cache(maxsize=256)
def is_zone(name: str) -> bool:
    """Whether `name` is an IANA zone. "EST" is none for us: it knows no summer time, and its writers do."""
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
def _days(text: str) -> list[int] | range | None:
    word = fold_words(text)
    if word in _SEVERAL:
        return _SEVERAL[word]
    span = re.fullmatch(r"(\w+)\.?\s*(?:-|–|to|through|thru)\s*(\w+)\.?", text, re.I)
    if span and not span[1].isdigit():
        first, last = _day(span[1]), _day(span[2])
        if first is None or last is None:
            return None
        return [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    days = [_day(part) for part in re.split(r"[\s,;/&+|]+|\band\b", text) if part]
    return [day for day in days if day is not None] if days and None not in days else None


def _day(word: str) -> int | None:
    if re.fullmatch(r"[0-6]", word):
        return (int(word) - 1) % 7
    folded = fold_words(word)
    return _WORDS.get(folded, _WORDS.get(folded.removesuffix("s")))
