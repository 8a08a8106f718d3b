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
from network.vault.items import Appointment, Goal, Note, Person, PlanEntry, SavedList, TimeZone, VaultItem
from network.vault.store import StoredItem


@dataclass(frozen=True)
class UserData:
    """What belongs to one person; without an account, nothing but what `rows` says."""

    rows: list[StoredItem[VaultItem]] = field(default_factory=list)

    @property
    def saved_ids(self) -> list[int]:
        """Ids of the saved listings as they are kept, whatever replaced them since."""
        return next((row.item.ids for row in store.items_of_type(SavedList, self.rows)), [])

    @property
    def place_ids(self) -> list[int]:
        """Ids of the saved listings, then of those that stand in the plan and are off the list by now."""
        in_plan = [pk for row in store.items_of_type(PlanEntry, self.rows) for pk in row.item.listings]
        return list(dict.fromkeys([*self.saved_ids, *in_plan]))

    @property
    def people(self) -> list[StoredItem[Person]]:
        """Whom to call first comes first, then by name."""
        found = store.items_of_type(Person, self.rows)
        return sorted(found, key=lambda row: (not row.item.first, row.item.name.casefold()))

    @property
    def plan_entries(self) -> dict[str, StoredItem[PlanEntry]]:
        """By key; a step that nobody wrote is not there."""
        return {row.item.key: row for row in store.items_of_type(PlanEntry, self.rows)}

    @property
    def goals(self) -> list[StoredItem[Goal]]:
        """By the day that the person chose; without one, last."""
        return sorted(
            store.items_of_type(Goal, self.rows), key=lambda row: (row.item.on or "9", row.item.words)
        )

    @property
    def notes(self) -> dict[int, Note]:
        """By the id of the listing that they were written beside."""
        return {row.item.listing: row.item for row in store.items_of_type(Note, self.rows)}

    @property
    def appointments(self) -> list[StoredItem[Appointment]]:
        return store.items_of_type(Appointment, self.rows)

    @property
    def time_zone(self) -> str:
        """IANA name of the zone in which their week is meant."""
        chosen = next((row.item.name for row in store.items_of_type(TimeZone, self.rows)), "")
        return chosen if recurrence.is_zone(chosen) else settings.TIME_ZONE


def load_user_data(request: HttpRequest) -> UserData:
    """Of who is signed in; empty for everybody else. Raises DecryptionError."""
    return UserData(store.load_items(request.user)) if isinstance(request.user, Account) else UserData()


def signed_in_account(request: HttpRequest) -> Account:
    """For pages that only who is signed in can reach."""
    return cast(Account, request.user)


def notes_after_merges(notes: Mapping[int, Note], now: Mapping[int, int]) -> dict[int, Note]:
    """Notes under what stands there today for each listing that was replaced; the listing's own note wins."""
    return {now[pk]: note for pk, note in notes.items() if pk in now} | {
        pk: note for pk, note in notes.items() if pk not in now
    }


def form_owner_token(account: Account) -> str:
    """A mark of the account in its own forms: a form of one person is not saved into another's account."""
    return str(store.singleton_id(account, VaultItem, "whose"))


def parse_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
