"""All that a person has, read at once and sorted for pages: one query, however much it is."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from django.conf import settings
from django.http import HttpRequest

from core import recurrence
from network.models import Account
from network.vault import store
from network.vault.items import Appointment, Goal, Note, Person, SavedList, Step, VaultItem, Zone
from network.vault.store import StoredItem


@dataclass(frozen=True)
class UserData:
    """What belongs to one person; without an account, nothing but what `rows` says."""

    rows: list[StoredItem[VaultItem]] = field(default_factory=list)

    @property
    def saved(self) -> list[int]:
        """Ids of the saved listings as they are kept, whatever replaced them since."""
        return next((row.thing.ids for row in store.of_kind(SavedList, self.rows)), [])

    @property
    def places(self) -> list[int]:
        """Ids of the saved listings, then of those that stand in the plan and are off the list by now."""
        in_plan = [pk for row in store.of_kind(Step, self.rows) for pk in row.thing.listings]
        return list(dict.fromkeys([*self.saved, *in_plan]))

    @property
    def people(self) -> list[StoredItem[Person]]:
        """Whom to call first comes first, then by name."""
        found = store.of_kind(Person, self.rows)
        return sorted(found, key=lambda row: (not row.thing.first, row.thing.name.casefold()))

    @property
    def people_by_id(self) -> dict[str, Person]:
        return {str(row.pk): row.thing for row in self.people}

    @property
    def steps(self) -> dict[str, StoredItem[Step]]:
        """By key; a step that nobody wrote is not there."""
        return {row.thing.key: row for row in store.of_kind(Step, self.rows)}

    @property
    def goals(self) -> list[StoredItem[Goal]]:
        """By the day that the person chose; without one, last."""
        return sorted(store.of_kind(Goal, self.rows), key=lambda row: (row.thing.on or "9", row.thing.words))

    @property
    def notes(self) -> dict[int, Note]:
        """By the id of the listing that they were written beside."""
        return {row.thing.listing: row.thing for row in store.of_kind(Note, self.rows)}

    @property
    def appointments(self) -> list[StoredItem[Appointment]]:
        return store.of_kind(Appointment, self.rows)

    @property
    def zone(self) -> str:
        """IANA name of the zone in which their week is meant."""
        chosen = next((row.thing.name for row in store.of_kind(Zone, self.rows)), "")
        return chosen if recurrence.is_zone(chosen) else settings.TIME_ZONE


def load_user_data(request: HttpRequest) -> UserData:
    """Of who is signed in; empty for everybody else. Raises sealed.Unreadable."""
    return UserData(store.everything(request.user)) if isinstance(request.user, Account) else UserData()


def account_of(request: HttpRequest) -> Account:
    """For pages that only who is signed in can reach."""
    return cast(Account, request.user)


def moved_notes(notes: Mapping[int, Note], now: Mapping[int, int]) -> dict[int, Note]:
    """Notes under what stands there today for each listing that was replaced; the listing's own note wins."""
    return {now[pk]: note for pk, note in notes.items() if pk in now} | {
        pk: note for pk, note in notes.items() if pk not in now
    }


def form_owner_token(account: Account) -> str:
    """A mark of the account in its own forms: a form of one person is not saved into another's account."""
    return str(store.name_id(account, VaultItem, "whose"))


def parsed_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
