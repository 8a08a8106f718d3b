"""Derive whether and how a meeting takes place, from the official field, legacy types and words in names."""

import re
from functools import lru_cache

from core.text import fold_words
from directory.vocabulary import Mode
from feeds.formats.meeting_guide.type_codes import CLOSED_PLACE, HYBRID, ONLINE

SUSPENDED, ONLINE_ONLY, BOTH_MODES, IN_PERSON = "suspended", "online", "hybrid", "in person"

_BRACKETS = re.compile(r"[(\[{]\s*([^()\[\]{}]{1,60}?)\s*[)\]}]")
_SUSPENDED_WORDS = {"suspended", "cancelled", "canceled", "inactive", "hiatus", "paused", "discontinued"}
_ONLINE_WORDS = {"online", "zoom", "virtual", "virtually", "remote", "video"}
_IN_PERSON_WORDS = {"in", "person"}
_TEMPORARY_WORDS = {"temporarily", "temp", "temporary", "permanently", "currently"}
_FILLER_WORDS = _TEMPORARY_WORDS | set(
    "only via on meeting meetings meets now by and or is until further notice group the due to covid".split()
)
_TRAILING = re.compile(
    r"(?<=\w)[\s*:,–-]+"
    r"(?:(?:temporarily |currently )?(?:cancell?ed|suspended)|closed temporarily|temporarily closed)"
    r"[\s*!.]*$",
    re.I,
)
_LEADING = re.compile(r"^[\W_]*(?:cancell?ed|suspended|temporarily closed)\s*[:*–-]+\s*(?=\w)", re.I)
# A clause of its own: "Phone only, no face to face", but not "Questions by phone only".
_PHONE_ONLY = re.compile(
    r"(?:^|[.;!/|]\s+|--\s)(?:this is a |meets by |by )?(?:(?:tele)?phone|telephonic)(?: meetings?)? only\b"
    r"|(?:^|[.;!/|]\s+|--\s)(?:solo|sólo|únicamente) por teléfono\b",
    re.I | re.M,
)
_TRAILING_MODE = re.compile(r"(?<=\w)[\s*:,–-]+(?:hybrid|online|on zoom)[\s*!.]*$", re.I)


def status_of_phrase(text: str) -> frozenset[str]:
    """Return the status that a phrase states as a whole: suspended, online, hybrid or in person.

    A phrase is the inside of brackets or the name of a place. Any other phrase gives an empty set, such as "MEN ONLY".
    """
    words = set(fold_words(text).split())
    core = {word for word in words - _FILLER_WORDS if not word.isdigit()}
    if (
        (core and core <= _SUSPENDED_WORDS)
        or (core == {"closed"} and words & _TEMPORARY_WORDS)
        or (core | words) == {"not", "meeting"}
    ):
        return frozenset({SUSPENDED})
    if core == {"hybrid"} or (_IN_PERSON_WORDS < core <= _IN_PERSON_WORDS | _ONLINE_WORDS):
        return frozenset({BOTH_MODES})
    if core and core <= _ONLINE_WORDS:
        return frozenset({ONLINE_ONLY})
    return frozenset({IN_PERSON}) if core == _IN_PERSON_WORDS else frozenset()


@lru_cache(maxsize=20_000)
def split_status(name: str) -> tuple[str, frozenset[str]]:
    """Return the name without its status, and the status: "Nooners (ONLINE)" gives "Nooners" and online."""
    found: set[str] = set()

    def take(match: re.Match[str]) -> str:
        words = status_of_phrase(match[1])
        found.update(words)
        return " " if words else match[0]

    rest = _BRACKETS.sub(take, name)
    for pattern in (_TRAILING, _LEADING):
        rest, count = pattern.subn("", rest)
        found.update({SUSPENDED} if count else ())
    return re.sub(r"\s+", " ", rest).strip(" -–*:,"), frozenset(found)


def says_phone_only(notes: str) -> bool:
    """Return whether notes say that the meeting is held by phone alone."""
    return bool(_PHONE_ONLY.search(notes))


def without_mode(name: str) -> str:
    """Return a group's name without "Hybrid" or "Online" at its end."""
    return _TRAILING_MODE.sub("", name)


def attendance_modes(
    option: str,
    means: frozenset[str],
    name_status: frozenset[str],
    *,
    has_url: bool,
    has_phone: bool,
    has_address: bool,
    has_place: bool,
) -> tuple[tuple[str, ...], bool]:
    """Return the modes of a meeting and whether it takes place at present.

    `option` is the feed's `attendance_option`; it takes precedence over all but "suspended" in a name. `means` is what
    the row's types mean, `name_status` is the status in its name. `has_address` says whether the row names a place to
    go to, `has_place` whether it names any place at all.
    """
    in_person = (Mode.IN_PERSON.value,)
    remote = ((Mode.ONLINE.value,) if has_url else ()) + ((Mode.PHONE.value,) if has_phone else ())
    online = remote or (Mode.ONLINE.value,)
    stated = (in_person if has_address or (has_place and not remote) else ()) + remote
    if SUSPENDED in name_status:
        return (online, True) if ONLINE_ONLY in name_status else (stated, False)
    if option == "inactive":
        return stated, False
    if option in ("in_person", "online", "hybrid"):
        return {"in_person": in_person, "online": online, "hybrid": in_person + online}[option], True
    if BOTH_MODES in name_status or HYBRID in means:
        return in_person + online, True
    is_closed = CLOSED_PLACE in means
    if ONLINE_ONLY in name_status or (ONLINE in means and (is_closed or not has_address)):
        return online, True
    if is_closed:
        return (remote, True) if remote else (stated, False)
    if ONLINE in means or remote:
        return (in_person if has_address or IN_PERSON in name_status else ()) + online, True
    return (in_person if has_place or IN_PERSON in name_status else ()), True
