"""Whether a meeting meets, and how: the official field, legacy types, and words that people put in names."""

import re
from functools import lru_cache

from core.text import fold_words
from directory.vocabulary import Mode
from feeds.formats.meeting_guide.types import CLOSED_PLACE, HYBRID, ONLINE

SUSPENDED, ONLINE_ONLY, BOTH_WAYS, HERE = "suspended", "online", "hybrid", "in person"

_BRACKETS = re.compile(r"[(\[{]\s*([^()\[\]{}]{1,60}?)\s*[)\]}]")
_STOPPED = {"suspended", "cancelled", "canceled", "inactive", "hiatus", "paused", "discontinued"}
_VIRTUAL = {"online", "zoom", "virtual", "virtually", "remote", "video"}
_PERSON = {"in", "person"}
_FOR_NOW = {"temporarily", "temp", "temporary", "permanently", "currently"}
_FILLER = _FOR_NOW | set(
    "only via on meeting meetings meets now by and or is until further notice group the due to covid".split()
)
_TRAILING = re.compile(
    r"(?<=\w)[\s*:,–-]+"
    r"(?:(?:temporarily |currently )?(?:cancell?ed|suspended)|closed temporarily|temporarily closed)"
    r"[\s*!.]*$",
    re.I,
)
_LEADING = re.compile(r"^[\W_]*(?:cancell?ed|suspended|temporarily closed)\s*[:*–-]+\s*(?=\w)", re.I)
_TRAILING_MODE = re.compile(r"(?<=\w)[\s*:,–-]+(?:hybrid|online|on zoom)[\s*!.]*$", re.I)


def status_words(text: str) -> frozenset[str]:
    """What the words of one bracket say; nothing for "(MEN ONLY)" or "(In Rectory Hall)"."""
    words = set(fold_words(text).split())
    core = {word for word in words - _FILLER if not word.isdigit()}
    if (
        (core and core <= _STOPPED)
        or (core == {"closed"} and words & _FOR_NOW)
        or (core | words) == {"not", "meeting"}
    ):
        return frozenset({SUSPENDED})
    if core == {"hybrid"} or (_PERSON < core <= _PERSON | _VIRTUAL):
        return frozenset({BOTH_WAYS})
    if core and core <= _VIRTUAL:
        return frozenset({ONLINE_ONLY})
    return frozenset({HERE}) if core == _PERSON else frozenset()


@lru_cache(maxsize=20_000)
def split_status(name: str) -> tuple[str, frozenset[str]]:
    """The name without its status, and the status: "Nooners (ONLINE)" is "Nooners" and online."""
    found: set[str] = set()

    def take(match: re.Match[str]) -> str:
        words = status_words(match[1])
        found.update(words)
        return " " if words else match[0]

    rest = _BRACKETS.sub(take, name)
    for pattern in (_TRAILING, _LEADING):
        rest, count = pattern.subn("", rest)
        found.update({SUSPENDED} if count else ())
    return re.sub(r"\s+", " ", rest).strip(" -–*:,"), frozenset(found)


def without_mode(name: str) -> str:
    """A group's name without a closing "Hybrid" or "Online"."""
    return _TRAILING_MODE.sub("", name)


def ways(
    option: str,
    marks: frozenset[str],
    said: frozenset[str],
    *,
    url: bool,
    phone: bool,
    door: bool,
    place: bool,
) -> tuple[tuple[str, ...], bool]:
    """Modes and whether it meets now.

    `option` is the feed's `attendance_option` and wins over all but "suspended" in a name. `door` is
    whether the row names a place to go to, `place` whether it names any at all.
    """
    here = (Mode.IN_PERSON.value,)
    there = ((Mode.ONLINE.value,) if url else ()) + ((Mode.PHONE.value,) if phone else ())
    away = there or (Mode.ONLINE.value,)
    known = (here if door or (place and not there) else ()) + there
    if SUSPENDED in said:
        return (away, True) if ONLINE_ONLY in said else (known, False)
    if option == "inactive":
        return known, False
    if option in ("in_person", "online", "hybrid"):
        return {"in_person": here, "online": away, "hybrid": here + away}[option], True
    if BOTH_WAYS in said or HYBRID in marks:
        return here + away, True
    shut = CLOSED_PLACE in marks
    if ONLINE_ONLY in said or (ONLINE in marks and (shut or not door)):
        return away, True
    if shut:
        return (there, True) if there else (known, False)
    if ONLINE in marks or there:
        return (here if door or HERE in said else ()) + away, True
    return (here if place or HERE in said else ()), True
