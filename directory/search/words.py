"""Words as the search compares them, and what a person typed as a few plain conditions on them.

The index asks `words` and `stem` (or both at once, `terms`) of every text of every listing; `read` turns what was
typed into a `Wording`, which the index answers without knowing any language itself.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import TextChoices

from directory.gazetteer import PLAIN_LETTERS

MOST_NEEDS = 12
APOSTROPHES = re.compile("['`´‘’ʻʼʿʾ′]")
WORD = re.compile(r"[^\W_]+")
TYPED = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')

# What `read` must know beside the text: the rows of plain speech and synonyms. Whoever adds them says of what shape.
Table = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Term:
    """A listing has this index term in one of its texts; with `prefix`, one that begins with it."""

    word: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A listing has these index terms next to one another in one of its texts."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facet:
    """A listing has this option of the filter `key`, or is of the kind `value` where the key is "kind"."""

    key: str
    value: str


Option = Term | Phrase | Facet


@dataclass(frozen=True, slots=True)
class Need:
    """Any of the options will do. `typed` is the folded word that it came from, which may be a slip; it is empty where
    the words are to be taken as they stand."""

    options: tuple[Option, ...]
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """All needs hold, and no bar does."""

    needs: tuple[Need, ...] = ()
    bars: tuple[Need, ...] = ()


def fold(text: str) -> str:
    """Without case, accents, apostrophes and differences of width. Takes any text."""
    bare = APOSTROPHES.sub("", text).casefold()
    if bare.isascii():
        return bare
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", bare).casefold())
    return "".join(char for char in spread if not unicodedata.combining(char)).translate(PLAIN_LETTERS)


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return WORD.findall(fold(text))


@lru_cache(maxsize=200_000)
def stem(word: str, language: str = "en") -> str:
    """The index term of a folded word, in the language of the text that it stands in (a code such as "en")."""
    return word


def terms(text: str, language: str = "en") -> list[str]:
    """The index terms of a text, in order."""
    return [stem(word, language) for word in words(text)]


def load_table() -> Table:
    """The rows of plain speech and synonyms, ready for `read`; the index loads them anew when they change."""
    return {}


def read(text: str, table: Table) -> Wording:
    """What a person typed. Words in quotes stand side by side, a minus takes out, the last word may be unfinished."""
    needs: list[Need] = []
    bars: list[Need] = []
    for minus, quoted, word in TYPED.findall(text)[:MOST_NEEDS]:
        found = quoted_need(quoted) if quoted else word_need(word)
        (bars if minus else needs).extend([found] if found.options else [])
    if needs and needs[-1].typed and not text.endswith((" ", '"')):
        needs[-1] = unfinished(needs[-1])
    return Wording(tuple(needs), tuple(bars))


def quoted_need(text: str) -> Need:
    found = tuple(terms(text))
    return Need((Phrase(found),) if len(found) > 1 else tuple(Term(term) for term in found))


def word_need(word: str) -> Need:
    """One word, the facets that it names besides; several where a sign stood between them ("al-anon")."""
    found = words(word)
    if len(found) != 1:
        return quoted_need(word)
    return Need((Term(stem(found[0])), *facets(found[0])), typed=found[0])


def unfinished(need: Need) -> Need:
    return Need((*need.options, Term(need.typed, prefix=True)), need.typed)


def facets(word: str) -> list[Facet]:
    """The kinds and options that have this word in their label, or this value ("women", "AA")."""
    from directory.kinds import kinds

    slugs = [kind.slug for kind in kinds.values() if has_word(f"{kind.name} {kind.plural}", word)]
    return [*(Facet("kind", slug) for slug in slugs), *options(word)]


def options(word: str) -> list[Facet]:
    """Facets are found by the words of their labels and by their own values, which are the initials people say."""
    from directory.search import filters

    return [
        Facet(key, value)
        for key, each in filters.all_filters().items()
        if isinstance(each, filters.ChoiceFilter) and each is not filters.MODE
        for value, label in vocabulary(each.vocabulary)
        if word == value or has_word(label, word)
    ]


def vocabulary(values: type[TextChoices]) -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in values.choices]


def has_word(label: str, word: str) -> bool:
    """Whether the label has this word, a plural s aside; "in" and "and" are too common to mean a facet."""
    wanted = word.removesuffix("s")
    return len(wanted) > 2 and any(part.removesuffix("s") == wanted for part in words(label))
