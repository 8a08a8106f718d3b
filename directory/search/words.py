"""What a person typed, read as a few plain conditions: words, phrases, what plain speech means, what to leave out.

The index asks `words` and `stem` (or both at once, `terms`) of every text of every listing, and answers the `Wording`
that `read` makes.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from directory.search import speech
from directory.search.folding import WORD, fold, stem, terms, words
from directory.search.speech import Said, Table, literal, quoted, sayings
from directory.search.stop_words import SOFT, STOP
from directory.search.wording import Facet, Need, Option, Phrase, Term, Terms, Wording

__all__ = [
    "WORD",
    "Facet",
    "Need",
    "Option",
    "Phrase",
    "Table",
    "Term",
    "Terms",
    "Wording",
    "fold",
    "load_table",
    "read",
    "stem",
    "terms",
    "words",
]  # fmt: skip

MOST_WORDS = 24
SHORTEST_BEGINNING = 2  # letters
# So many of the words are looked for in names, when the best is to come first.
MOST_NAMED = 8
QUOTES = str.maketrans(dict.fromkeys("“”„«»‟", '"') | dict.fromkeys("−–—", "-"))
TYPED = re.compile(r'(?<!\S)(-?)(?:"([^"]*)"?|(\S+))')


@dataclass(frozen=True, slots=True)
class Piece:
    """What stood between two blanks, or in quotes, as folded words."""

    words: tuple[str, ...]
    minus: bool
    quoted: bool


def load_table() -> Table:
    """The rows of plain speech and synonyms, ready for `read`; the index loads them anew when they change."""
    from directory.models import PlainSpeech

    return speech.build(PlainSpeech.objects.in_use())


def read(text: str, table: Table) -> Wording:
    """What a person typed. Words in quotes stand side by side, a minus takes out, the last word may be unfinished."""
    found = list(pieces(text))
    asked = [piece for piece in found if not piece.minus]
    plain = [word for piece in asked if not piece.quoted for word in piece.words]
    exact = [tuple(quoted(piece.words)) for piece in asked if piece.quoted]
    needs, crisis = plain_needs(plain, table, unfinished=is_unfinished(text))
    return Wording(
        needs=(*needs, *(Need(options) for options in exact)),
        bars=tuple(need for piece in found if piece.minus for need in barred(piece, table)),
        words=(*(tuple(literal([word])) for word in telling(plain, table)), *exact)[:MOST_NAMED],
        crisis=crisis,
    )


def pieces(text: str) -> Iterator[Piece]:
    left = MOST_WORDS
    for minus, inside, word in TYPED.findall(text.translate(QUOTES)):
        found = tuple(words(inside or word))[:left]
        left -= len(found)
        if found:
            yield Piece(found, bool(minus), bool(inside))


def is_unfinished(text: str) -> bool:
    return bool(text) and (text[-1].isalnum())


def plain_needs(typed: Sequence[str], table: Table, *, unfinished: bool) -> tuple[list[Need], bool]:
    """What plain speech means, in place of its words; then each other word that carries something. Also whether any of
    it may be said in a crisis."""
    said = sayings(typed, table)
    taken = {place for each in said for place in each.takes}
    rest = [(place, word) for place, word in enumerate(typed) if place not in taken]
    carrying = [each for each in rest if carries(each[1])]
    crisis = [each for each in said if each.saying.crisis]
    if crisis and max(weight(typed, each) for each in crisis) >= max(weight(typed, each) for each in said):
        # Nothing else counts now.
        return [said_need(typed, each) for each in crisis], True
    if not said:
        carrying = carrying or [each for each in rest if each[1] not in STOP] or rest
    last = len(typed) - 1
    words = [word_need(word, unfinished=unfinished and place == last) for place, word in carrying]
    return [*(said_need(typed, each) for each in said), *words], bool(crisis)


def telling(typed: Sequence[str], table: Table) -> list[str]:
    """The words that a name may have: those of sayings, and each that carries something."""
    said = {place for each in sayings(typed, table) for place in each.places}
    return [word for place, word in enumerate(typed) if carries(word) or (place in said and word not in STOP)]


def carries(word: str) -> bool:
    return word not in STOP and word not in SOFT


def said_need(typed: Sequence[str], said: Said) -> Need:
    """The words as they were typed, if nothing stood between them, or what they mean; above all the first of it, with
    the options of the same filter beside it."""
    first, last = said.places[0], said.places[-1]
    own = literal(typed[first : last + 1]) if last - first < len(said.places) else []
    first_key = key_of(said.saying.options[0])
    alike = itertools.takewhile(lambda option: key_of(option) == first_key, said.saying.options)
    return Need((*own, *said.saying.options), closest=(*own, *alike))


def key_of(option: Option) -> str:
    return option.key if isinstance(option, Facet) else ""


def weight(typed: Sequence[str], said: Said) -> int:
    """How many of its words carry something."""
    return sum(carries(typed[place]) for place in said.places)


def word_need(word: str, *, unfinished: bool) -> Need:
    beginning = [Term(word, prefix=True)] if unfinished and len(word) >= SHORTEST_BEGINNING else []
    return Need((*literal([word]), *beginning), word)


def barred(piece: Piece, table: Table) -> list[Need]:
    """A quoted phrase as it stands; of a word, what it means besides."""
    if piece.quoted:
        return [Need(tuple(quoted(piece.words)))]
    needs, _crisis = plain_needs(piece.words, table, unfinished=False)
    return needs
