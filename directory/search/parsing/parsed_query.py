"""A typed query as plain conditions that the index evaluates without any knowledge of language."""

from dataclasses import dataclass
from enum import StrEnum


class Danger(StrEnum):
    """A danger that a query mentions: the first three to a life, the others to a body."""

    POISONING = "poisoning"
    SEIZURE = "seizure"
    OVERDOSE = "overdose"
    ALONE = "alone"
    """Somebody uses drugs with nobody near."""
    SEDATIVES = "sedatives"
    """Pills or drops that must not be stopped all at once."""
    WITHDRAWAL = "withdrawal"
    DRINKING = "drinking"
    """Somebody wants to stop drinking, which is dangerous all at once after drinking every day."""

    @property
    def is_emergency(self) -> bool:
        """Return whether a life may be in danger now."""
        return self in (Danger.POISONING, Danger.SEIZURE, Danger.OVERDOSE)


@dataclass(frozen=True, slots=True)
class Term:
    """A listing has this index term in one of its texts; with `prefix`, a term that begins with it."""

    word: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A listing has these index terms next to one another in one of its texts."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameTerms:
    """A listing has all of these index terms in its name, in any order."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FacetOption:
    """A listing has the option `value` of the filter `key`; with the key "kind", it is of the kind `value`."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """A listing has all of these options of filters, such as a therapist who works online."""

    facets: tuple[FacetOption, ...]


QueryOption = Term | NameTerms | Phrase | FacetOption | AllOf


@dataclass(frozen=True, slots=True)
class RequiredTerm:
    """A condition that a listing meets with any one of its options.

    `typed` is the folded word behind it, which may have a typing error; it is empty where the words are not to be
    corrected. `closest` are the options that rank highest; when it is empty, all rank alike.
    """

    options: tuple[QueryOption, ...]
    typed: str = ""
    closest: tuple[QueryOption, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """The conditions of a query: a listing meets all of `required` and none of `excluded`.

    The more of the `name_terms` a listing's name has, the higher it ranks; each is one typed word in all its forms.
    `crisis` says that the words may be typed in a crisis, `grief` that they are about a death in the past, and `danger`
    which danger they mention.
    """

    required: tuple[RequiredTerm, ...] = ()
    excluded: tuple[RequiredTerm, ...] = ()
    name_terms: tuple[tuple[QueryOption, ...], ...] = ()
    crisis: bool = False
    grief: bool = False
    danger: Danger | None = None
