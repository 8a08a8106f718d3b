"""What was typed, as a few plain conditions that the index answers without knowing any language itself."""

from dataclasses import dataclass


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
    """All needs hold, and no bar does. `crisis`: what was typed may be said in a crisis."""

    needs: tuple[Need, ...] = ()
    bars: tuple[Need, ...] = ()
    crisis: bool = False
