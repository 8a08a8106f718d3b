"""Read and change the list of saved listings, in the account or on the device.

A listing that was merged into another is read as that other one. The stored list follows at the next change.
"""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from directory.listings.merged_redirects import merge_targets, replace_merged
from directory.models import Listing
from network.models import Account
from network.saved import cookie
from network.vault import store
from network.vault.items import SavedList

MAX_SAVED_LISTINGS = cookie.MAX_SAVED_LISTINGS


class SavedListings:
    """The saved list behind a request. `apply_to(response)` writes a changed list to the device."""

    def __init__(self, request: HttpRequest) -> None:
        user: Account | AnonymousUser = request.user
        self.account = user if isinstance(user, Account) else None
        self._device = [] if self.account else cookie.read_ids(request)
        self._device_changed = False

    def read(self) -> list[int]:
        """Return the ids in the person's order. Some listings may be hidden or deleted. Raises DecryptionError."""
        return follow_merges(self.stored())

    def stored(self) -> list[int]:
        """Return the ids as they were stored, without following merges. Raises DecryptionError."""
        return account_saved_ids(self.account) if self.account else list(self._device)

    def add(self, pk: int, at: int | None = None) -> bool:
        """Add an id at the end or at a position. Return False when the list is full."""
        ids = self._change(lambda ids: _insert_id(ids, pk, at))
        return pk in ids

    def remove(self, pk: int) -> None:
        """Remove the id of a listing from the saved list."""
        self._change(lambda ids: [other for other in ids if other != pk])

    def move(self, pk: int, by: int) -> None:
        """Move an id one place up (-1) or down (1) among the listings that are visible."""
        self._change(lambda ids: _move_id(ids, pk, by, _visible_ids(ids)))

    def replace(self, ids: list[int]) -> None:
        """Replace the whole saved list by these ids."""
        self._change(lambda _: list(dict.fromkeys(ids))[:MAX_SAVED_LISTINGS])

    def apply_to(self, response: HttpResponse) -> HttpResponse:
        """Write the list into the response's cookie when it changed and belongs to the device."""
        if self._device_changed:
            cookie.write_ids(response, self._device)
        return response

    def _change(self, change: Callable[[list[int]], list[int]]) -> list[int]:
        """Apply a change to the list. Return the new ids."""
        if self.account:
            return _change_account_list(self.account, change)
        after = existing_ids(change(follow_merges(self._device)))
        self._device_changed = after != self._device
        self._device = after
        return after


def account_saved_ids(account: Account) -> list[int]:
    """Return the ids stored in the account. Raises DecryptionError."""
    row = store.get_singleton(account, SavedList)
    return row.item.ids if row else []


def _change_account_list(account: Account, change: Callable[[list[int]], list[int]]) -> list[int]:
    """Apply a change to the account's list. Return the new ids, without those of deleted listings.

    A lock on the account makes concurrent changes wait for each other. Raises DecryptionError.
    """
    with transaction.atomic():
        locked = Account.objects.select_for_update().get(pk=account.pk)
        row = store.get_singleton(locked, SavedList)
        before = row.item.ids if row else []
        after = existing_ids(change(follow_merges(before)))
        if after != before:
            pk, version = store.singleton_id(locked, SavedList), row.version if row else store.UNSAVED_VERSION
            store.save_item(locked, pk, SavedList(after), version)
    return after


def merge_into_account(account: Account, ids: list[int]) -> None:
    """Add a device's list to the account's list, after what is there. Raises DecryptionError.

    Nothing is dropped, so the list may become longer than `MAX_SAVED_LISTINGS`. It is then full until it is shorter.
    """
    if ids:
        _change_account_list(account, lambda before: list(dict.fromkeys([*before, *follow_merges(ids)])))


def follow_merges(ids: list[int]) -> list[int]:
    """Return the ids with each merged listing replaced by the one that stands for it today."""
    return replace_merged(ids, merge_targets(ids))


def _insert_id(ids: list[int], pk: int, at: int | None) -> list[int]:
    """Return the ids with `pk` added, unless the list is full."""
    if pk in ids or len(ids) >= MAX_SAVED_LISTINGS:
        return ids
    index = len(ids) if at is None else at
    return [*ids[:index], pk, *ids[index:]]


def _move_id(ids: list[int], pk: int, by: int, visible: list[int]) -> list[int]:
    """Return the ids with `pk` on the other side of its visible neighbor. Hidden listings do not count."""
    target = visible.index(pk) + by if pk in visible else -1
    if not by or not 0 <= target < len(visible):
        return ids
    others = [other for other in ids if other != pk]
    beside = others.index(visible[target]) + max(by, 0)
    return [*others[:beside], pk, *others[beside:]]


def _visible_ids(ids: list[int]) -> list[int]:
    """Return the ids of listings that the public may open."""
    visible = set(Listing.objects.visible().filter(pk__in=ids).values_list("pk", flat=True))
    return [pk for pk in ids if pk in visible]


def existing_ids(ids: list[int]) -> list[int]:
    """Return the ids without those of deleted listings. A hidden listing may come back and stays."""
    existing = set(Listing.objects.filter(pk__in=ids).values_list("pk", flat=True))
    return [pk for pk in ids if pk in existing]
