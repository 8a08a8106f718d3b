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
from directory.search.filter_registry import AND, all_filters, is_known
from directory.search.filters import ChoiceFilter
from directory.search.parsing import crisis_phrases, danger_phrases
from directory.search.parsing.analyzer import stem, stems, words
from directory.search.parsing.danger_phrases import find_danger, harmless_places
from directory.search.parsing.parsed_query import AllOf, Danger, Facet, Option, Phrase, Term, Terms
from directory.search.parsing.spelling import WordList
from directory.search.parsing.stop_words import SOFT, STOP

if TYPE_CHECKING:
    from directory.models import PlainSpeech

LONGEST_LABEL = 5  # words
# Filters whose values are codes that nobody says.
CODED = ("language", "house")
# Filters whose labels only make sense below their headings ("In a group").
UNSAID = ("mode", "offers")
# Before the root of a Spanish word.
MARK = "~"


@dataclass(frozen=True, slots=True)
class Saying:
    """A phrase as the roots of its words, what it means, closest first, and whether it may be said in a crisis."""

    roots: frozenset[str]
    options: tuple[Option, ...]
    crisis: bool = False


LINES, HOSPITAL, DETOX = Facet("kind", "hotlines"), Facet("care", "hospital"), Facet("care", "detox")
DISTRESS = Saying(frozenset(), (LINES,), crisis=True)
# What helps where a life may be in danger. The program says so, so that no edit of the table can take it out; what the
# table says of the same words is found beside it.
EMERGENCY = {
    Danger.OVERDOSE: (Term(stem("overdose")), Facet("medication", "naloxone"), LINES, HOSPITAL),
    Danger.POISONING: (Term(stem("poison")), LINES, HOSPITAL),
    Danger.SEIZURE: (HOSPITAL, DETOX, LINES),
}

Entry = tuple[frozenset[str], list[Option], bool]


@dataclass(frozen=True, eq=False)
class Table:
    """All that is understood: sayings by one of their roots, and phrases in order, each with the first of its entry.
    What may be said in a crisis is not among the phrases: it is never suggested. No two tables are equal."""

    sayings: Mapping[str, Sequence[Saying]] = field(default_factory=dict)
    phrases: Sequence[tuple[str, str]] = ()
    known: WordList = field(default_factory=WordList)
    """The words of all of it, and of the guides; none of them is a typing error."""
    entries: Sequence[tuple[str, ...]] = ()
    """The language of each entry, then its phrases; the first is its name."""
    alone: frozenset[str] = frozenset()
    """Words that carry nothing elsewhere, but are a phrase of their own here."""

    def beginning(self, text: str) -> list[str]:
        """The entries with a phrase that begins with these folded words, each by its first phrase."""
        start = bisect_left(self.phrases, (text, ""))
        going_on = itertools.takewhile(lambda pair: pair[0].startswith(text), self.phrases[start:])
        return list(dict.fromkeys(name for _phrase, name in going_on))

    def alike(self, word: str, slips: int = 1) -> set[str]:
        """Return the words of plain speech that may be meant by one with so many slips, itself where it is one."""
        return self.known.alike(word, slips)


NOTHING = Table()


def build(rows: "Iterable[PlainSpeech]") -> Table:
    """From the rows of `PlainSpeech`, and the names of kinds and options in each language of the site."""
    rows = list(rows)
    merged: defaultdict[frozenset[str], list[Saying]] = defaultdict(list)
    for saying in (*of_rows(rows), *of_languages()):
        merged[saying.roots].append(saying)
    table: defaultdict[str, list[Saying]] = defaultdict(list)
    for roots, alike in merged.items():
        # Under its longest root, which is the rarest by and large.
        table[max(roots, key=lambda each: (len(each), each))].append(joined(alike))
    spoken = [(" ".join(words(phrase)), row) for row in rows for phrase in row.phrases]
    return Table(
        sayings=table,
        phrases=sorted((phrase, str(row)) for phrase, row in spoken if not row.crisis),
        known=WordList(_known_words(phrase for phrase, _row in spoken)),
        entries=[(row.language, *row.phrases) for row in rows],
        alone=frozenset(phrase for phrase, _row in spoken if not carries(phrase)),
    )


def _known_words(phrases: Iterable[str]) -> set[str]:
    """Return the words of these folded phrases, of kinds and options, of dangers, and of what guides are found by."""
    languages = [language for language, _name in settings.LANGUAGES]
    texts = [text for language in languages for guide in guides(language).values() for text in guide.phrases]
    for language in languages:
        with translation.override(language):
            texts += [text for text, _facet in of_vocabulary()]
    found = {word for phrase in phrases for word in phrase.split()}
    return (
        found | {word for text in texts for word in words(text)} | crisis_phrases.WORDS | danger_phrases.WORDS
    )


def joined(alike: Sequence[Saying]) -> Saying:
    """Sayings of the same words as one that means all that they mean."""
    options = dict.fromkeys(option for saying in alike for option in saying.options)
    return Saying(alike[0].roots, tuple(options), any(saying.crisis for saying in alike))


def of_rows(rows: "Iterable[PlainSpeech]") -> Iterator[Saying]:
    for row in rows:
        options = tuple(option for meaning in row.meanings for option in meant(meaning))
        for phrase in row.phrases:
            roots = carrying(phrase, row.language)
            if roots and options:
                yield Saying(roots, options, row.crisis)


def of_languages() -> Iterator[Saying]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for text, facet in of_vocabulary():
                roots = carrying(text, language)
                if 0 < len(roots) <= LONGEST_LABEL:
                    yield Saying(roots, (facet,))


def of_vocabulary() -> Iterator[tuple[str, Facet]]:
    """Options are found by their labels and by their own values, which are the initials people say."""
    for kind in kinds.values():
        yield str(kind.name), Facet("kind", kind.slug)
        yield str(kind.plural), Facet("kind", kind.slug)
    for key, each in all_filters().items():
        if isinstance(each, ChoiceFilter) and key not in UNSAID:
            for value, label in each.options:
                yield "" if key in CODED else value, Facet(key, value)
                yield str(label).partition("(")[0], Facet(key, value)


def carrying(phrase: str, language: str) -> frozenset[str]:
    """The roots of the words that must have been typed: all of them where the rest would say nothing ("in person")."""
    found = words(phrase)
    rest = [word for word in found if word not in STOP]
    says_something = any(word not in SOFT for word in rest)
    return frozenset(root(word, language) for word in (rest if says_something or not rest else found))


def root(word: str, language: str) -> str:
    """In English the stem. Spanish stems are short, and English has many words that would pass for them, so that a
    Spanish word is only freed of its last vowel and s ("grupos", "adicta"), and marked."""
    if language != "es":
        return stem(word, "en")
    bare = word.removesuffix("s").removesuffix("e") if word.endswith("es") else word.removesuffix("s")
    return MARK + (bare[:-1] if bare[-1:] in ("a", "o") else bare)


def meant(meaning: str) -> list[Option]:
    """Return "concern=opioids" as a facet, "kind=therapists & mode=online" as facets that must all hold, and anything
    else as words to look for. Nothing is returned where no filter has an option."""
    if "=" not in meaning:
        return quoted(words(meaning))
    if not is_known(meaning):
        return []
    facets = tuple(Facet(*part.strip().split("=", 1)) for part in meaning.split(AND))
    return [AllOf(facets) if len(facets) > 1 else facets[0]]


def literal(found: Sequence[str]) -> list[Option]:
    """The words themselves, in texts of any language."""
    if len(found) == 1:
        return [Term(each) for each in stems(found[0])]
    return [Terms(each) for each in in_languages(found)]


def quoted(found: Sequence[str]) -> list[Option]:
    """The words as they stand, side by side."""
    return [Phrase(each) for each in in_languages(found)] if len(found) > 1 else literal(found)


def in_languages(found: Sequence[str]) -> list[tuple[str, ...]]:
    each = (tuple(stem(word, language) for word in found) for language in ("en", "es"))
    return list(dict.fromkeys(each)) if found else []


@dataclass(frozen=True, slots=True)
class Said:
    """A saying, the places of its words among those typed, and all places that it accounts for."""

    saying: Saying
    places: tuple[int, ...]
    takes: frozenset[int]
    urgent: bool = False
    """Whether nothing else that was said counts beside it: a life may be in danger."""


def sayings(typed: Sequence[str], table: Table) -> list[Said]:
    """Which sayings are among the typed words; no word counts twice. Not wanting to live comes before all else; then
    those with the most words, and of equals the one that was typed closest together."""
    chosen = _sayings_in(typed, table)
    if any(each.saying.crisis for each in chosen) and (calm := harmless_places(typed)):
        chosen = [_without_alarm(each) if calm.issuperset(each.places) else each for each in chosen]
    found, places = find_danger(typed)
    if found in EMERGENCY:
        chosen.append(_emergency(found, places, chosen))
    return chosen


def _without_alarm(said: Said) -> Said:
    return replace(said, saying=replace(said.saying, crisis=False))


def _emergency(found: Danger, places: tuple[int, ...], others: Sequence[Said]) -> Said:
    """Return the saying of a danger to life, with what the table says of most of its words."""
    same = max(others, key=lambda each: len({*each.places} & {*places}), default=None)
    more = same.saying.options if same and {*same.places} & {*places} else ()
    options = tuple(dict.fromkeys((*EMERGENCY[found], *more)))
    return Said(Saying(frozenset(), options, crisis=True), places, frozenset(places), urgent=True)


def _sayings_in(typed: Sequence[str], table: Table) -> list[Said]:
    """Return the wish to die and the sayings of the table that are among the typed words."""
    spoken = [frozenset(root(word, language) for language in ("en", "es")) for word in typed]
    # A word that carries nothing is no saying by itself: "for" has the root of "foro", "over" that of "overeating".
    alone = [
        roots if carries(word) or word in table.alone else frozenset[str]()
        for word, roots in zip(typed, spoken, strict=True)
    ]
    found = sorted(
        candidates(spoken, alone, table), key=lambda each: (-len(each[1]), spread(each[1]), each[1])
    )
    taken = frozenset(crisis_phrases.places(typed))
    chosen = [Said(DISTRESS, tuple(sorted(taken)), taken)] if taken else []
    for saying, _places in found:
        if places := placed(saying.roots, alone if len(saying.roots) == 1 else spoken, taken):
            # The same words may be a saying in both languages.
            same = joined([saying, *(other for other, others in found if others == places)])
            # "my son uses": "my son" and "son uses" mean the same, and take all three words together.
            alike = (
                more for other, more in found if other.options[0] == saying.options[0] and {*more} & {*places}
            )
            takes = frozenset(places).union(*alike)
            chosen.append(Said(same, places, takes - taken))
            taken |= takes
    return chosen


def candidates(
    spoken: Sequence[frozenset[str]], alone: Sequence[frozenset[str]], table: Table
) -> list[tuple[Saying, tuple[int, ...]]]:
    """Return the sayings whose roots are all among the typed words, each with its places. `alone` are the roots that
    may be a saying by themselves."""
    every = frozenset().union(*spoken)
    return [
        (saying, places)
        for each in sorted(every)
        for saying in table.sayings.get(each, ())
        if saying.roots <= every
        and (places := placed(saying.roots, alone if len(saying.roots) == 1 else spoken, ()))
    ]


def carries(word: str) -> bool:
    """Return whether a word says something by itself."""
    return word not in STOP and word not in SOFT


def placed(
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


def spread(places: Sequence[int]) -> int:
    return places[-1] - places[0]
