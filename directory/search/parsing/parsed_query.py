"""What was typed, as a few plain conditions that the index answers without knowing any language itself."""

from dataclasses import dataclass
from enum import StrEnum


class Danger(StrEnum):
    """A danger that what was typed speaks of, to a life in the first three, to a body in the others."""

    POISONING = "poisoning"
    SEIZURE = "seizure"
    OVERDOSE = "overdose"
    ALONE = "alone"
    """Somebody uses with nobody near."""
    SEDATIVES = "sedatives"
    """Pills or drops that must not be stopped all at once."""
    WITHDRAWAL = "withdrawal"
    DRINKING = "drinking"
    """Somebody wants to stop drinking, which is dangerous all at once after drinking every day."""

    @property
    def is_emergency(self) -> bool:
        """Whether a life may be in danger now."""
        return self in (Danger.POISONING, Danger.SEIZURE, Danger.OVERDOSE)


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
class Terms:
    """A listing has all of these index terms in its name, wherever they stand there."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FacetOption:
    """A listing has this option of the filter `key`, or is of the kind `value` where the key is "kind"."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """A listing has all of these options of filters: a therapist who works online."""

    facets: tuple[FacetOption, ...]


QueryOption = Term | Terms | Phrase | FacetOption | AllOf


@dataclass(frozen=True, slots=True)
class RequiredTerm:
    """Any of the options will do. `typed` is the folded word that it came from, which may be a slip; it is empty where
    the words are to be taken as they stand. `closest` are the options that are meant most, empty for all."""

    options: tuple[QueryOption, ...]
    typed: str = ""
    closest: tuple[QueryOption, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """All needs hold, and no bar does.

    The more of the `words` a name has, the better it fits: those that were typed, each in all its forms. `crisis`: what
    was typed may be said in a crisis; `grief`: it speaks of a death in the past; `danger`: it speaks of that danger.
    """

    required: tuple[RequiredTerm, ...] = ()
    excluded: tuple[RequiredTerm, ...] = ()
    words: tuple[tuple[QueryOption, ...], ...] = ()
    crisis: bool = False
    grief: bool = False
    danger: Danger | None = None
