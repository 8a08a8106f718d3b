"""Read in which weeks or months a meeting takes place from words in its name or note, in English and Spanish.

A rhythm counts only when it can be read without doubt and names the weekday of the row. Everything else stays a note.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from core.recurrence import Repeat
from core.text import fold

LAST = -1
MAX_LENGTH = 1000  # characters of a note that are read

_WEEKDAYS = (
    ("monday", "mondays", "mon", "lunes"),
    ("tuesday", "tuesdays", "tues", "tue", "martes"),
    ("wednesday", "wednesdays", "weds", "wed", "miercoles"),
    ("thursday", "thursdays", "thurs", "thur", "thu", "jueves"),
    ("friday", "fridays", "fri", "viernes"),
    ("saturday", "saturdays", "sat", "sabado", "sabados"),
    ("sunday", "sundays", "sun", "domingo", "domingos"),
)
_WEEKDAY_OF = {name: day for day, names in enumerate(_WEEKDAYS) for name in names}
_ORDINALS = {
    1: ("1st", "first", "1er", "1ro", "1o", "primer", "primero"), 2: ("2nd", "second", "2do", "2o", "segundo"),
    3: ("3rd", "third", "3er", "3ro", "3o", "tercer", "tercero"), 4: ("4th", "fourth", "4to", "4o", "cuarto"),
    5: ("5th", "fifth", "5to", "5o", "quinto"), LAST: ("last", "ultimo"),
}  # fmt: skip
_WEEK_OF = {name: week for week, names in _ORDINALS.items() for name in names}
_MONTHS = (
    ("january", "jan", "enero"), ("february", "feb", "febrero"), ("march", "mar", "marzo"), ("april", "apr", "abril"),
    ("may", "mayo"), ("june", "jun", "junio"), ("july", "jul", "julio"), ("august", "aug", "agosto"),
    ("september", "sept", "sep", "septiembre"), ("october", "oct", "octubre"), ("november", "nov", "noviembre"),
    ("december", "dec", "diciembre"),
)  # fmt: skip
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}


def _any_of(words: object) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))  # type: ignore[call-overload]


_DAY, _NTH, _MONTH = _any_of(_WEEKDAY_OF), _any_of(_WEEK_OF), _any_of(_MONTH_OF)
_AND = r"(?:\s*,\s*(?:and|&|y)\s+|\s*[,&/+]\s*|\s+(?:and|y|e)\s+(?:the\s+|el\s+)?)"
_OF_MONTH = (
    r"(?:\s+(?:of|in)\s+(?:the|each|every|a)\s+month|\s+of\s+month|\s+(?:each|every|per|a)\s+month|\s+monthly"
    r"|\s+del?\s+(?:cada\s+)?mes|\s+(?:de\s+)?cada\s+mes|\s+al\s+mes)"
)
_BY_MONTH = re.compile(
    rf"(?<![\w-])(?:(?P<every>every|each|cada|todos\s+los)\s+|(?:on\s+)?(?:the|el|los)\s+)?"
    rf"(?P<weeks>(?:{_NTH})(?:{_AND}(?:{_NTH}))*)\s+(?P<day>{_DAY})\b(?P<of_month>{_OF_MONTH})?"
)
_EVERY_OTHER = re.compile(
    rf"(?<![\w-])(?:(?:every|each)\s+(?:other|2nd|second)|alternate|alternating|biweekly|bi-weekly|cada\s+dos|cada\s+2)"
    rf"\s+(?:on\s+)?(?P<day>{_DAY})\b(?!\s+(?:of|in)\b)(?!{_OF_MONTH})"
)
_DASH_BETWEEN_MONTHS = re.compile(rf"(?i)\b({_MONTH})\.?\s*[-–—]\s*(?=(?:{_MONTH})\b)")
_SEASON = re.compile(
    rf"(?<![\w-])(?:(?:only|from|between|de|desde)\s+)?(?:from\s+)?(?P<first>{_MONTH})\.?\s*"
    rf"(?:through|thru|to|until|till|a|hasta)\s*(?P<until>{_MONTH})\b\.?(?!\s*\d)"
)
# The sentence speaks of something other than the time of the meeting, or of an exception.
_DOUBT = re.compile(
    r"\b(?:except\w*|not|no|never|but|unless|or|if|excluding|besides|cancel\w*|closed|dark|"
    r"business|conscience|steering|committee|potluck|pot\s+luck|birthdays?|anniversar\w+|chips?|medallions?|tokens?|"
    r"speakers?|open|step|tradition|topic|dinner|lunch|breakfast|food|eats?|cake|social|literature|book|study|"
    r"child\s?care|babysit\w*|hybrid|online|zoom|in[ -]person|candle\w*|meditation|celebrat\w+|elections?|"
    r"newcomers?|beginners?|women|men|district|intergroup|area|assembly|workshop|panel|hospital|"
    r"excepto|salvo|menos|negocios|conciencia|cumpleanos|aniversarios?|orador\w*|abiert\w+|comida|cena|"
    r"started|starting|starts|begins|beginning|since|until|next|this|past|holidays?|"
    r"cerrad\w+|o|si)\b"
)
_SENTENCE_END = re.compile(r"[.;!?](?:\s|$)|\s(?:/|--|\||-|–|—)\s|\n|[()\[\]*•]")
# A dot after a short form, before a word in small letters, ends no sentence.
_SHORT = "mon|tues?|weds?|thurs?|thu|fri|sat|sun|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
_SHORT_FORM = re.compile(rf"\b((?i:{_SHORT}))\.(?=\s+[a-z0-9&])")
_SMALL_WORDS = set(
    "only meets meet meeting meetings occurs occur held happens gathers just always we "
    "will the on of each every month monthly a per at this group is are "
    "takes place solo solamente se reune nos reunimos el la los las cada mes del de un una reunion unicamente "
    "from season seasonal in and y welcome please note pm am noon for weekly".split()
)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """In which weeks or months a meeting takes place; the weekday is that of its row.

    `weeks` are those of the month, 1 to 5 or -1 for the last, in order. `months` are 1 to 12, in the order of the year
    that begins with the first, and () for all. `first` is a date in a week in which a meeting every second week takes
    place.
    """

    repeat: Repeat
    weeks: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    first: date | None = None


def parse_recurrence(text: str, weekday: int, known_day: date | None = None) -> Recurrence | None:
    """Return the rhythm that a name or note states for a meeting on this weekday (0 is Monday), else None.

    `known_day` is a date on which the meeting takes place; "every other Sunday" cannot be read without one. None also
    where the words name another weekday, contradict each other, or may speak of something else than the meeting.
    """
    return _parse(text[:MAX_LENGTH], weekday, known_day)


@lru_cache(maxsize=20_000)
def _parse(text: str, weekday: int, known_day: date | None) -> Recurrence | None:
    found: set[Recurrence] = set()
    for sentence in _split_sentences(text):
        recurrences = _parse_sentence(" ".join(fold(sentence).split()), known_day)
        if recurrences is None:
            return None
        if any(day not in (None, weekday) for day, _recurrence in recurrences):
            return None
        found.update(recurrence for _day, recurrence in recurrences)
    return found.pop() if len(found) == 1 else None


def _split_sentences(text: str) -> list[str]:
    text = _DASH_BETWEEN_MONTHS.sub(r"\1 to ", text)
    return _SENTENCE_END.split(_SHORT_FORM.sub(r"\1", text))


def _parse_sentence(sentence: str, known_day: date | None) -> list[tuple[int | None, Recurrence]] | None:
    """Return the rhythm of a folded sentence with its weekday, as a list of one; an empty list where it states none.

    The weekday of a season is None. The result is None where the sentence states several rhythms, or one that cannot be
    read without doubt.
    """
    monthly, other, seasons = (
        list(pattern.finditer(sentence)) for pattern in (_BY_MONTH, _EVERY_OTHER, _SEASON)
    )
    matches = [*monthly, *other, *seasons]
    if not matches:
        return []
    if len(matches) > 1 or not _says_nothing_else(sentence, matches[0]):
        return None
    if other:
        return _every_other(other[0], known_day)
    if seasons:
        months = _months_between(seasons[0]["first"], seasons[0]["until"])
        return [(None, Recurrence(Repeat.WEEKLY, months=months))]
    return _by_month(monthly[0])


def _by_month(match: re.Match[str]) -> list[tuple[int | None, Recurrence]] | None:
    names = re.findall(rf"(?<![\w-])(?:{_NTH})(?!\w)", match["weeks"])
    weeks = sorted({_WEEK_OF[name] for name in names}, key=lambda week: (week == LAST, week))
    if len(weeks) != len(names) or set(weeks) >= {1, 2, 3, 4} or {4, LAST} <= set(weeks):
        return None
    # "Every second Sunday" may mean every other one.
    if match["every"] and weeks == [2] and not match["of_month"]:
        return None
    return [(_WEEKDAY_OF[match["day"]], Recurrence(Repeat.MONTHLY, tuple(weeks)))]


def _every_other(match: re.Match[str], known_day: date | None) -> list[tuple[int | None, Recurrence]] | None:
    day = _WEEKDAY_OF[match["day"]]
    if known_day is None or known_day.weekday() != day:
        return None
    return [(day, Recurrence(Repeat.SECOND_WEEK, first=known_day))]


def _months_between(first: str, until: str) -> tuple[int, ...]:
    start, end = _MONTH_OF[first], _MONTH_OF[until]
    return tuple((start - 1 + step) % 12 + 1 for step in range((end - start) % 12 + 1))


def _says_nothing_else(sentence: str, match: re.Match[str]) -> bool:
    """Return whether the rest of the sentence raises no doubt that the rhythm is the meeting's."""
    before, after = sentence[: match.start()], sentence[match.end() :]
    rest = f"{before} {after}"
    if _DOUBT.search(rest) or re.search(rf"\b(?:{_DAY}|{_NTH})\b", rest):
        return False
    words = re.findall(r"[^\W\d_]+", rest)
    return all(word in _SMALL_WORDS for word in words)
