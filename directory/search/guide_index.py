"""Guides as answers to a search: which of them the typed words ask for.

A guide says in its file what people type who need it. Its title counts as well, and so do the other phrases of an entry
of plain speech that bears the name of one of its phrases: what finds listings by another word finds the guide by it.
The index is built once from the files of all languages and the table of plain speech, and asks the database nothing.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from directory.guides.parser import Guide, guides
from directory.search.parsing.analyzer import folded_words
from directory.search.parsing.stop_words import SOFT, STOP
from directory.search.parsing.synonyms import SynonymTable, find_synonyms, root_of

MOST = 2
# So much of what was typed must be words of the guide, leaving aside words that carry nothing.
LEAST_SHARE = 0.5
# Without them a phrase that asks would be one common word: "which meeting".
QUESTIONS = frozenset("which what how who where when que quien como cual donde cuando".split())


@dataclass(frozen=True, slots=True)
class GuidePhrase:
    """What somebody may type who needs the guide: the roots of its words in their order, those that carry nothing left
    out. `own` is false for a phrase of plain speech that means the same."""

    slug: str
    roots: tuple[str, ...]
    own: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    phrase: GuidePhrase
    places: tuple[int, ...]


class GuideIndex:
    """The guides by their phrases. Answers are the slugs of guides, the best first, `MOST` at most."""

    def __init__(self, table: SynonymTable) -> None:
        self.table = table
        own = list(_phrases())
        self.order = {slug: number for number, slug in enumerate(dict.fromkeys(slug for slug, *_rest in own))}
        self.texts = sorted(
            (" ".join(folded_words(phrase)), language, slug) for slug, phrase, language in own
        )
        self.by_root: defaultdict[str, list[GuidePhrase]] = defaultdict(list)
        named: defaultdict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
        for slug, phrase, language in own:
            roots = _roots(phrase, language)
            named[roots][slug] = None
            self._add(GuidePhrase(slug, roots))
        for language, name, *others in table.entries:
            for slug in named.get(_roots(name, language), ()):
                for phrase in others:
                    self._add(GuidePhrase(slug, _roots(phrase, language), own=False))
        self.vocabulary = {
            slug: frozenset(root for language in _languages() for root in _vocabulary(guides(language)[slug]))
            for slug in self.order
        }

    def _add(self, phrase: GuidePhrase) -> None:
        if phrase.roots and phrase not in self.by_root[phrase.roots[0]]:
            self.by_root[phrase.roots[0]].append(phrase)

    def find(self, typed: Sequence[str]) -> tuple[str, ...]:
        """Return the guides that folded words ask for, where words of guides make up half of them or more.

        A second guide is one for other words than the first.
        """
        matches = self._matches(typed)
        if not matches:
            return ()
        said = [frozenset(each.places) for each in find_synonyms(typed, self.table) if not each.urgent]
        # "attendance slip" is no slip.
        whole = [each for each in matches if not any(places > {*each.places} for places in said)]
        carrying, covered = _carrying(typed), {place for each in whole for place in each.places}
        if len(covered & carrying) < LEAST_SHARE * len(carrying):
            return ()
        found: dict[str, set[int]] = {}
        for match in sorted(whole, key=lambda each: self._rank(each, typed)):
            if not any({*match.places} & places for places in found.values()):
                found.setdefault(match.phrase.slug, set()).update(match.places)
        return tuple(found)[:MOST]

    def find_loosely(self, typed: Sequence[str]) -> tuple[str, ...]:
        """Return the guides that have most of the words, for a search that found nothing else."""
        matches = sorted(self._matches(typed), key=lambda each: self._rank(each, typed))
        if matches:
            return tuple(dict.fromkeys(each.phrase.slug for each in matches))[:MOST]
        spoken = [_spoken(word) for word in typed if word not in STOP and word not in SOFT]
        counts = {
            slug: sum(1 for roots in spoken if roots & vocabulary)
            for slug, vocabulary in self.vocabulary.items()
        }
        best = sorted(
            (slug for slug in counts if counts[slug]), key=lambda slug: (-counts[slug], self.order[slug])
        )
        return tuple(best[:1])

    def beginning(self, text: str, language: str) -> tuple[str, ...]:
        """Return the guides with a phrase that begins with these folded letters, those of the language first."""
        start = bisect_left(self.texts, (text, "", ""))
        found = []
        for phrase in self.texts[start:]:
            if not phrase[0].startswith(text):
                break
            found.append(phrase)
        found.sort(key=lambda phrase: (phrase[1] != language, phrase[0] != text))
        return tuple(dict.fromkeys(slug for _text, _language, slug in found))[:MOST]

    def _rank(self, match: Match, typed: Sequence[str]) -> tuple[bool, int, bool, int]:
        """Return what a match is sorted by: first the one that is all that was typed, then by length."""
        phrase = match.phrase
        exact = phrase.own and len(phrase.roots) == len([word for word in typed if word not in STOP])
        return not exact, -len(phrase.roots), not phrase.own, self.order[phrase.slug]

    def _matches(self, typed: Sequence[str]) -> list[Match]:
        spoken = [_spoken(word) for word in typed]
        return [
            Match(phrase, places)
            for first, roots in enumerate(spoken)
            for each in sorted(roots)
            for phrase in self.by_root.get(each, ())
            if (places := _in_order(phrase.roots, spoken, typed, first))
        ]


@lru_cache(maxsize=1)
def guide_index(table: SynonymTable) -> GuideIndex:
    """Return the index for this state of plain speech."""
    return GuideIndex(table)


def _languages() -> list[str]:
    return [language for language, _name in settings.LANGUAGES]


def _phrases() -> Iterator[tuple[str, str, str]]:
    """Yield slug, phrase and language of all that is said of each guide."""
    for language in _languages():
        for slug, guide in guides(language).items():
            for phrase in guide.phrases:
                yield slug, phrase, guide.language


def _vocabulary(guide: Guide) -> Iterator[str]:
    """Yield the roots of the words of a guide that carry something."""
    for text in (*guide.phrases, guide.lead):
        for word in folded_words(text):
            if word not in STOP and word not in SOFT:
                yield root_of(word, guide.language)


def _spoken(word: str) -> frozenset[str]:
    return frozenset(root_of(word, language) for language in ("en", "es"))


def _roots(phrase: str, language: str) -> tuple[str, ...]:
    """Return the roots of the words that must have been typed."""
    found = folded_words(phrase)
    rest = [word for word in found if word not in STOP]
    carrying = [word for word in rest if word not in SOFT]
    if not carrying:
        rest = found
    elif len(carrying) == 1:
        rest = [word for word in found if word not in STOP or word in QUESTIONS]
    return tuple(root_of(word, language) for word in rest)


def _in_order(
    roots: Sequence[str], spoken: Sequence[frozenset[str]], typed: Sequence[str], first: int
) -> tuple[int, ...]:
    """Return where the roots were typed, from the place `first` on, with nothing that carries something between them;
    empty where they were not."""
    places: list[int] = []
    for place in range(first, len(typed)):
        if roots[len(places)] in spoken[place]:
            places.append(place)
            if len(places) == len(roots):
                return tuple(places)
        elif typed[place] not in STOP and typed[place] not in SOFT:
            break
    return ()


def _carrying(typed: Sequence[str]) -> frozenset[int]:
    """Return the places of the words that carry something, or of all where none does."""
    found = frozenset(n for n, word in enumerate(typed) if word not in STOP and word not in SOFT)
    return found or frozenset(range(len(typed)))
