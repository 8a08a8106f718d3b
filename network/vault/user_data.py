"""Load all decrypted items of one person with a single query, as one value that pages read."""

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
    """All items of one person. Without an account `rows` is empty."""

    rows: list[StoredItem[VaultItem]] = field(default_factory=list)

    @property
    def saved_ids(self) -> list[int]:
        """Return the ids of the saved listings as they were stored, without following merges."""
        return next((row.item.ids for row in store.items_of_type(SavedList, self.rows)), [])

    @property
    def place_ids(self) -> list[int]:
        """Return the ids of the saved listings, then of listings that only the safety plan names."""
        in_plan = [pk for row in store.items_of_type(PlanEntry, self.rows) for pk in row.item.listings]
        return list(dict.fromkeys([*self.saved_ids, *in_plan]))

    @property
    def people(self) -> list[StoredItem[Person]]:
        """Return the contacts: whom to call first, then by name."""
        rows = store.items_of_type(Person, self.rows)
        return sorted(rows, key=lambda row: (not row.item.first, row.item.name.casefold()))

    @property
    def plan_entries(self) -> dict[str, StoredItem[PlanEntry]]:
        """Return the written steps of the safety plan by key."""
        return {row.item.key: row for row in store.items_of_type(PlanEntry, self.rows)}

    @property
    def goals(self) -> list[StoredItem[Goal]]:
        """Return the goals by date; those without a date come last."""
        return sorted(
            store.items_of_type(Goal, self.rows), key=lambda row: (row.item.on or "9", row.item.words)
        )

    @property
    def notes(self) -> dict[int, Note]:
        """Return the notes by the id of their listing."""
        return {row.item.listing: row.item for row in store.items_of_type(Note, self.rows)}

    @property
    def appointments(self) -> list[StoredItem[Appointment]]:
        """Return the appointments in no particular order."""
        return store.items_of_type(Appointment, self.rows)

    @property
    def time_zone(self) -> str:
        """Return the IANA name of the person's time zone, or the site's own zone."""
        chosen = next((row.item.name for row in store.items_of_type(TimeZone, self.rows)), "")
        return chosen if recurrence.is_zone(chosen) else settings.TIME_ZONE


def load_user_data(request: HttpRequest) -> UserData:
    """Return the data of the account that is signed in, or empty data. Raises DecryptionError."""
    return UserData(store.load_items(request.user)) if isinstance(request.user, Account) else UserData()


def signed_in_account(request: HttpRequest) -> Account:
    """Return the account of a request, for views that only signed-in people reach."""
    return cast(Account, request.user)


def notes_after_merges(notes: Mapping[int, Note], now: Mapping[int, int]) -> dict[int, Note]:
    """Return the notes by the listing that replaced theirs. A note on that listing itself wins."""
    return {now[pk]: note for pk, note in notes.items() if pk in now} | {
        pk: note for pk, note in notes.items() if pk not in now
    }


def form_owner_token(account: Account) -> str:
    """Return a token of the account for its forms, so that a form is not saved into another person's account."""
    return str(store.singleton_id(account, VaultItem, "whose"))


def parse_uuid(text: str) -> uuid.UUID | None:
    """Return the UUID that a text stands for, or None."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
