"""What a person typed, read as a few plain conditions: words, phrases, what plain speech means, what to leave out.

The index asks `words` and `stem` (or both at once, `terms`) of every text of every listing, and answers the `Wording`
that `read` makes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from directory.search import speech
from directory.search.folding import fold, stem, terms, words
from directory.search.speech import Table, literal, sayings
from directory.search.stop_words import SOFT, STOP
from directory.search.wording import Facet, Need, Option, Phrase, Term, Wording

__all__ = [
    "Facet", "Need", "Option", "Phrase", "Table", "Term", "Wording",
    "fold", "load_table", "read", "stem", "terms", "words",
]  # fmt: skip

MOST_WORDS = 24
SHORTEST_BEGINNING = 2  # letters
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
    plain = [piece for piece in asked if not piece.quoted]
    needs, crisis = plain_needs(plain, table, unfinished=is_unfinished(text))
    quoted = [Need(tuple(literal(piece.words))) for piece in asked if piece.quoted]
    bars = [need for piece in found if piece.minus for need in barred(piece, table)]
    return Wording((*needs, *quoted), tuple(bars), crisis)


def pieces(text: str) -> Iterator[Piece]:
    left = MOST_WORDS
    for minus, quoted, word in TYPED.findall(text.translate(QUOTES)):
        found = tuple(words(quoted or word))[:left]
        left -= len(found)
        if found:
            yield Piece(found, bool(minus), bool(quoted))


def is_unfinished(text: str) -> bool:
    return bool(text) and (text[-1].isalnum())


def plain_needs(plain: Sequence[Piece], table: Table, *, unfinished: bool) -> tuple[list[Need], bool]:
    """What plain speech means, in place of its words; then each other word that carries something."""
    typed = [word for piece in plain for word in piece.words]
    said = sayings(typed, table)
    needs = [Need((*spoken(typed, each.places), *each.saying.options)) for each in said]
    taken = {place for each in said for place in each.takes}
    rest = [(place, word) for place, word in enumerate(typed) if place not in taken]
    carrying = [each for each in rest if each[1] not in STOP and each[1] not in SOFT]
    if not needs:
        carrying = carrying or [each for each in rest if each[1] not in STOP] or rest
    last = len(typed) - 1
    needs += [word_need(word, unfinished=unfinished and place == last) for place, word in carrying]
    return needs, any(each.saying.crisis for each in said)


def spoken(typed: Sequence[str], places: Sequence[int]) -> list[Option]:
    """The words of a saying as they were typed, if nothing stood between them."""
    first, last = places[0], places[-1]
    return literal(typed[first : last + 1]) if last - first < len(places) else []


def word_need(word: str, *, unfinished: bool) -> Need:
    beginning = [Term(word, prefix=True)] if unfinished and len(word) >= SHORTEST_BEGINNING else []
    return Need((*literal([word]), *beginning), word)


def barred(piece: Piece, table: Table) -> list[Need]:
    """A quoted phrase as it stands; of a word, what it means besides."""
    if piece.quoted:
        return [Need(tuple(literal(piece.words)))]
    needs, _crisis = plain_needs([piece], table, unfinished=False)
    return needs
