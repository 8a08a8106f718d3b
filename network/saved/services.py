"""What a person keeps: in their account when they are signed in, else on their device.

A listing that was merged into another is read as that other one; what is stored follows at the next change.
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
    """The saved list behind a request. Changes of a device's list reach it with `onto(response)`."""

    def __init__(self, request: HttpRequest) -> None:
        user: Account | AnonymousUser = request.user
        self.account = user if isinstance(user, Account) else None
        self._device = [] if self.account else cookie.read_ids(request)
        self._device_changed = False

    def read(self) -> list[int]:
        """Ids of listings in the person's order; they may have been hidden or deleted since. Raises
        DecryptionError."""
        return follow_merges(self.stored())

    def stored(self) -> list[int]:
        """As they were kept, whatever replaced them since. Raises DecryptionError."""
        return account_saved_ids(self.account) if self.account else list(self._device)

    def add(self, pk: int, at: int | None = None) -> bool:
        """Keeps one more, at the end or at a place in the list; False when the list is full."""
        ids = self._change(lambda ids: _insert_id(ids, pk, at))
        return pk in ids

    def remove(self, pk: int) -> None:
        self._change(lambda ids: [other for other in ids if other != pk])

    def move(self, pk: int, by: int) -> None:
        """One place up (-1) or down (1) among those that are shown; the ends of the list stop it."""
        self._change(lambda ids: _move_id(ids, pk, by, _visible_ids(ids)))

    def replace(self, ids: list[int]) -> None:
        self._change(lambda _: list(dict.fromkeys(ids))[:MAX_SAVED_LISTINGS])

    def apply_to(self, response: HttpResponse) -> HttpResponse:
        if self._device_changed:
            cookie.write_ids(response, self._device)
        return response

    def _change(self, change: Callable[[list[int]], list[int]]) -> list[int]:
        if self.account:
            return _change_account_list(self.account, change)
        after = existing_ids(change(follow_merges(self._device)))
        self._device_changed = after != self._device
        self._device = after
        return after


def account_saved_ids(account: Account) -> list[int]:
    """Raises DecryptionError."""
    row = store.get_singleton(account, SavedList)
    return row.item.ids if row else []


def _change_account_list(account: Account, change: Callable[[list[int]], list[int]]) -> list[int]:
    """The ids after the change, without those of listings that were deleted. Two changes at once wait for each
    other. Raises DecryptionError."""
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
    """Takes a device's list into the account: the account's order first, then what is new. Nothing is dropped, so a
    merged list may be longer than `LIMIT`; it is full until it is shorter again. Raises DecryptionError."""
    if ids:
        _change_account_list(account, lambda before: list(dict.fromkeys([*before, *follow_merges(ids)])))


def follow_merges(ids: list[int]) -> list[int]:
    """With what stands there today for each listing that was replaced."""
    return replace_merged(ids, merge_targets(ids))


def _insert_id(ids: list[int], pk: int, at: int | None) -> list[int]:
    """With `pk`, unless the list is full."""
    if pk in ids or len(ids) >= MAX_SAVED_LISTINGS:
        return ids
    place = len(ids) if at is None else at
    return [*ids[:place], pk, *ids[place:]]


def _move_id(ids: list[int], pk: int, by: int, shown: list[int]) -> list[int]:
    """`pk` on the other side of its neighbour among `shown`; what is hidden between the two does not count."""
    place = shown.index(pk) + by if pk in shown else -1
    if not by or not 0 <= place < len(shown):
        return ids
    others = [other for other in ids if other != pk]
    beside = others.index(shown[place]) + max(by, 0)
    return [*others[:beside], pk, *others[beside:]]


def _visible_ids(ids: list[int]) -> list[int]:
    """Those that the public may open."""
    visible = set(Listing.objects.visible().filter(pk__in=ids).values_list("pk", flat=True))
    return [pk for pk in ids if pk in visible]


def existing_ids(ids: list[int]) -> list[int]:
    """Without the ids of listings that were deleted; one that is hidden may come back and stays."""
    there = set(Listing.objects.filter(pk__in=ids).values_list("pk", flat=True))
    return [pk for pk in ids if pk in there]
