"""Parse what a person typed into conditions: words, phrases, meanings of synonyms, and exclusions."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from directory.kinds.registry import kinds
from directory.search.parsing.analyzer import folded_words
from directory.search.parsing.danger_phrases import find_danger
from directory.search.parsing.parsed_query import FacetOption, ParsedQuery, QueryOption, RequiredTerm, Term
from directory.search.parsing.stop_words import SOFT_WORDS, STOP_WORDS, has_meaning
from directory.search.parsing.synonyms import (
    SynonymMatch,
    SynonymTable,
    find_synonyms,
    is_distress,
    phrase_options,
    term_options,
)

MAX_WORDS = 24
MIN_PREFIX_LENGTH = 2  # letters
# How many of the words are looked for in names to rank the results.
MAX_NAME_TERMS = 8
MAX_INITIALS = 2  # letters
GRIEF = FacetOption("concern", "grief")
# Filters that still count beside a death in the past. Who died, and of what, does not.
FILTERS_BESIDE_GRIEF = ("kind", "mode", "offers", "language", "payment", "day", "time", "when")
# With any of these words, a death may be one that somebody is in danger of now.
DANGER_WORDS = frozenset(
    """
    now die dies dying dead breathing breath unconscious wake waking pulse blue respira despierta ahora muere muriendo
    """.split()
)
TEEN = "teen"
TEEN_AGE = re.compile(
    r"\b(?:(?:im|i am|age|aged|tengo) (?:only |just |solo )?1[1-7](?: (?:years? old|yrs? old|yo|anos))?"
    r"(?! (?:days?|weeks?|months?|years?|hours?|steps?|dias|semanas|meses|anos|pasos)\b)"
    r"|1[1-7] ?(?:years? old|yrs? old|yr old|yo\b|anos de edad))(?!\w)"
)
PLAIN_SIGNS = str.maketrans(dict.fromkeys("“”„«»‟", '"') | dict.fromkeys("−–—", "-"))
QUERY_TOKEN = re.compile(r'(?<!\S)(-?)(?:"([^"]*)"?|(\S+))')


@dataclass(frozen=True, slots=True)
class Token:
    """The folded words of a text between two spaces or in quotes; `minus` says that it excludes listings."""

    words: tuple[str, ...]
    minus: bool
    quoted: bool


def parse_query(text: str, table: SynonymTable) -> ParsedQuery:
    """Return the conditions of what a person typed.

    Quoted words must stand side by side, a minus excludes, and the last word may be unfinished.
    """
    tokens = list(tokenize(text))
    positive = [token for token in tokens if not token.minus]
    typed = replace_teen_ages([word for token in positive if not token.quoted for word in token.words])
    quoted = [tuple(phrase_options(token.words)) for token in positive if token.quoted]
    matches = find_synonyms(typed, table)
    required = required_terms(typed, matches, unfinished=ends_unfinished(text))
    grief = is_about_grief(typed, matches)
    return ParsedQuery(
        required=(*required, *(RequiredTerm(options) for options in quoted)),
        excluded=tuple(term for token in tokens if token.minus for term in excluded_terms(token, table)),
        name_terms=(*(tuple(term_options([word])) for word in name_words(typed, matches)), *quoted)[
            :MAX_NAME_TERMS
        ],
        crisis=any(match.synonym.crisis for match in matches),
        grief=grief,
        danger=None if grief else find_danger(typed)[0],
    )


def included_words(text: str) -> list[str]:
    """Return the folded words of what was typed, without those after a minus."""
    return [word for token in tokenize(text) if not token.minus for word in token.words]


def tokenize(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, with `MAX_WORDS` words in all at most."""
    room = MAX_WORDS
    for minus, quotation, word in QUERY_TOKEN.findall(text.translate(PLAIN_SIGNS)):
        words = tuple(folded_words(quotation or word))[:room]
        room -= len(words)
        if words:
            yield Token(words, bool(minus), bool(quotation))


def ends_unfinished(text: str) -> bool:
    """Return whether a person may still be typing the last word."""
    return text[-1:].isalnum()


def replace_teen_ages(typed: Sequence[str]) -> list[str]:
    """Return the words with "teen" in place of ages from 11 to 17, such as "im 14" and "15 years old"."""
    return TEEN_AGE.sub(TEEN, " ".join(typed)).split()


def required_terms(
    typed: Sequence[str], matches: Sequence[SynonymMatch], *, unfinished: bool
) -> list[RequiredTerm]:
    """Return a condition for each synonym, and one for each other word that has a meaning.

    Where matches override all else, only they become conditions. Where no word has a meaning, any words will do.
    """
    if overriding := overriding_matches(typed, matches):
        return [synonym_term(typed, match) for match in overriding]
    covered = {position for match in matches for position in match.covers}
    rest = [(position, word) for position, word in enumerate(typed) if position not in covered]
    meaningful = [(position, word) for position, word in rest if has_meaning(word)]
    if not matches:
        meaningful = meaningful or [pair for pair in rest if pair[1] not in STOP_WORDS] or rest
    last = len(typed) - 1
    words = [word_term(word, unfinished=unfinished and position == last) for position, word in meaningful]
    return [*(synonym_term(typed, match) for match in matches), *words]


def overriding_matches(typed: Sequence[str], matches: Sequence[SynonymMatch]) -> list[SynonymMatch]:
    """Return the matches beside which no other word counts, or an empty list.

    In this order: a wish to die; a death in the past; a danger to life; a crisis of as many words as any other match.
    """
    if wishes := [match for match in matches if is_distress(match)]:
        return wishes
    if is_about_grief(typed, matches):
        return [match for match in matches if not match.synonym.crisis and _counts_beside_grief(match)]
    if urgent := [match for match in matches if match.urgent]:
        return urgent
    crisis = [_count_meaningful(typed, match) for match in matches if match.synonym.crisis]
    others = [_count_meaningful(typed, match) for match in matches if not _means_grief(match)]
    if crisis and max(crisis) >= max(others):
        return [match for match in matches if match.synonym.crisis]
    return []


def _means_grief(match: SynonymMatch) -> bool:
    """Return whether a death is one meaning of a match."""
    return GRIEF in match.synonym.options


def _counts_beside_grief(match: SynonymMatch) -> bool:
    """Return whether a match says what help with grief a person looks for."""
    return _means_grief(match) or _filter_key(match.synonym.options[0]) in FILTERS_BESIDE_GRIEF


def is_about_grief(typed: Sequence[str], matches: Sequence[SynonymMatch]) -> bool:
    """Return whether the words are about a death in the past, and about nobody who is in danger now."""
    wishes_to_die = any(map(is_distress, matches))
    return not wishes_to_die and any(map(_means_grief, matches)) and not DANGER_WORDS & {*typed}


def name_words(typed: Sequence[str], matches: Sequence[SynonymMatch]) -> list[str]:
    """Return the typed words that the name of a listing may have.

    These are the words of synonyms, and others with a meaning. A wish to die is in no name. The initials of a
    fellowship are left out, since states and countries have the same ones.
    """
    overriding = overriding_matches(typed, matches)
    unnamed = {
        position
        for match in matches
        if is_distress(match) or _is_initials(typed, match)
        for position in match.positions
    }
    named = {position for match in overriding or matches for position in match.positions} - unnamed
    return [
        word
        for position, word in enumerate(typed)
        if word not in STOP_WORDS
        and (position in named or (not overriding and position not in unnamed and word not in SOFT_WORDS))
    ]


def _is_initials(typed: Sequence[str], match: SynonymMatch) -> bool:
    """Return whether a match is a fellowship in as few letters as a state has."""
    return (
        len(match.positions) == 1
        and len(typed[match.positions[0]]) <= MAX_INITIALS
        and _filter_key(match.synonym.options[0]) == "fellowship"
    )


def synonym_term(typed: Sequence[str], match: SynonymMatch) -> RequiredTerm:
    """Return the condition of a match: its meanings, or its words as typed if nothing stood between them.

    Closest are the words and the first meaning, with the other options of the same filter.
    """
    first, last = match.positions[0], match.positions[-1]
    own = term_options(typed[first : last + 1]) if last - first < len(match.positions) else []
    options = match.synonym.options
    if _means_grief(match):
        # Other people who lost somebody come before treatment.
        groups = tuple(FacetOption("kind", kind.slug) for kind in kinds.kinds_for_support("groups"))
        return RequiredTerm((*own, *options), closest=groups)
    key = _filter_key(options[0])
    same_filter = itertools.takewhile(lambda option: _filter_key(option) == key, options)
    closest = () if _is_initials(typed, match) else own
    return RequiredTerm((*own, *options), closest=(*closest, *same_filter))


def _filter_key(option: QueryOption) -> str:
    """Return the key of the filter of an option; empty for words."""
    return option.key if isinstance(option, FacetOption) else ""


def _count_meaningful(typed: Sequence[str], match: SynonymMatch) -> int:
    """Return how many words of a match have a meaning by themselves."""
    return sum(has_meaning(typed[position]) for position in match.positions)


def word_term(word: str, *, unfinished: bool) -> RequiredTerm:
    """Return the condition of one word; an unfinished one may be the beginning of a longer word."""
    prefix = [Term(word, prefix=True)] if unfinished and len(word) >= MIN_PREFIX_LENGTH else []
    return RequiredTerm((*term_options([word]), *prefix), word)


def excluded_terms(token: Token, table: SynonymTable) -> list[RequiredTerm]:
    """Return the terms that a token with a minus excludes: a quoted phrase, or words and their synonyms."""
    if token.quoted:
        return [RequiredTerm(tuple(phrase_options(token.words)))]
    return required_terms(token.words, find_synonyms(token.words, table), unfinished=False)
