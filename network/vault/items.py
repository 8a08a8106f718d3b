"""What a person keeps in their account, as plain values. Pure: no database, no clock, no request.

Each kind is a frozen dataclass whose fields are what JSON can hold; dates are ISO texts ("2026-03-28"), times of day
"19:30" by the wall clock, and "" stands for what was not given. `KINDS` is the one list of them all: whatever is
sealed, exported, restored or counted goes by it.
"""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class VaultItem:
    """The base of them all; `KIND` names the kind inside the seal and in the export."""

    KIND: ClassVar[str] = ""

    @property
    def singleton_name(self) -> str | None:
        """Under which name a person has one such item and no second; None where they may have several."""
        return None


@dataclass(frozen=True, slots=True)
class SavedList(VaultItem):
    """Ids of the saved listings, in the person's order."""

    KIND: ClassVar[str] = "saved"

    ids: list[int] = field(default_factory=list)

    @property
    def singleton_name(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Note(VaultItem):
    """What a person wrote beside one saved listing; it outlives the place's being on the list."""

    KIND: ClassVar[str] = "note"

    listing: int = 0
    labels: list[str] = field(default_factory=list)
    text: str = ""

    @property
    def singleton_name(self) -> str:
        return str(self.listing)


@dataclass(frozen=True, slots=True)
class Person(VaultItem):
    """Somebody of the person's own; `first` is whom to call first in a bad hour."""

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
    """One of the six steps of the plan; people by the ids of their rows, listings by theirs."""

    KIND: ClassVar[str] = "step"

    key: str = ""
    text: str = ""
    people: list[str] = field(default_factory=list)
    listings: list[int] = field(default_factory=list)

    @property
    def singleton_name(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True)
class Goal(VaultItem):
    """A goal, a milestone towards one (`part_of` is the row of the goal) or a small victory."""

    KIND: ClassVar[str] = "goal"

    what: str = "goal"
    words: str = ""
    on: str = ""
    done: bool = False
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class Appointment(VaultItem):
    """Something of the person's own in their week; `on` is the first date, `until` the last on which it starts."""

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
    """The IANA zone in which the person's week is shown; the site's own where none is kept."""

    KIND: ClassVar[str] = "zone"

    name: str = ""

    @property
    def singleton_name(self) -> str:
        return ""


ITEM_TYPES: dict[str, type[VaultItem]] = {
    kind.KIND: kind for kind in (SavedList, Note, Person, PlanEntry, Goal, Appointment, TimeZone)
}


def item_to_dict(item: VaultItem) -> dict[str, Any]:
    """As plain data, its kind first: what is sealed, and what a person takes out."""
    return {"kind": item.KIND, **asdict(item)}


def item_from_dict(data: dict[str, Any]) -> VaultItem:
    """The other way. Fields that this version does not know are left out, missing ones are as if not given. Raises
    ValueError for a kind that is not in `KINDS`."""
    kind = ITEM_TYPES.get(data.get("kind", ""))
    if kind is None:
        raise ValueError("Nothing of this kind is kept here.")
    known = {each.name for each in fields(kind)}
    return kind(**{name: value for name, value in data.items() if name in known})
