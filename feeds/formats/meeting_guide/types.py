"""Translate the type codes of Meeting Guide feeds into our vocabulary, by the tables of `type_codes`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from core.text import fold_words
from directory.vocabulary import Format
from feeds.formats.fellowships import find_fellowship
from feeds.formats.meeting_guide.type_codes import SLIPS, code_tables
from feeds.formats.privacy import public_name
from feeds.formats.text import plain_text

MAX_TYPES = 60  # in one row; no real feed comes near
_OPEN, _CLOSED = (f"format:{value.value}" for value in (Format.OPEN, Format.CLOSED))


@dataclass(frozen=True, slots=True)
class MeetingTypes:
    """The types of a row: what they mean as "facet:value", the types without a meaning as given, and their names."""

    means: frozenset[str]
    unknown: tuple[str, ...]
    unknown_names: tuple[str, ...] = ()
    fellowship: str = ""
    is_open_and_closed: bool = False  # it says both, so that it is not known who may come

    def values(self, facet: str) -> tuple[str, ...]:
        """Return the sorted values of one facet, such as "format"."""
        return tuple(
            sorted(meaning.partition(":")[2] for meaning in self.means if meaning.startswith(f"{facet}:"))
        )

    @property
    def attendance_slips(self) -> str:
        """Return "yes" where attendance slips are signed, else "", which is unknown."""
        return "yes" if SLIPS in self.means else ""


def parse_types(value: object, *, fellowship: str = "") -> MeetingTypes:
    """Parse types from a list or a comma-separated text of codes or names, in upper or lower case.

    `fellowship` is a value of `Fellowship`, "" where it is unknown: then codes that differ between fellowships are not
    read.
    """
    return _parse_given_types(tuple(_given_types(value)), fellowship)


@lru_cache(maxsize=5_000)
def _parse_given_types(given_types: tuple[str, ...], fellowship: str) -> MeetingTypes:
    """Return what the types of a row mean, the types without a meaning, and a fellowship that they name."""
    tables = code_tables()
    means, unknown, fellowship_named = set[str](), dict[str, str](), ""
    for given in given_types:
        code = tables.find(given.upper(), fellowship)
        meaning = code.means if code else tables.labels.get(fold_words(given), ())
        if meaning:
            means.update(meaning)
        elif full_name := "" if code else _fellowship_of_type(given):
            fellowship_named = fellowship_named or full_name
        else:
            unknown[given] = f"{given} ({code.name})" if code else given
    is_both = {_OPEN, _CLOSED} <= means
    if is_both:
        means -= {_OPEN, _CLOSED}
        unknown |= {"O": "", "C": ""}
    return MeetingTypes(
        frozenset(means),
        tuple(sorted(unknown)),
        tuple(unknown[given] for given in sorted(unknown) if unknown[given]),
        fellowship_named,
        is_both,
    )


def _given_types(value: object) -> Iterator[str]:
    """Yield the types of a row as texts, from a list or a separated text."""
    items = re.split(r"[,;|]", value) if isinstance(value, str) else value if isinstance(value, list) else []
    for item in items[:MAX_TYPES]:
        text = plain_text(item, limit=60).strip("[]()\"' ")
        if text and len(text) <= 40 and public_name(text) == text:
            yield text


def _fellowship_of_type(text: str) -> str:
    """Return a fellowship that is given as a type, but not one that meets beside this one or at the same time."""
    folded = fold_words(text)
    return (
        "" if folded in ("al an", "al anon", "alateen") or "concurrent" in folded else find_fellowship(folded)
    )
