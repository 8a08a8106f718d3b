"""Read the time zone that a name or note states next to a time: "2am Eastern", "8 pm UK time", "19h CET"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache

from core.recurrence import load_zone
from core.text import fold

MAX_LENGTH = 1000  # characters of a note that are read

_EASTERN, _CENTRAL = "America/New_York", "America/Chicago"
_MOUNTAIN, _PACIFIC = "America/Denver", "America/Los_Angeles"
# What stands after a time, in folded words. Shortened names that mean several zones ("IST", "AST") are left out.
_ZONES = {
    _EASTERN: ("et", "est", "edt", "eastern", "us eastern", "new york"),
    _CENTRAL: ("ct", "cst", "cdt", "central", "us central", "chicago"),
    _MOUNTAIN: ("mt", "mst", "mdt", "mountain", "us mountain", "denver"),
    _PACIFIC: ("pt", "pst", "pdt", "pacific", "us pacific", "los angeles"),
    "America/Anchorage": ("akst", "akdt", "alaska", "alaskan"),
    "Pacific/Honolulu": ("hst", "hawaii", "hawaiian"),
    "America/Phoenix": ("arizona",),
    "America/Halifax": ("atlantic",),
    "America/St_Johns": ("newfoundland",),
    "Europe/London": ("bst", "uk", "british", "london", "england"),
    "Europe/Dublin": ("irish", "ireland", "dublin"),
    "Europe/Paris": ("cet", "cest", "central european", "paris"),
    "Europe/Athens": ("eet", "eest", "greek"),
    "Australia/Sydney": ("aest", "aedt", "sydney"),
    "Australia/Adelaide": ("acst", "acdt"),
    "Australia/Perth": ("awst", "perth"),
    "Pacific/Auckland": ("nzst", "nzdt", "new zealand", "nz"),
    "Asia/Tokyo": ("jst", "japan"),
    "UTC": ("utc", "gmt"),
}
_ZONE_OF = {name: zone for zone, names in _ZONES.items() for name in names}
# Words that are also other things need "time" or "standard time" behind them.
_NEEDS_TIME = {
    "new york", "chicago", "denver", "los angeles", "alaska", "hawaii", "arizona", "london", "england", "ireland",
    "dublin", "paris", "perth", "sydney", "newfoundland", "japan", "new zealand", "nz", "uk", "british", "irish",
    "greek", "atlantic", "alaskan", "hawaiian", "us eastern", "us central", "us mountain", "us pacific",
    "central european",
}  # fmt: skip
# The same words in a country with zones of its own.
_LOCAL_ZONES = {
    "AU": {"eastern": "Australia/Sydney", "central": "Australia/Adelaide", "est": "Australia/Sydney"},
    "GB": {"gmt": "Europe/London"},
    "IE": {"gmt": "Europe/Dublin"},
}
_PLAIN = "|".join(sorted((name for name in _ZONE_OF if name not in _NEEDS_TIME), key=len, reverse=True))
_WITH_TIME = "|".join(sorted(_NEEDS_TIME, key=len, reverse=True))
_TIME_WORD = r"\s+(?:standard |daylight |summer )?time\b"
# "7pm Central Park" and "6 am Eastern Avenue" are no zones.
_NO_NAME = (
    rf"(?=\s*(?:$|[^\w\s])|{_TIME_WORD}"
    r"|\s+(?:on|only|via|every|each|and|or|online|zoom|daily|in|at|for|by|with)\b)"
)
_CLOCK = r"\d{1,2}(?:[:.h]\d{2})?\s*(?:[ap]\.?\s?m\b\.?|[ap]\b|h\b|uhr\b)?"
_STATED = re.compile(
    rf"(?<![\w:.$#/-])(?P<clock>{_CLOCK}|noon|midnight)(?:\s*(?:-|–|to|until|till)\s*(?P<end>{_CLOCK}|noon|midnight))?"
    rf"\s*[(\[,]?\s*(?:(?P<plain>(?:{_PLAIN})\b{_NO_NAME})|(?P<full>{_WITH_TIME})(?={_TIME_WORD}))\b(?!\s*/\s*[a-z])"
)
_CLOCK_PARTS = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*([ap])?(h|uhr)?")


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A time of day with the zone that stands next to it; `text` is as written, folded."""

    start: time
    zone: str  # IANA name
    text: str
    has_half: bool  # "7 pm" or "19:00"; False for "7:30", which may be in the morning or in the evening


def parse_stated_times(text: str, country: str = "") -> list[StatedTime]:
    """Return the times of a text that a zone stands next to.

    `country` is the ISO 3166 code of the meeting's country, where "Eastern" may mean another zone.
    """
    # The pattern is slow on runs of spaces.
    return list(_parse(" ".join(fold(text[:MAX_LENGTH]).split()), country))


def find_stated_zone(texts: list[str], start: time, country: str = "") -> StatedTime | None:
    """Return the stated time of these texts that is the meeting's own clock time, else None.

    None also where the texts state that time in several zones.
    """
    stated = [
        found for text in texts for found in parse_stated_times(text, country) if _is_same_clock(found, start)
    ]
    return stated[0] if len({found.zone for found in stated}) == 1 else None


def has_same_clock(zone: str, other: str) -> bool:
    """Return whether two zones show the same time, in summer and in winter of this rule's sample year."""
    return zone == other or _offsets(zone) == _offsets(other)


@lru_cache(maxsize=1_000)
def _offsets(zone: str) -> tuple[object, ...]:
    rules = load_zone(zone)
    return tuple(
        datetime(2025, month, 15, tzinfo=UTC).astimezone(rules).utcoffset() for month in (1, 4, 7, 10)
    )


@lru_cache(maxsize=20_000)
def _parse(text: str, country: str) -> tuple[StatedTime, ...]:
    return tuple(_find_stated(text, country))


def _find_stated(text: str, country: str) -> Iterator[StatedTime]:
    for match in _STATED.finditer(text):
        name = match["plain"] or match["full"]
        zone = _LOCAL_ZONES.get(country, {}).get(name, _ZONE_OF[name])
        half = re.search(r"([ap])\.?\s?m?\.?$", (match["end"] or "").strip())
        clock = _parse_clock(match["clock"], half[1] if half else "", match["end"] or "")
        if clock:
            yield StatedTime(clock[0], zone, " ".join(match[0].split()), clock[1])


def _parse_clock(text: str, half_of_end: str, end: str) -> tuple[time, bool] | None:
    """Return the time and whether it says morning or evening. "7" of "7-8 pm" is in the evening too."""
    if text in ("noon", "midnight"):
        return time(12 if text == "noon" else 0), True
    parts = _CLOCK_PARTS.match(text)
    if not parts:
        return None
    hour, minute, half = int(parts[1]), int(parts[2] or 0), parts[3] or half_of_end
    if not (half or parts[2] or parts[4]) or minute > 59 or hour > 23:
        return None
    if half and 1 <= hour <= 12:
        return time(hour % 12 + (12 if half == "p" else 0), minute), bool(parts[3])
    return time(hour, minute), hour > 12 or hour == 0 or bool(parts[4])


def _is_same_clock(stated: StatedTime, start: time) -> bool:
    if stated.start == start:
        return True
    is_half_day_off = abs(stated.start.hour - start.hour) == 12 and stated.start.minute == start.minute
    return is_half_day_off and not stated.has_half
