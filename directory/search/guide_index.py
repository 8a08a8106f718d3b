"""Find the guides that answer a search.

The file of a guide lists phrases that people type who need it. Its title counts as one. Where an entry of the table of
synonyms is named like one of these phrases, its other phrases find the guide as well. The index is built once, from the
files of all languages and the table of synonyms; it needs no database.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from directory.guides.parser import Guide, guides
from directory.search.parsing.analyzer import folded_words
from directory.search.parsing.stop_words import STOP_WORDS, has_meaning
from directory.search.parsing.synonyms import SynonymTable, find_synonyms, word_root

MAX_GUIDES = 2
# The share of the typed words with a meaning that must be words of the guides found.
MIN_SHARE = 0.5
# Without its question word, such a phrase would be one common word: "which meeting".
QUESTION_WORDS = frozenset("which what how who where when que quien como cual donde cuando".split())


@dataclass(frozen=True, slots=True)
class GuidePhrase:
    """A phrase that finds a guide, as the roots of its words in order, without words that have no meaning.

    `own` is false for a phrase that comes from the table of synonyms.
    """

    slug: str
    roots: tuple[str, ...]
    own: bool = True


@dataclass(frozen=True, slots=True)
class GuideMatch:
    """A phrase of a guide among the typed words, and the positions of its words."""

    phrase: GuidePhrase
    positions: tuple[int, ...]


class GuideIndex:
    """The guides by their phrases. Searches return the slugs of `MAX_GUIDES` guides at most, the best first."""

    def __init__(self, table: SynonymTable) -> None:
        self.table = table
        own = list(_phrases())
        self.order = {slug: number for number, slug in enumerate(dict.fromkeys(slug for slug, *_rest in own))}
        self.texts = sorted(
            (" ".join(folded_words(phrase)), language, slug) for slug, phrase, language in own
        )
        self.by_root: defaultdict[str, list[GuidePhrase]] = defaultdict(list)
        slugs_by_roots: defaultdict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
        for slug, phrase, language in own:
            roots = _required_roots(phrase, language)
            slugs_by_roots[roots][slug] = None
            self._add(GuidePhrase(slug, roots))
        for language, name, *others in table.entries:
            for slug in slugs_by_roots.get(_required_roots(name, language), ()):
                for phrase in others:
                    self._add(GuidePhrase(slug, _required_roots(phrase, language), own=False))
        self.vocabulary = {
            slug: frozenset(root for language in _languages() for root in _vocabulary(guides(language)[slug]))
            for slug in self.order
        }

    def _add(self, phrase: GuidePhrase) -> None:
        """Add a phrase of a guide to the index, under the root of its first word."""
        if phrase.roots and phrase not in self.by_root[phrase.roots[0]]:
            self.by_root[phrase.roots[0]].append(phrase)

    def find(self, typed: Sequence[str]) -> tuple[str, ...]:
        """Return the guides that these folded words ask for, if the guides account for half of the words.

        A second guide must match other words than the first.
        """
        matches = self._matches(typed)
        if not matches:
            return ()
        synonyms = [
            frozenset(match.positions) for match in find_synonyms(typed, self.table) if not match.urgent
        ]
        # "attendance slip" is a longer synonym that has nothing to do with a slip.
        whole = [match for match in matches if not any(words > {*match.positions} for words in synonyms)]
        meaningful = _meaningful_positions(typed)
        covered = {position for match in whole for position in match.positions}
        if len(covered & meaningful) < MIN_SHARE * len(meaningful):
            return ()
        positions_by_slug: dict[str, set[int]] = {}
        for match in sorted(whole, key=lambda match: self._rank(match, typed)):
            if not any({*match.positions} & positions for positions in positions_by_slug.values()):
                positions_by_slug.setdefault(match.phrase.slug, set()).update(match.positions)
        return tuple(positions_by_slug)[:MAX_GUIDES]

    def find_loosely(self, typed: Sequence[str]) -> tuple[str, ...]:
        """Return the guides that share the most words with these folded words, for a search without results."""
        matches = sorted(self._matches(typed), key=lambda match: self._rank(match, typed))
        if matches:
            return tuple(dict.fromkeys(match.phrase.slug for match in matches))[:MAX_GUIDES]
        roots = [_roots_in_any_language(word) for word in typed if has_meaning(word)]
        counts = {
            slug: sum(1 for word_roots in roots if word_roots & vocabulary)
            for slug, vocabulary in self.vocabulary.items()
        }
        best = sorted(
            (slug for slug in counts if counts[slug]), key=lambda slug: (-counts[slug], self.order[slug])
        )
        return tuple(best[:1])

    def find_by_beginning(self, text: str, language: str) -> tuple[str, ...]:
        """Return the guides with a phrase that begins with this folded text, phrases of the language first."""
        start = bisect_left(self.texts, (text, "", ""))
        phrases = []
        for phrase in self.texts[start:]:
            if not phrase[0].startswith(text):
                break
            phrases.append(phrase)
        phrases.sort(key=lambda phrase: (phrase[1] != language, phrase[0] != text))
        return tuple(dict.fromkeys(slug for _text, _language, slug in phrases))[:MAX_GUIDES]

    def _rank(self, match: GuideMatch, typed: Sequence[str]) -> tuple[bool, int, bool, int]:
        """Return the sort key of a match: one that is the whole query comes first, then longer ones."""
        phrase = match.phrase
        exact = phrase.own and len(phrase.roots) == len([word for word in typed if word not in STOP_WORDS])
        return not exact, -len(phrase.roots), not phrase.own, self.order[phrase.slug]

    def _matches(self, typed: Sequence[str]) -> list[GuideMatch]:
        """Return all phrases that are among the typed words in their order."""
        roots = [_roots_in_any_language(word) for word in typed]
        return [
            GuideMatch(phrase, positions)
            for first, word_roots in enumerate(roots)
            for root in sorted(word_roots)
            for phrase in self.by_root.get(root, ())
            if (positions := _positions_in_order(phrase.roots, roots, typed, first))
        ]


@lru_cache(maxsize=1)
def guide_index(table: SynonymTable) -> GuideIndex:
    """Return the index for this table of synonyms."""
    return GuideIndex(table)


def _languages() -> list[str]:
    """Return the codes of the languages of the site."""
    return [language for language, _name in settings.LANGUAGES]


def _phrases() -> Iterator[tuple[str, str, str]]:
    """Yield slug, phrase and language for each phrase of each guide."""
    for language in _languages():
        for slug, guide in guides(language).items():
            for phrase in guide.phrases:
                yield slug, phrase, guide.language


def _vocabulary(guide: Guide) -> Iterator[str]:
    """Yield the roots of the words with a meaning in the phrases and the lead of a guide."""
    for text in (*guide.phrases, guide.lead):
        for word in folded_words(text):
            if has_meaning(word):
                yield word_root(word, guide.language)


def _roots_in_any_language(word: str) -> frozenset[str]:
    """Return the roots that a typed word may have."""
    return frozenset(word_root(word, language) for language in ("en", "es"))


def _required_roots(phrase: str, language: str) -> tuple[str, ...]:
    """Return the roots of the words that must be typed to match a phrase, in order."""
    words = folded_words(phrase)
    meaningful = [word for word in words if has_meaning(word)]
    if not meaningful:
        required = words
    elif len(meaningful) == 1:
        required = [word for word in words if word not in STOP_WORDS or word in QUESTION_WORDS]
    else:
        required = [word for word in words if word not in STOP_WORDS]
    return tuple(word_root(word, language) for word in required)


def _positions_in_order(
    wanted: Sequence[str], roots: Sequence[frozenset[str]], typed: Sequence[str], first: int
) -> tuple[int, ...]:
    """Return the positions of the wanted roots from `first` on, with no other word with a meaning between them.

    The result is empty where they were not typed so. `roots` are those of each typed word.
    """
    positions: list[int] = []
    for position in range(first, len(typed)):
        if wanted[len(positions)] in roots[position]:
            positions.append(position)
            if len(positions) == len(wanted):
                return tuple(positions)
        elif has_meaning(typed[position]):
            break
    return ()


def _meaningful_positions(typed: Sequence[str]) -> frozenset[int]:
    """Return the positions of the words with a meaning, or of all words where none has one."""
    positions = frozenset(n for n, word in enumerate(typed) if has_meaning(word))
    return positions or frozenset(range(len(typed)))
