"""Translate the type codes of Meeting Guide feeds into our vocabulary.

The codes are those of the specification (code4recovery/spec, README and `src/types.ts`), with the legacy ONL
and HY and the few that mean something else in Al-Anon's feeds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from core.text import fold_words
from directory.vocabulary import Access, Audience, Concern, Fellowship, Format, Language
from feeds.formats.fellowships import find_fellowship
from feeds.formats.privacy import public_name
from feeds.formats.text import plain_text

CLOSED_PLACE, ONLINE, HYBRID = "TC", "ONL", "HY"

Facet = Format | Audience | Access | Language | Concern

CODES: dict[str, tuple[Facet, ...]] = {
    "11": (Format.MEDITATION,),
    "12X12": (Format.STEP_STUDY, Format.TRADITIONS),
    "A": (Format.SECULAR, Audience.SECULAR),
    "ABSI": (Format.LITERATURE,),
    "AR": (Language.ARABIC,),
    "ASL": (Language.SIGN,),
    "B": (Format.BIG_BOOK,),
    "BA": (Access.CHILDCARE,),
    "BE": (Format.BEGINNERS, Audience.NEWCOMERS),
    "BI": (Audience.LGBTQ,),
    "C": (Format.CLOSED,),
    "CAN": (Format.CANDLELIGHT,),
    "CF": (Access.CHILDREN,),
    "D": (Format.DISCUSSION,),
    "D-HOH": (Audience.DEAF,),
    "DD": (Concern.CO_OCCURRING,),
    "DE": (Language.GERMAN,),
    "DR": (Format.LITERATURE,),
    "EN": (Language.ENGLISH,),
    "FA": (Language.PERSIAN,),
    "FF": (Access.FRAGRANCE_FREE,),
    "FR": (Language.FRENCH,),
    "G": (Audience.LGBTQ,),
    "GR": (Format.LITERATURE,),
    "H": (Format.BIRTHDAY,),
    "HI": (Language.HINDI,),
    "ITA": (Language.ITALIAN,),
    "JA": (Language.JAPANESE,),
    "KOR": (Language.KOREAN,),
    "L": (Audience.LGBTQ,),
    "LGBTQ": (Audience.LGBTQ,),
    "LGBTQIA": (Audience.LGBTQ,),
    "LIT": (Format.LITERATURE,),
    "LS": (Format.LITERATURE,),
    "M": (Audience.MEN,),
    "MED": (Format.MEDITATION,),
    "N": (Audience.NATIVE,),
    "NB": (Audience.NONBINARY,),
    "NDG": (Audience.NATIVE,),
    "O": (Format.OPEN,),
    "OUT": (Access.OUTDOORS,),
    "P": (Audience.PROFESSIONALS,),
    "POC": (Audience.PEOPLE_OF_COLOR,),
    "POL": (Language.POLISH,),
    "POR": (Language.PORTUGUESE,),
    "PUN": (Language.PUNJABI,),
    "RUS": (Language.RUSSIAN,),
    "S": (Language.SPANISH,),
    "SEN": (Audience.OLDER,),
    "SP": (Format.SPEAKER,),
    "ST": (Format.STEP_STUDY,),
    "SV": (Language.SWEDISH,),
    "T": (Audience.TRANS,),
    "TL": (Language.TAGALOG,),
    "TR": (Format.TRADITIONS,),
    "UK": (Language.UKRAINIAN,),
    "W": (Audience.WOMEN,),
    "X": (Access.STEP_FREE,),
    "XB": (Access.ACCESSIBLE_RESTROOM,),
    "Y": (Audience.YOUNG,),
    CLOSED_PLACE: (),
    ONLINE: (),
    HYBRID: (),
}
# 2026-11: "Y" is Alateen and "POA" parents in Al-Anon's lists; elsewhere young people and proof of
# attendance.
AL_ANON_CODES: dict[str, tuple[Facet, ...]] = {"Y": (Audience.TEENS,), "POA": (Audience.PARENTS,)}

_LABELS = {
    "11": "11th step meditation|11th step|eleventh step",
    "12X12": "12 steps 12 traditions|12 steps and 12 traditions|12 and 12|12 12|twelve and twelve",
    "A": "secular|atheist agnostic|agnostic",
    "ABSI": "as bill sees it",
    "AR": "arabic",
    "ASL": "american sign language|sign language",
    "B": "big book|big book study",
    "BA": "babysitting available|babysitting|child care available|childcare",
    "BE": "newcomer|newcomers|beginner|beginners",
    "BI": "bisexual",
    "C": "closed|closed meeting",
    "CAN": "candlelight",
    "CF": "child friendly|children welcome",
    "D": "discussion|topic discussion",
    "DD": "dual diagnosis",
    "DE": "german|deutsch",
    "DR": "daily reflections",
    "EN": "english",
    "FA": "persian|farsi",
    "FF": "fragrance free",
    "FR": "french|francais",
    "G": "gay",
    "GR": "grapevine",
    "H": "birthday|chips|anniversary",
    "HI": "hindi",
    "ITA": "italian",
    "JA": "japanese",
    "KOR": "korean",
    "L": "lesbian",
    "LGBTQ": "lgbtqia|lgbt|lgbtq",
    "LIT": "literature",
    "LS": "living sober",
    "M": "men|men only|mens",
    "MED": "meditation",
    "N": "native american",
    "NB": "non binary|nonbinary",
    "NDG": "indigenous",
    "O": "open|open meeting",
    "OUT": "outdoor|outdoors|outdoor meeting",
    "P": "professionals",
    "POC": "people of color|bipoc",
    "POL": "polish",
    "POR": "portuguese",
    "PUN": "punjabi",
    "RUS": "russian",
    "S": "spanish|espanol",
    "SEN": "seniors",
    "SP": "speaker",
    "ST": "step study|step meeting|step",
    "SV": "swedish",
    "T": "transgender",
    "TL": "tagalog|filipino",
    "TR": "tradition study|tradition|traditions",
    "UK": "ukrainian",
    "W": "women|women only|womens",
    "X": "wheelchair access|wheelchair accessible|wheelchair",
    "XB": "wheelchair accessible bathroom|wheelchair accessible restroom",
    "Y": "young people",
    CLOSED_PLACE: "location temporarily closed|temporarily closed",
    ONLINE: "online meeting|online|virtual",
    HYBRID: "hybrid|hybrid meeting",
}
_BY_LABEL = {label: code for code, labels in _LABELS.items() for label in labels.split("|")}
MAX_TYPES = 60  # in one row; no real feed comes near


@dataclass(frozen=True, slots=True)
class MeetingTypes:
    """The types of a row: known codes in capitals, their facets, and the unknown types as given."""

    codes: frozenset[str]
    facets: frozenset[Facet]
    unknown: tuple[str, ...]
    fellowship: str = ""

    def values(self, kind: type) -> tuple[str, ...]:
        """Return the sorted values of one facet, such as `Format`."""
        return tuple(sorted(facet.value for facet in self.facets if isinstance(facet, kind)))

    @property
    def is_open_and_closed(self) -> bool:
        """Return whether the types say both that the meeting is open to everybody and that it is closed."""
        return {"O", "C"} <= self.codes


def parse_types(value: object, *, fellowship: str = "") -> MeetingTypes:
    """Parse types from a list or a comma-separated text of codes or labels, in upper or lower case."""
    return _parse_given_types(tuple(_given_types(value)), fellowship)


@lru_cache(maxsize=5_000)
def _parse_given_types(given_types: tuple[str, ...], fellowship: str) -> MeetingTypes:
    """Return the known codes, the unknown codes and the names of fellowships among the types of a row."""
    family = fellowship in (Fellowship.AL_ANON, Fellowship.ALATEEN)
    table = CODES | AL_ANON_CODES if family else CODES
    codes, unknown, fellowship_named = set(), set(), ""
    for given in given_types:
        code = given.upper() if given.upper() in table else _BY_LABEL.get(fold_words(given), "")
        if code:
            codes.add(code)
        elif full_name := _fellowship_of_type(given):
            fellowship_named = fellowship_named or full_name
        else:
            unknown.add(given)
    facets = {facet for code in codes for facet in table[code]}
    if {"O", "C"} <= codes:  # then it is not known who may come
        facets -= {Format.OPEN, Format.CLOSED}
        unknown |= {"O", "C"}
    return MeetingTypes(frozenset(codes), frozenset(facets), tuple(sorted(unknown)), fellowship_named)


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
