"""Synonyms: phrases that people type, and what each means here.

A phrase is found when all its words were typed, in any order and with other words between. Words without meaning of
their own ("the", "to") need not be typed. Kinds and options of filters are found by their names and initials too.
"""

import itertools
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation

from directory.guides.parser import guides
from directory.kinds.registry import kinds
from directory.search.filter_registry import OPTION_SEPARATOR, all_filters, are_known_options
from directory.search.filters import ChoiceFilter
from directory.search.parsing import crisis_phrases, danger_phrases
from directory.search.parsing.analyzer import folded_words, possible_stems, stem_word
from directory.search.parsing.danger_phrases import find_danger, harmless_positions
from directory.search.parsing.parsed_query import (
    AllOf,
    Danger,
    FacetOption,
    NameTerms,
    Phrase,
    QueryOption,
    Term,
)
from directory.search.parsing.spelling import WordList
from directory.search.parsing.stop_words import SOFT_WORDS, STOP_WORDS, has_meaning

if TYPE_CHECKING:
    from directory.models import SynonymEntry

MAX_LABEL_WORDS = 5
# Filters whose values are codes that nobody types.
CODED_FILTERS = ("language", "house")
# Filters whose labels make sense below their headings only ("In a group").
UNNAMED_FILTERS = ("mode", "offers")
# Stands before the root of a Spanish word.
SPANISH_MARK = "~"


@dataclass(frozen=True, slots=True)
class Synonym:
    """The roots of a phrase, what it means, closest first, and whether people type it in a crisis."""

    roots: frozenset[str]
    options: tuple[QueryOption, ...]
    crisis: bool = False


HOSPITAL, DETOX = FacetOption("care", "hospital"), FacetOption("care", "detox")


def crisis_line_options() -> tuple[FacetOption, ...]:
    """Return the options that ask for lines to call in a crisis."""
    return tuple(FacetOption("kind", slug) for slug in kinds.crisis_line_slugs())


def distress_synonym() -> Synonym:
    """Return the synonym for phrases that say a wish to die; it means crisis lines."""
    return Synonym(frozenset(), crisis_line_options(), crisis=True)


def emergency_options(danger: Danger) -> tuple[QueryOption, ...]:
    """Return the query options that the search adds where a life may be in danger, such as crisis lines.

    There are none for a danger that is no emergency. The options are code, so that no edit of the synonyms removes
    them. The search also finds what the table says about the same words.
    """
    lines = crisis_line_options()
    options: dict[Danger, tuple[QueryOption, ...]] = {
        Danger.OVERDOSE: (
            Term(stem_word("overdose")), FacetOption("medication", "naloxone"), *lines, HOSPITAL
        ),
        Danger.POISONING: (Term(stem_word("poison")), *lines, HOSPITAL),
        Danger.SEIZURE: (HOSPITAL, DETOX, *lines),
    }  # fmt: skip
    return options.get(danger, ())


@dataclass(frozen=True, eq=False)
class SynonymTable:
    """All synonyms, ready for lookup. No two tables are equal, so that a table can be a cache key."""

    by_root: Mapping[str, Sequence[Synonym]] = field(default_factory=dict)
    """Synonyms by one of their roots."""
    phrases: Sequence[tuple[str, str]] = ()
    """Folded phrases in order, each with the first phrase of its entry. Those of a crisis are never suggested."""
    known: WordList = field(default_factory=WordList)
    """The words of all phrases and of the guides. None of them counts as a typing error."""
    entries: Sequence[tuple[str, ...]] = ()
    """The language of each entry, then its phrases, of which the first is its name."""
    standalone: frozenset[str] = frozenset()
    """Words that have no meaning elsewhere, but are a phrase of their own here."""

    def completions(self, text: str) -> list[str]:
        """Return the names of the entries with a phrase that begins with these folded words."""
        start = bisect_left(self.phrases, (text, ""))
        matching = itertools.takewhile(lambda pair: pair[0].startswith(text), self.phrases[start:])
        return list(dict.fromkeys(name for _phrase, name in matching))

    def similar_words(self, word: str, errors: int = 1) -> set[str]:
        """Return the known words that may be meant by one with so many errors, and the word itself if it is known."""
        return self.known.similar_words(word, errors)


EMPTY_TABLE = SynonymTable()


def load_synonym_table() -> SynonymTable:
    """Return the table of all entries that are in use, from the database."""
    from directory.models import SynonymEntry

    return build_table(SynonymEntry.objects.in_use())


def build_table(rows: "Iterable[SynonymEntry]") -> SynonymTable:
    """Return the table of these entries, and of the names of kinds and options in each language of the site."""
    rows = list(rows)
    by_roots: defaultdict[frozenset[str], list[Synonym]] = defaultdict(list)
    for synonym in (*synonyms_of_rows(rows), *synonyms_of_vocabulary()):
        by_roots[synonym.roots].append(synonym)
    by_root: defaultdict[str, list[Synonym]] = defaultdict(list)
    for roots, same in by_roots.items():
        # The longest root is the rarest in most cases, so that few synonyms share it.
        by_root[max(roots, key=lambda root: (len(root), root))].append(merge_synonyms(same))
    phrases = [(" ".join(folded_words(phrase)), row) for row in rows for phrase in row.phrase_list]
    return SynonymTable(
        by_root=by_root,
        phrases=sorted((phrase, str(row)) for phrase, row in phrases if not row.crisis),
        known=WordList(_known_words(phrase for phrase, _row in phrases)),
        entries=[(row.language, *row.phrase_list) for row in rows],
        standalone=frozenset(phrase for phrase, _row in phrases if not has_meaning(phrase)),
    )


def _known_words(phrases: Iterable[str]) -> set[str]:
    """Return the words of these folded phrases, of kinds and options, of dangers, and of the phrases of guides."""
    languages = [language for language, _name in settings.LANGUAGES]
    texts = [text for language in languages for guide in guides(language).values() for text in guide.phrases]
    for language in languages:
        with translation.override(language):
            texts += [text for text, _option in vocabulary_labels()]
    return (
        {word for phrase in phrases for word in phrase.split()}
        | {word for text in texts for word in folded_words(text)}
        | crisis_phrases.KNOWN_WORDS
        | danger_phrases.KNOWN_WORDS
    )


def merge_synonyms(same: Sequence[Synonym]) -> Synonym:
    """Return one synonym with all meanings of synonyms that have the same roots."""
    options = dict.fromkeys(option for synonym in same for option in synonym.options)
    return Synonym(same[0].roots, tuple(options), any(synonym.crisis for synonym in same))


def synonyms_of_rows(rows: "Iterable[SynonymEntry]") -> Iterator[Synonym]:
    """Yield a synonym for each phrase of these entries that has a meaning here."""
    for row in rows:
        options = tuple(option for meaning in row.meaning_list for option in parse_meaning(meaning))
        for phrase in row.phrase_list:
            roots = required_roots(phrase, row.language)
            if roots and options:
                yield Synonym(roots, options, row.crisis)


def synonyms_of_vocabulary() -> Iterator[Synonym]:
    """Yield a synonym for each name of a kind or an option, in each language of the site."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for text, option in vocabulary_labels():
                roots = required_roots(text, language)
                if 0 < len(roots) <= MAX_LABEL_WORDS:
                    yield Synonym(roots, (option,))


def vocabulary_labels() -> Iterator[tuple[str, FacetOption]]:
    """Yield the names of kinds, and the labels and values of options, in the active language.

    Values are the initials that people use ("aa", "cbt").
    """
    for kind in kinds.values():
        yield str(kind.name), FacetOption("kind", kind.slug)
        yield str(kind.plural), FacetOption("kind", kind.slug)
    for key, choice_filter in all_filters().items():
        if isinstance(choice_filter, ChoiceFilter) and key not in UNNAMED_FILTERS:
            for value, label in choice_filter.options:
                yield "" if key in CODED_FILTERS else value, FacetOption(key, value)
                yield str(label).partition("(")[0], FacetOption(key, value)


def required_roots(phrase: str, language: str) -> frozenset[str]:
    """Return the roots of the words that must be typed to match a phrase.

    Stop words need not be typed, unless the other words have no meaning without them ("in person").
    """
    words = folded_words(phrase)
    rest = [word for word in words if word not in STOP_WORDS]
    has_content = any(word not in SOFT_WORDS for word in rest)
    return frozenset(word_root(word, language) for word in (rest if has_content or not rest else words))


def word_root(word: str, language: str) -> str:
    """Return the root of a word, by which a typed word and a word of a phrase are compared.

    In English it is the stem. Spanish stems are short, and many English words would match them. A Spanish word only
    loses its last vowel and its plural s ("grupos", "adicta"), and gets a mark.
    """
    if language != "es":
        return stem_word(word, "en")
    singular = word.removesuffix("s").removesuffix("e") if word.endswith("es") else word.removesuffix("s")
    return SPANISH_MARK + (singular[:-1] if singular[-1:] in ("a", "o") else singular)


def parse_meaning(meaning: str) -> list[QueryOption]:
    """Return the options of one meaning of an entry.

    "concern=opioids" is an option of a filter, "kind=therapists & mode=online" are options that must all hold, and
    anything else is words to search for. Nothing is returned for an option that no filter has.
    """
    if "=" not in meaning:
        return phrase_options(folded_words(meaning))
    if not are_known_options(meaning):
        return []
    options = tuple(FacetOption(*part.strip().split("=", 1)) for part in meaning.split(OPTION_SEPARATOR))
    return [AllOf(options) if len(options) > 1 else options[0]]


def term_options(words: Sequence[str]) -> list[QueryOption]:
    """Return options for one word in any text, or for several words in a name, in any language."""
    if len(words) == 1:
        return [Term(stem) for stem in possible_stems(words[0])]
    return [NameTerms(stems) for stems in _stems_by_language(words)]


def phrase_options(words: Sequence[str]) -> list[QueryOption]:
    """Return options for words side by side, in texts of any language."""
    return [Phrase(stems) for stems in _stems_by_language(words)] if len(words) > 1 else term_options(words)


def _stems_by_language(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the stems of these words in each language, without repetition."""
    stems = (tuple(stem_word(word, language) for word in words) for language in ("en", "es"))
    return list(dict.fromkeys(stems)) if words else []


@dataclass(frozen=True, slots=True)
class SynonymMatch:
    """A synonym among the typed words.

    `positions` are those of its own words, `covers` those of all words that it accounts for. With `urgent`, a life may
    be in danger, and no other match counts beside it.
    """

    synonym: Synonym
    positions: tuple[int, ...]
    covers: frozenset[int]
    urgent: bool = False


def is_distress(match: SynonymMatch) -> bool:
    """Return whether the match is a wish to die."""
    return match.synonym == distress_synonym()


def find_synonyms(typed: Sequence[str], table: SynonymTable) -> list[SynonymMatch]:
    """Return the synonyms among the typed words; no word counts for two.

    A wish to die comes first. Then longer phrases come before shorter ones, and of equally long ones the one whose
    words stand closest together.
    """
    matches = _table_matches(typed, table)
    if any(match.synonym.crisis for match in matches) and (harmless := harmless_positions(typed)):
        matches = [
            _without_crisis(match) if harmless.issuperset(match.positions) else match for match in matches
        ]
    danger, positions = find_danger(typed)
    if danger and emergency_options(danger):
        matches.append(_emergency_match(danger, positions, matches))
    return matches


def _without_crisis(match: SynonymMatch) -> SynonymMatch:
    """Return a copy of a match without the mark that people type its phrase in a crisis."""
    return replace(match, synonym=replace(match.synonym, crisis=False))


def _emergency_match(
    danger: Danger, positions: tuple[int, ...], others: Sequence[SynonymMatch]
) -> SynonymMatch:
    """Return the match of a danger to life, with the meanings of the match that shares the most words with it."""
    nearest = max(others, key=lambda match: len({*match.positions} & {*positions}), default=None)
    more = nearest.synonym.options if nearest and {*nearest.positions} & {*positions} else ()
    options = tuple(dict.fromkeys((*emergency_options(danger), *more)))
    return SynonymMatch(
        Synonym(frozenset(), options, crisis=True), positions, frozenset(positions), urgent=True
    )


def _table_matches(typed: Sequence[str], table: SynonymTable) -> list[SynonymMatch]:
    """Return the wish to die and the synonyms of the table that are among the typed words."""
    roots = [frozenset(word_root(word, language) for language in ("en", "es")) for word in typed]
    # A word without meaning is no synonym by itself: "for" has the root of "foro", "over" that of "overeating".
    standalone = [
        word_roots if has_meaning(word) or word in table.standalone else frozenset[str]()
        for word, word_roots in zip(typed, roots, strict=True)
    ]
    candidates = sorted(
        _candidates(roots, standalone, table), key=lambda pair: (-len(pair[1]), _span(pair[1]), pair[1])
    )
    taken = frozenset(crisis_phrases.crisis_positions(typed))
    matches = [SynonymMatch(distress_synonym(), tuple(sorted(taken)), taken)] if taken else []
    for synonym, _positions in candidates:
        if positions := _positions_of(synonym.roots, standalone if len(synonym.roots) == 1 else roots, taken):
            # The same words may be a synonym in both languages.
            merged = merge_synonyms(
                [synonym, *(other for other, others in candidates if others == positions)]
            )
            # "my son uses": "my son" and "son uses" mean the same, and cover all three words together.
            overlapping = (
                others
                for other, others in candidates
                if other.options[0] == synonym.options[0] and {*others} & {*positions}
            )
            covers = frozenset(positions).union(*overlapping)
            matches.append(SynonymMatch(merged, positions, covers - taken))
            taken |= covers
    return matches


def _candidates(
    roots: Sequence[frozenset[str]], standalone: Sequence[frozenset[str]], table: SynonymTable
) -> list[tuple[Synonym, tuple[int, ...]]]:
    """Return the synonyms whose roots were all typed, each with the positions of its words.

    `roots` are those of each typed word; `standalone` are those that may be a synonym of one word.
    """
    typed_roots = frozenset().union(*roots)
    return [
        (synonym, positions)
        for root in sorted(typed_roots)
        for synonym in table.by_root.get(root, ())
        if synonym.roots <= typed_roots
        and (positions := _positions_of(synonym.roots, standalone if len(synonym.roots) == 1 else roots, ()))
    ]


def _positions_of(
    wanted: frozenset[str], roots: Sequence[frozenset[str]], taken: Collection[int]
) -> tuple[int, ...]:
    """Return the position of a typed word for each wanted root; empty when one of them was not typed."""
    positions: list[int] = []
    for root in sorted(wanted):
        free = (n for n, known in enumerate(roots) if root in known and n not in taken and n not in positions)
        position = next(free, None)
        if position is None:
            return ()
        positions.append(position)
    return tuple(sorted(positions))


def _span(positions: Sequence[int]) -> int:
    """Return the distance from the first to the last position."""
    return positions[-1] - positions[0]
