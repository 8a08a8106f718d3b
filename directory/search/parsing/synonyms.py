"""Plain speech, ready to be found in what was typed: phrases by their words, each with what it means.

A phrase is found when all its words were typed, in any order and with others between. Words that carry nothing by
themselves ("the", "to") need not be there. Kinds and options are found by their own names and initials too.
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
from directory.search.parsing.danger_phrases import find_danger, harmless_places
from directory.search.parsing.parsed_query import AllOf, Danger, FacetOption, Phrase, QueryOption, Term, Terms
from directory.search.parsing.spelling import WordList
from directory.search.parsing.stop_words import SOFT, STOP

if TYPE_CHECKING:
    from directory.models import SynonymEntry

LONGEST_LABEL = 5  # words
# Filters whose values are codes that nobody says.
CODED = ("language", "house")
# Filters whose labels only make sense below their headings ("In a group").
UNSAID = ("mode", "offers")
# Before the root of a Spanish word.
SPANISH_MARK = "~"


@dataclass(frozen=True, slots=True)
class Synonym:
    """A phrase as the roots of its words, what it means, closest first, and whether it may be said in a crisis."""

    roots: frozenset[str]
    options: tuple[QueryOption, ...]
    crisis: bool = False


HOSPITAL, DETOX = FacetOption("care", "hospital"), FacetOption("care", "detox")


def crisis_line_options() -> tuple[FacetOption, ...]:
    """Return the options that ask for lines to call in a crisis."""
    return tuple(FacetOption("kind", slug) for slug in kinds.crisis_line_slugs())


def distress_synonym() -> Synonym:
    """Return what the wish to die means: lines to call."""
    return Synonym(frozenset(), crisis_line_options(), crisis=True)


def emergency_options(danger: Danger) -> tuple[QueryOption, ...]:
    """Return what helps where a life may be in danger; empty for a danger that is no emergency.

    This stands in the code so that no edit of the table of synonyms can remove it. The search also finds what the table
    says about the same words.
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


Entry = tuple[frozenset[str], list[QueryOption], bool]


@dataclass(frozen=True, eq=False)
class SynonymTable:
    """All that is understood: sayings by one of their roots, and phrases in order, each with the first of its entry.
    What may be said in a crisis is not among the phrases: it is never suggested. No two tables are equal."""

    synonyms: Mapping[str, Sequence[Synonym]] = field(default_factory=dict)
    phrases: Sequence[tuple[str, str]] = ()
    known: WordList = field(default_factory=WordList)
    """The words of all of it, and of the guides; none of them is a typing error."""
    entries: Sequence[tuple[str, ...]] = ()
    """The language of each entry, then its phrases; the first is its name."""
    alone: frozenset[str] = frozenset()
    """Words that carry nothing elsewhere, but are a phrase of their own here."""

    def completions(self, text: str) -> list[str]:
        """The entries with a phrase that begins with these folded words, each by its first phrase."""
        start = bisect_left(self.phrases, (text, ""))
        going_on = itertools.takewhile(lambda pair: pair[0].startswith(text), self.phrases[start:])
        return list(dict.fromkeys(name for _phrase, name in going_on))

    def similar_words(self, word: str, slips: int = 1) -> set[str]:
        """Return the words of plain speech that may be meant by one with so many slips, itself where it is one."""
        return self.known.alike(word, slips)


EMPTY_TABLE = SynonymTable()


def build_table(rows: "Iterable[SynonymEntry]") -> SynonymTable:
    """From the rows of `PlainSpeech`, and the names of kinds and options in each language of the site."""
    rows = list(rows)
    merged: defaultdict[frozenset[str], list[Synonym]] = defaultdict(list)
    for saying in (*synonyms_of_rows(rows), *synonyms_of_languages()):
        merged[saying.roots].append(saying)
    table: defaultdict[str, list[Synonym]] = defaultdict(list)
    for roots, alike in merged.items():
        # Under its longest root, which is the rarest by and large.
        table[max(roots, key=lambda each: (len(each), each))].append(merge_synonyms(alike))
    spoken = [(" ".join(folded_words(phrase)), row) for row in rows for phrase in row.phrases]
    return SynonymTable(
        synonyms=table,
        phrases=sorted((phrase, str(row)) for phrase, row in spoken if not row.crisis),
        known=WordList(_known_words(phrase for phrase, _row in spoken)),
        entries=[(row.language, *row.phrases) for row in rows],
        alone=frozenset(phrase for phrase, _row in spoken if not carries_meaning(phrase)),
    )


def _known_words(phrases: Iterable[str]) -> set[str]:
    """Return the words of these folded phrases, of kinds and options, of dangers, and of what guides are found by."""
    languages = [language for language, _name in settings.LANGUAGES]
    texts = [text for language in languages for guide in guides(language).values() for text in guide.phrases]
    for language in languages:
        with translation.override(language):
            texts += [text for text, _facet in vocabulary_labels()]
    found = {word for phrase in phrases for word in phrase.split()}
    return (
        found
        | {word for text in texts for word in folded_words(text)}
        | crisis_phrases.WORDS
        | danger_phrases.WORDS
    )


def merge_synonyms(alike: Sequence[Synonym]) -> Synonym:
    """Sayings of the same words as one that means all that they mean."""
    options = dict.fromkeys(option for saying in alike for option in saying.options)
    return Synonym(alike[0].roots, tuple(options), any(saying.crisis for saying in alike))


def synonyms_of_rows(rows: "Iterable[SynonymEntry]") -> Iterator[Synonym]:
    for row in rows:
        options = tuple(option for meaning in row.meanings for option in parse_meaning(meaning))
        for phrase in row.phrases:
            roots = required_roots(phrase, row.language)
            if roots and options:
                yield Synonym(roots, options, row.crisis)


def synonyms_of_languages() -> Iterator[Synonym]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for text, facet in vocabulary_labels():
                roots = required_roots(text, language)
                if 0 < len(roots) <= LONGEST_LABEL:
                    yield Synonym(roots, (facet,))


def vocabulary_labels() -> Iterator[tuple[str, FacetOption]]:
    """Options are found by their labels and by their own values, which are the initials people say."""
    for kind in kinds.values():
        yield str(kind.name), FacetOption("kind", kind.slug)
        yield str(kind.plural), FacetOption("kind", kind.slug)
    for key, each in all_filters().items():
        if isinstance(each, ChoiceFilter) and key not in UNSAID:
            for value, label in each.options:
                yield "" if key in CODED else value, FacetOption(key, value)
                yield str(label).partition("(")[0], FacetOption(key, value)


def required_roots(phrase: str, language: str) -> frozenset[str]:
    """The roots of the words that must have been typed: all of them where the rest would say nothing ("in person")."""
    found = folded_words(phrase)
    rest = [word for word in found if word not in STOP]
    says_something = any(word not in SOFT for word in rest)
    return frozenset(root_of(word, language) for word in (rest if says_something or not rest else found))


def root_of(word: str, language: str) -> str:
    """In English the stem. Spanish stems are short, and English has many words that would pass for them, so that a
    Spanish word is only freed of its last vowel and s ("grupos", "adicta"), and marked."""
    if language != "es":
        return stem_word(word, "en")
    bare = word.removesuffix("s").removesuffix("e") if word.endswith("es") else word.removesuffix("s")
    return SPANISH_MARK + (bare[:-1] if bare[-1:] in ("a", "o") else bare)


def parse_meaning(meaning: str) -> list[QueryOption]:
    """Return "concern=opioids" as a facet, "kind=therapists & mode=online" as facets that must all hold, and anything
    else as words to look for. Nothing is returned where no filter has an option."""
    if "=" not in meaning:
        return phrase_options(folded_words(meaning))
    if not are_known_options(meaning):
        return []
    facets = tuple(FacetOption(*part.strip().split("=", 1)) for part in meaning.split(OPTION_SEPARATOR))
    return [AllOf(facets) if len(facets) > 1 else facets[0]]


def term_options(found: Sequence[str]) -> list[QueryOption]:
    """The words themselves, in texts of any language."""
    if len(found) == 1:
        return [Term(each) for each in possible_stems(found[0])]
    return [Terms(each) for each in stems_by_language(found)]


def phrase_options(found: Sequence[str]) -> list[QueryOption]:
    """The words as they stand, side by side."""
    return [Phrase(each) for each in stems_by_language(found)] if len(found) > 1 else term_options(found)


def stems_by_language(found: Sequence[str]) -> list[tuple[str, ...]]:
    each = (tuple(stem_word(word, language) for word in found) for language in ("en", "es"))
    return list(dict.fromkeys(each)) if found else []


@dataclass(frozen=True, slots=True)
class SynonymMatch:
    """A saying, the places of its words among those typed, and all places that it accounts for."""

    synonym: Synonym
    places: tuple[int, ...]
    takes: frozenset[int]
    urgent: bool = False
    """Whether nothing else that was said counts beside it: a life may be in danger."""


def is_distress(match: SynonymMatch) -> bool:
    """Return whether the match is the wish to die."""
    return match.synonym == distress_synonym()


def find_synonyms(typed: Sequence[str], table: SynonymTable) -> list[SynonymMatch]:
    """Which sayings are among the typed words; no word counts twice. Not wanting to live comes before all else; then
    those with the most words, and of equals the one that was typed closest together."""
    chosen = _sayings_in(typed, table)
    if any(each.synonym.crisis for each in chosen) and (calm := harmless_places(typed)):
        chosen = [_without_alarm(each) if calm.issuperset(each.places) else each for each in chosen]
    found, places = find_danger(typed)
    if found and emergency_options(found):
        chosen.append(_emergency(found, places, chosen))
    return chosen


def _without_alarm(said: SynonymMatch) -> SynonymMatch:
    return replace(said, synonym=replace(said.synonym, crisis=False))


def _emergency(found: Danger, places: tuple[int, ...], others: Sequence[SynonymMatch]) -> SynonymMatch:
    """Return the saying of a danger to life, with what the table says of most of its words."""
    same = max(others, key=lambda each: len({*each.places} & {*places}), default=None)
    more = same.synonym.options if same and {*same.places} & {*places} else ()
    options = tuple(dict.fromkeys((*emergency_options(found), *more)))
    return SynonymMatch(Synonym(frozenset(), options, crisis=True), places, frozenset(places), urgent=True)


def _sayings_in(typed: Sequence[str], table: SynonymTable) -> list[SynonymMatch]:
    """Return the wish to die and the sayings of the table that are among the typed words."""
    spoken = [frozenset(root_of(word, language) for language in ("en", "es")) for word in typed]
    # A word that carries nothing is no saying by itself: "for" has the root of "foro", "over" that of "overeating".
    alone = [
        roots if carries_meaning(word) or word in table.alone else frozenset[str]()
        for word, roots in zip(typed, spoken, strict=True)
    ]
    found = sorted(
        candidates(spoken, alone, table), key=lambda each: (-len(each[1]), span_length(each[1]), each[1])
    )
    taken = frozenset(crisis_phrases.crisis_positions(typed))
    chosen = [SynonymMatch(distress_synonym(), tuple(sorted(taken)), taken)] if taken else []
    for saying, _places in found:
        if places := positions_of(saying.roots, alone if len(saying.roots) == 1 else spoken, taken):
            # The same words may be a saying in both languages.
            same = merge_synonyms([saying, *(other for other, others in found if others == places)])
            # "my son uses": "my son" and "son uses" mean the same, and take all three words together.
            alike = (
                more for other, more in found if other.options[0] == saying.options[0] and {*more} & {*places}
            )
            takes = frozenset(places).union(*alike)
            chosen.append(SynonymMatch(same, places, takes - taken))
            taken |= takes
    return chosen


def candidates(
    spoken: Sequence[frozenset[str]], alone: Sequence[frozenset[str]], table: SynonymTable
) -> list[tuple[Synonym, tuple[int, ...]]]:
    """Return the sayings whose roots are all among the typed words, each with its places. `alone` are the roots that
    may be a saying by themselves."""
    every = frozenset().union(*spoken)
    return [
        (saying, places)
        for each in sorted(every)
        for saying in table.synonyms.get(each, ())
        if saying.roots <= every
        and (places := positions_of(saying.roots, alone if len(saying.roots) == 1 else spoken, ()))
    ]


def carries_meaning(word: str) -> bool:
    """Return whether a word says something by itself."""
    return word not in STOP and word not in SOFT


def positions_of(
    wanted: frozenset[str], spoken: Sequence[frozenset[str]], taken: Collection[int]
) -> tuple[int, ...]:
    """Where each of the roots was typed; empty when one of them was not."""
    places: list[int] = []
    for each in sorted(wanted):
        free = (n for n, roots in enumerate(spoken) if each in roots and n not in taken and n not in places)
        place = next(free, None)
        if place is None:
            return ()
        places.append(place)
    return tuple(sorted(places))


def span_length(places: Sequence[int]) -> int:
    return places[-1] - places[0]
