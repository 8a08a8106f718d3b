"""What a person typed, read as a few plain conditions: words, phrases, what plain speech means, what to leave out.

The index asks `words` and `stem` (or both at once, `terms`) of every text of every listing, and answers the `Wording`
that `read` makes.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from directory.kinds.registry import kinds
from directory.search.parsing import synonyms
from directory.search.parsing.analyzer import WORD, fold_text, folded_words, index_terms, stem_word
from directory.search.parsing.danger_phrases import find_danger
from directory.search.parsing.parsed_query import (
    AllOf,
    Danger,
    FacetOption,
    ParsedQuery,
    Phrase,
    QueryOption,
    RequiredTerm,
    Term,
    Terms,
)
from directory.search.parsing.stop_words import SOFT, STOP
from directory.search.parsing.synonyms import (
    SynonymMatch,
    SynonymTable,
    carries_meaning,
    find_synonyms,
    is_distress,
    phrase_options,
    term_options,
)

__all__ = [
    "WORD",
    "AllOf",
    "Danger",
    "FacetOption",
    "ParsedQuery",
    "Phrase",
    "QueryOption",
    "RequiredTerm",
    "SynonymTable",
    "Term",
    "Terms",
    "asked_words",
    "fold_text",
    "folded_words",
    "index_terms",
    "load_synonym_table",
    "parse_query",
    "stem_word",
]

MOST_WORDS = 24
SHORTEST_BEGINNING = 2  # letters
# So many of the words are looked for in names, when the best is to come first.
MOST_NAMED = 8
MOST_INITIALS = 2
LOSS = FacetOption("concern", "grief")
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
class Token:
    """What stood between two blanks, or in quotes, as folded words."""

    words: tuple[str, ...]
    minus: bool
    quoted: bool


def load_synonym_table() -> SynonymTable:
    """The rows of plain speech and synonyms, ready for `read`; the index loads them anew when they change."""
    from directory.models import SynonymEntry

    return synonyms.build_table(SynonymEntry.objects.in_use())


def parse_query(text: str, table: SynonymTable) -> ParsedQuery:
    """What a person typed. Words in quotes stand side by side, a minus takes out, the last word may be unfinished."""
    found = list(tokenize(text))
    asked = [piece for piece in found if not piece.minus]
    plain = normalize_ages([word for piece in asked if not piece.quoted for word in piece.words])
    exact = [tuple(phrase_options(piece.words)) for piece in asked if piece.quoted]
    said = find_synonyms(plain, table)
    needs = required_terms(plain, said, unfinished=is_unfinished(text))
    return ParsedQuery(
        required=(*needs, *(RequiredTerm(options) for options in exact)),
        excluded=tuple(need for piece in found if piece.minus for need in exclusions(piece, table)),
        words=(*(tuple(term_options([word])) for word in name_terms(plain, said)), *exact)[:MOST_NAMED],
        crisis=any(each.synonym.crisis for each in said),
        grief=is_mourning(plain, said),
        danger=None if is_mourning(plain, said) else find_danger(plain)[0],
    )


def asked_words(text: str) -> list[str]:
    """Return the folded words of what was typed, without those that a minus takes out."""
    return [word for piece in tokenize(text) if not piece.minus for word in piece.words]


def tokenize(text: str) -> Iterator[Token]:
    left = MOST_WORDS
    for minus, inside, word in TYPED.findall(text.translate(QUOTES)):
        found = tuple(folded_words(inside or word))[:left]
        left -= len(found)
        if found:
            yield Token(found, bool(minus), bool(inside))


def is_unfinished(text: str) -> bool:
    return bool(text) and (text[-1].isalnum())


def normalize_ages(typed: Sequence[str]) -> list[str]:
    """ "im 14" and "15 years old" said as what they mean, "teen"."""
    return AGE.sub(lambda found: TEEN, " ".join(typed)).split()


def required_terms(
    typed: Sequence[str], said: Sequence[SynonymMatch], *, unfinished: bool
) -> list[RequiredTerm]:
    """What plain speech means, in place of its words; then each other word that carries something."""
    if one := overriding_phrases(typed, said):
        # Nothing else counts now.
        return [synonym_term(typed, each) for each in one]
    taken = {place for each in said for place in each.takes}
    rest = [(place, word) for place, word in enumerate(typed) if place not in taken]
    carrying = [each for each in rest if carries_meaning(each[1])]
    if not said:
        carrying = carrying or [each for each in rest if each[1] not in STOP] or rest
    last = len(typed) - 1
    words = [word_term(word, unfinished=unfinished and place == last) for place, word in carrying]
    return [*(synonym_term(typed, each) for each in said), *words]


def overriding_phrases(typed: Sequence[str], said: Sequence[SynonymMatch]) -> list[SynonymMatch]:
    """The sayings beside which no other word counts: a wish to die, a death in the past, a danger to life, or a crisis
    of as many words as the others."""
    if wishes := [each for each in said if is_distress(each)]:
        return wishes
    if is_mourning(typed, said):
        beside = [each for each in said if not each.synonym.crisis]
        return [each for each in beside if is_loss(each) or key_of(each.synonym.options[0]) in BESIDE_LOSS]
    if urgent := [each for each in said if each.urgent]:
        return urgent
    crisis = [each for each in said if each.synonym.crisis]
    others = [each for each in said if not is_loss(each)]
    if crisis and max(meaningful_words(typed, each) for each in crisis) >= max(
        meaningful_words(typed, each) for each in others
    ):
        return crisis
    return []


def is_loss(said: SynonymMatch) -> bool:
    return LOSS in said.synonym.options


def is_mourning(typed: Sequence[str], said: Sequence[SynonymMatch]) -> bool:
    """Whether a death in the past is spoken of, and nobody is in danger now."""
    wishes = any(is_distress(each) for each in said)
    return not wishes and any(is_loss(each) for each in said) and not DANGER & {*typed}


def name_terms(typed: Sequence[str], said: Sequence[SynonymMatch]) -> list[str]:
    """The words that a name may have: those of sayings, and each that carries something. A wish to die is no name, and
    initials of a fellowship are those of a state or a country too."""
    one = overriding_phrases(typed, said)
    silent = {place for each in said if is_silent(typed, each) for place in each.places}
    places = {place for each in one or said for place in each.places} - silent
    return [
        word
        for place, word in enumerate(typed)
        if word not in STOP and (place in places or (not one and place not in silent and word not in SOFT))
    ]


def is_silent(typed: Sequence[str], said: SynonymMatch) -> bool:
    return is_distress(said) or is_initials(typed, said)


def is_initials(typed: Sequence[str], said: SynonymMatch) -> bool:
    """Whether a fellowship was said in so few letters as states have."""
    return (
        len(said.places) == 1
        and len(typed[said.places[0]]) <= MOST_INITIALS
        and key_of(said.synonym.options[0]) == "fellowship"
    )


def synonym_term(typed: Sequence[str], said: SynonymMatch) -> RequiredTerm:
    """The words as they were typed, if nothing stood between them, or what they mean; above all the first of it, with
    the options of the same filter beside it."""
    first, last = said.places[0], said.places[-1]
    own = term_options(typed[first : last + 1]) if last - first < len(said.places) else []
    first_key = key_of(said.synonym.options[0])
    alike = itertools.takewhile(lambda option: key_of(option) == first_key, said.synonym.options)
    if is_loss(said):
        # Others who know it come before who treats it.
        groups = tuple(FacetOption("kind", kind.slug) for kind in kinds.kinds_for_support("groups"))
        return RequiredTerm((*own, *said.synonym.options), closest=groups)
    closest = () if is_initials(typed, said) else own
    return RequiredTerm((*own, *said.synonym.options), closest=(*closest, *alike))


def key_of(option: QueryOption) -> str:
    return option.key if isinstance(option, FacetOption) else ""


def meaningful_words(typed: Sequence[str], said: SynonymMatch) -> int:
    """How many of its words carry something."""
    return sum(carries_meaning(typed[place]) for place in said.places)


def word_term(word: str, *, unfinished: bool) -> RequiredTerm:
    beginning = [Term(word, prefix=True)] if unfinished and len(word) >= SHORTEST_BEGINNING else []
    return RequiredTerm((*term_options([word]), *beginning), word)


def exclusions(piece: Token, table: SynonymTable) -> list[RequiredTerm]:
    """A quoted phrase as it stands; of a word, what it means besides."""
    if piece.quoted:
        return [RequiredTerm(tuple(phrase_options(piece.words)))]
    return required_terms(piece.words, find_synonyms(piece.words, table), unfinished=False)
