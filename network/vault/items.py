"""Define the types of items that a person stores in their account, as plain values.

The module uses no database, clock or request. Each type is a frozen dataclass whose fields JSON can hold. Dates are
ISO texts ("2026-03-28"), times of day are wall clock texts ("19:30"), and "" means that a field was not given.
`ITEM_TYPES` is the complete list: encryption, export, import and counts use it. The names of the fields are part of
the stored format and of the export.
"""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class VaultItem:
    """The base class of all types. `KIND` names the type inside the ciphertext and in the export."""

    KIND: ClassVar[str] = ""

    @property
    def singleton_name(self) -> str | None:
        """Return the name that identifies the item among those of its type; None where a person may have several.

        A person has at most one item of a type and a name.
        """
        return None


@dataclass(frozen=True, slots=True)
class SavedList(VaultItem):
    """The ids of the saved listings, in the person's order."""

    KIND: ClassVar[str] = "saved"

    ids: list[int] = field(default_factory=list)

    @property
    def singleton_name(self) -> str:
        """Return the empty name, because a person has only one saved list."""
        return ""


@dataclass(frozen=True, slots=True)
class Note(VaultItem):
    """A person's note on a listing. It remains when the listing is removed from the saved list."""

    KIND: ClassVar[str] = "note"

    listing: int = 0
    labels: list[str] = field(default_factory=list)
    text: str = ""

    @property
    def singleton_name(self) -> str:
        """Return the id of the listing as the name, because a person has one note on each listing."""
        return str(self.listing)


@dataclass(frozen=True, slots=True)
class Person(VaultItem):
    """A contact of the person. `first` marks whom to call first in a crisis."""

    KIND: ClassVar[str] = "person"

    name: str = ""
    relation: str = "other"
    phone: str = ""
    other_way: str = ""
    when: str = ""
    ask_for: str = ""
    boundaries: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True)
class PlanEntry(VaultItem):
    """What a person wrote in one step of the safety plan.

    `people` holds ids of rows of type `Person`; `listings` holds ids of listings.
    """

    KIND: ClassVar[str] = "step"

    key: str = ""
    text: str = ""
    people: list[str] = field(default_factory=list)
    listings: list[int] = field(default_factory=list)

    @property
    def singleton_name(self) -> str:
        """Return the key of the step as the name, because a person has one entry for each step."""
        return self.key


@dataclass(frozen=True, slots=True)
class Goal(VaultItem):
    """A goal, a milestone or a small victory. `part_of` is the id of the goal's row that a milestone belongs to."""

    KIND: ClassVar[str] = "goal"

    what: str = "goal"
    words: str = ""
    on: str = ""
    done: bool = False
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class Appointment(VaultItem):
    """An appointment of the person. `on` is the first date, `until` the last date on which it starts."""

    KIND: ClassVar[str] = "appointment"

    words: str = ""
    with_whom: str = ""
    where: str = ""
    on: str = ""
    at: str = ""
    minutes: int = 60
    zone: str = ""
    repeat: str = "once"
    until: str = ""


@dataclass(frozen=True, slots=True)
class TimeZone(VaultItem):
    """The IANA time zone of the person's week. Without one the site's own zone is used."""

    KIND: ClassVar[str] = "zone"

    name: str = ""

    @property
    def singleton_name(self) -> str:
        """Return the empty name, because a person has only one time zone."""
        return ""


ITEM_TYPES: dict[str, type[VaultItem]] = {
    kind.KIND: kind for kind in (SavedList, Note, Person, PlanEntry, Goal, Appointment, TimeZone)
}


def item_to_dict(item: VaultItem) -> dict[str, Any]:
    """Return the item as plain data, its type first. This is what is encrypted and exported."""
    return {"kind": item.KIND, **asdict(item)}


def item_from_dict(data: dict[str, Any]) -> VaultItem:
    """Return the item that the plain data describes.

    Unknown fields are ignored; missing fields get their defaults. Raises ValueError for a type that is not in
    `ITEM_TYPES`.
    """
    kind = ITEM_TYPES.get(data.get("kind", ""))
    if kind is None:
        raise ValueError("Nothing of this kind is kept here.")
    known_names = {known.name for known in fields(kind)}
    return kind(**{name: value for name, value in data.items() if name in known_names})
