"""What a person typed, read as a few plain conditions: words, phrases, what plain speech means, what to leave out.

The index asks `words` and `stem` (or both at once, `terms`) of every text of every listing, and answers the `Wording`
that `read` makes.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from directory.search.parsing import synonyms
from directory.search.parsing.analyzer import WORD, fold, stem, terms, words
from directory.search.parsing.danger_phrases import find_danger
from directory.search.parsing.parsed_query import (
    AllOf,
    Danger,
    Facet,
    Need,
    Option,
    Phrase,
    Term,
    Terms,
    Wording,
)
from directory.search.parsing.stop_words import SOFT, STOP
from directory.search.parsing.synonyms import DISTRESS, Said, Table, carries, literal, quoted, sayings

__all__ = [
    "WORD",
    "AllOf",
    "Danger",
    "Facet",
    "Need",
    "Option",
    "Phrase",
    "Table",
    "Term",
    "Terms",
    "Wording",
    "asked_words",
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
MOST_INITIALS = 2
LOSS = Facet("concern", "grief")
GROUPS = Facet("kind", "support-groups")
# What may be asked of help with it; who died, and of what, has no bearing on that.
BESIDE_LOSS = ("kind", "mode", "offers", "language", "payment", "day", "time", "when")
# With any of these, it may be about somebody who is still alive.
DANGER = frozenset(
    """
    now die dies dying dead breathing breath unconscious wake waking pulse blue respira despierta ahora muere muriendo
    """.split()
)
TEEN = "teen"
AGE = re.compile(
    r"\b(?:(?:im|i am|age|aged|tengo) (?:only |just |solo )?1[1-7](?: (?:years? old|yrs? old|yo|anos))?"
    r"(?! (?:days?|weeks?|months?|years?|hours?|steps?|dias|semanas|meses|anos|pasos)\b)"
    r"|1[1-7] ?(?:years? old|yrs? old|yr old|yo\b|anos de edad))(?!\w)"
)
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

    return synonyms.build(PlainSpeech.objects.in_use())


def read(text: str, table: Table) -> Wording:
    """What a person typed. Words in quotes stand side by side, a minus takes out, the last word may be unfinished."""
    found = list(pieces(text))
    asked = [piece for piece in found if not piece.minus]
    plain = aged([word for piece in asked if not piece.quoted for word in piece.words])
    exact = [tuple(quoted(piece.words)) for piece in asked if piece.quoted]
    said = sayings(plain, table)
    needs = plain_needs(plain, said, unfinished=is_unfinished(text))
    return Wording(
        needs=(*needs, *(Need(options) for options in exact)),
        bars=tuple(need for piece in found if piece.minus for need in barred(piece, table)),
        words=(*(tuple(literal([word])) for word in telling(plain, said)), *exact)[:MOST_NAMED],
        crisis=any(each.saying.crisis for each in said),
        grief=is_mourning(plain, said),
        danger=None if is_mourning(plain, said) else find_danger(plain)[0],
    )


def asked_words(text: str) -> list[str]:
    """Return the folded words of what was typed, without those that a minus takes out."""
    return [word for piece in pieces(text) if not piece.minus for word in piece.words]


def pieces(text: str) -> Iterator[Piece]:
    left = MOST_WORDS
    for minus, inside, word in TYPED.findall(text.translate(QUOTES)):
        found = tuple(words(inside or word))[:left]
        left -= len(found)
        if found:
            yield Piece(found, bool(minus), bool(inside))


def is_unfinished(text: str) -> bool:
    return bool(text) and (text[-1].isalnum())


def aged(typed: Sequence[str]) -> list[str]:
    """ "im 14" and "15 years old" said as what they mean, "teen"."""
    return AGE.sub(lambda found: TEEN, " ".join(typed)).split()


def plain_needs(typed: Sequence[str], said: Sequence[Said], *, unfinished: bool) -> list[Need]:
    """What plain speech means, in place of its words; then each other word that carries something."""
    if one := outweighing(typed, said):
        # Nothing else counts now.
        return [said_need(typed, each) for each in one]
    taken = {place for each in said for place in each.takes}
    rest = [(place, word) for place, word in enumerate(typed) if place not in taken]
    carrying = [each for each in rest if carries(each[1])]
    if not said:
        carrying = carrying or [each for each in rest if each[1] not in STOP] or rest
    last = len(typed) - 1
    words = [word_need(word, unfinished=unfinished and place == last) for place, word in carrying]
    return [*(said_need(typed, each) for each in said), *words]


def outweighing(typed: Sequence[str], said: Sequence[Said]) -> list[Said]:
    """The sayings beside which no other word counts: a wish to die, a death in the past, a danger to life, or a crisis
    of as many words as the others."""
    if wishes := [each for each in said if each.saying is DISTRESS]:
        return wishes
    if is_mourning(typed, said):
        beside = [each for each in said if not each.saying.crisis]
        return [each for each in beside if is_loss(each) or key_of(each.saying.options[0]) in BESIDE_LOSS]
    if urgent := [each for each in said if each.urgent]:
        return urgent
    crisis = [each for each in said if each.saying.crisis]
    others = [each for each in said if not is_loss(each)]
    if crisis and max(weight(typed, each) for each in crisis) >= max(weight(typed, each) for each in others):
        return crisis
    return []


def is_loss(said: Said) -> bool:
    return LOSS in said.saying.options


def is_mourning(typed: Sequence[str], said: Sequence[Said]) -> bool:
    """Whether a death in the past is spoken of, and nobody is in danger now."""
    wishes = any(each.saying is DISTRESS for each in said)
    return not wishes and any(is_loss(each) for each in said) and not DANGER & {*typed}


def telling(typed: Sequence[str], said: Sequence[Said]) -> list[str]:
    """The words that a name may have: those of sayings, and each that carries something. A wish to die is no name, and
    initials of a fellowship are those of a state or a country too."""
    one = outweighing(typed, said)
    silent = {place for each in said if is_silent(typed, each) for place in each.places}
    places = {place for each in one or said for place in each.places} - silent
    return [
        word
        for place, word in enumerate(typed)
        if word not in STOP and (place in places or (not one and place not in silent and word not in SOFT))
    ]


def is_silent(typed: Sequence[str], said: Said) -> bool:
    return said.saying is DISTRESS or is_initials(typed, said)


def is_initials(typed: Sequence[str], said: Said) -> bool:
    """Whether a fellowship was said in so few letters as states have."""
    return (
        len(said.places) == 1
        and len(typed[said.places[0]]) <= MOST_INITIALS
        and key_of(said.saying.options[0]) == "fellowship"
    )


def said_need(typed: Sequence[str], said: Said) -> Need:
    """The words as they were typed, if nothing stood between them, or what they mean; above all the first of it, with
    the options of the same filter beside it."""
    first, last = said.places[0], said.places[-1]
    own = literal(typed[first : last + 1]) if last - first < len(said.places) else []
    first_key = key_of(said.saying.options[0])
    alike = itertools.takewhile(lambda option: key_of(option) == first_key, said.saying.options)
    if is_loss(said):
        # Others who know it come before who treats it.
        return Need((*own, *said.saying.options), closest=(GROUPS,))
    closest = () if is_initials(typed, said) else own
    return Need((*own, *said.saying.options), closest=(*closest, *alike))


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
    return plain_needs(piece.words, sayings(piece.words, table), unfinished=False)
