"""Plain speech, ready to be found in what was typed: phrases by their words, each with what it means.

A phrase is found when all its words were typed, in any order and with others between. Words that carry nothing by
themselves ("the", "to") need not be there. Kinds and options are found by their own names and initials too.
"""

import itertools
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation

from directory.search.folding import stem, stems, words
from directory.search.stop_words import SOFT, STOP
from directory.search.wording import Facet, Option, Phrase, Term

if TYPE_CHECKING:
    from directory.models import PlainSpeech

LONGEST_LABEL = 5  # words
# Filters whose values are codes that nobody says.
CODED = ("language", "house")
# Filters whose labels only make sense below their headings ("In a group").
UNSAID = ("mode", "offers")


@dataclass(frozen=True, slots=True)
class Saying:
    """A phrase as index terms, what it means, closest first, and whether it may be said in a crisis."""

    terms: frozenset[str]
    options: tuple[Option, ...]
    crisis: bool = False


Entry = tuple[frozenset[str], list[Option], bool]


@dataclass(frozen=True)
class Table:
    """All that is understood: sayings by one of their terms; the words that they are made of; and what each word that
    begins a phrase may go on to, as the first phrase of its entry. What may be said in a crisis is never suggested."""

    sayings: Mapping[str, Sequence[Saying]] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    phrases: Sequence[tuple[str, str]] = ()

    def beginning(self, text: str) -> list[str]:
        """The entries with a phrase that begins with these folded words, each by its first phrase."""
        start = bisect_left(self.phrases, (text, ""))
        going_on = itertools.takewhile(lambda pair: pair[0].startswith(text), self.phrases[start:])
        return list(dict.fromkeys(name for _phrase, name in going_on))


NOTHING = Table()


def build(rows: "Iterable[PlainSpeech]") -> Table:
    """From the rows of `PlainSpeech`, and the names of kinds and options in each language of the site."""
    rows = list(rows)
    merged: dict[frozenset[str], tuple[dict[Option, None], list[bool]]] = {}
    for key, options, crisis in (*of_rows(rows), *of_languages()):
        known, crises = merged.setdefault(key, ({}, []))
        known.update(dict.fromkeys(options))
        crises.append(crisis)
    table: defaultdict[str, list[Saying]] = defaultdict(list)
    for key, (known, crises) in merged.items():
        # Under its longest term, which is the rarest by and large.
        table[max(key, key=lambda term: (len(term), term))].append(Saying(key, tuple(known), any(crises)))
    spoken = [(" ".join(words(phrase)), row) for row in rows for phrase in row.phrases]
    return Table(
        sayings=table,
        words=frozenset(word for phrase, _row in spoken for word in phrase.split()),
        phrases=sorted((phrase, str(row)) for phrase, row in spoken if not row.crisis),
    )


def of_rows(rows: "Iterable[PlainSpeech]") -> Iterator[Entry]:
    for row in rows:
        options = [option for meaning in row.meanings for option in meant(meaning)]
        for phrase in row.phrases:
            if key := carrying(phrase, row.language):
                yield key, options, row.crisis


def of_languages() -> Iterator[Entry]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield from of_vocabulary(language)


def of_vocabulary(language: str) -> Iterator[Entry]:
    """Options are found by their labels and by their own values, which are the initials people say."""
    from directory.kinds import kinds
    from directory.search import filters

    for kind in kinds.values():
        for name in (kind.name, kind.plural):
            yield carrying(str(name), language), [Facet("kind", kind.slug)], False
    for key, each in filters.all_filters().items():
        if isinstance(each, filters.ChoiceFilter) and key not in UNSAID:
            for value, label in each.options:
                for text in ("" if key in CODED else value, str(label).partition("(")[0]):
                    found = carrying(text, language)
                    if found and len(found) <= LONGEST_LABEL:
                        yield found, [Facet(key, value)], False


def carrying(phrase: str, language: str) -> frozenset[str]:
    """The terms of a phrase that must have been typed: all of them where the rest would say nothing ("in person")."""
    found = words(phrase)
    rest = [word for word in found if word not in STOP]
    says_something = any(word not in SOFT for word in rest)
    return frozenset(stem(word, language) for word in (rest if says_something or not rest else found))


def meant(meaning: str) -> list[Option]:
    """ "concern=opioids" as a facet; anything else as words to look for."""
    key, sign, value = meaning.partition("=")
    if sign:
        return [Facet(key, value)]
    return literal(words(meaning))


def literal(found: Sequence[str]) -> list[Option]:
    """The words themselves, side by side, in texts of any language."""
    if len(found) == 1:
        return [Term(each) for each in stems(found[0])]
    phrases = (tuple(stem(word, language) for word in found) for language in ("en", "es"))
    return [Phrase(each) for each in dict.fromkeys(phrases)] if found else []


@dataclass(frozen=True, slots=True)
class Said:
    """A saying, the places of its words among those typed, and all places that it accounts for."""

    saying: Saying
    places: tuple[int, ...]
    takes: frozenset[int]


def sayings(typed: Sequence[str], table: Table) -> list[Said]:
    """Which sayings are among the typed words; no word counts twice. Those with the most words come first, and of
    equals the one that was typed closest together."""
    spoken = [frozenset(stems(word)) for word in typed]
    found = sorted(candidates(spoken, table), key=lambda each: (-len(each[1]), spread(each[1]), each[1]))
    taken: frozenset[int] = frozenset()
    chosen = []
    for saying, _places in found:
        if places := placed(saying.terms, spoken, taken):
            # "my son uses": "my son" and "son uses" mean the same, and take all three words together.
            alike = (more for other, more in found if other.options == saying.options and {*more} & {*places})
            takes = frozenset(places).union(*alike)
            chosen.append(Said(saying, places, takes - taken))
            taken |= takes
    return chosen


def candidates(spoken: Sequence[frozenset[str]], table: Table) -> list[tuple[Saying, tuple[int, ...]]]:
    every = frozenset().union(*spoken)
    return [
        (saying, places)
        for term in every
        for saying in table.sayings.get(term, ())
        if saying.terms <= every and (places := placed(saying.terms, spoken, ()))
    ]


def placed(
    wanted: frozenset[str], spoken: Sequence[frozenset[str]], taken: Collection[int]
) -> tuple[int, ...]:
    """Where each of the terms was typed; empty when one of them was not."""
    places: list[int] = []
    for term in sorted(wanted):
        free = (n for n, each in enumerate(spoken) if term in each and n not in taken and n not in places)
        place = next(free, None)
        if place is None:
            return ()
        places.append(place)
    return tuple(sorted(places))


def spread(places: Sequence[int]) -> int:
    return places[-1] - places[0]
