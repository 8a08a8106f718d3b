"""Taking a copy back in: what was taken out with `network.data_rights.export_copy`, into this or another
account of this site.

A copy may have been written by anybody. Every thing in it is read like a form: what has another shape, a date that is
none or a word that stands for nothing is refused by name, and the rest goes in. What is there already stays as it is.
Zones, dates and rhythms are tried with the very functions that pages use on them later.
"""

import datetime
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, BinaryIO, get_type_hints

from django.db import transaction

from core import recurrence
from network.data_rights import copy_archive, export_copy
from network.models import Account, EncryptedItem
from network.pages import week
from network.pages.item_forms import GOALS, LABELS, RELATIONS, REPEATS, TEXT
from network.safety_plan import STEPS
from network.vault import encryption, items, store
from network.vault.items import Appointment, VaultItem

MOST_BYTES = 2 * 1024 * 1024
MOST_THINGS = 2000
MOST_IN_A_LIST = 500
LARGEST_ID = 2**63 - 1


class UnreadableCopy(ValueError):
    """The file is no copy of ours."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many things went in, were there already, or could not be read."""

    added: int = 0
    there: int = 0
    refused: int = 0


def import_copy(account: Account, file: BinaryIO) -> ImportResult:
    """Puts in what is not there yet. Raises Unreadable for a file that is no copy."""
    read = [parse_item(each) for each in read_copy(file)]
    found = {old: thing for each in read if each for old, thing in [each]}
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        homes = {old: target_row_id(account, old, thing) for old, thing in found.items()}
        # What a thing refers to may have got another id here.
        names = {str(old): str(new) for old, new in homes.items()}
        mine = set(EncryptedItem.objects.filter(account=account).values_list("pk", flat=True))
        fresh = {old: thing for old, thing in found.items() if homes[old] not in mine}
        for old, thing in fresh.items():
            store.write(account, homes[old], with_new_ids(thing, names), store.NOT_YET)
    return ImportResult(len(fresh), len(found) - len(fresh), len(read) - len(found))


def read_copy(file: BinaryIO) -> list[Any]:
    """The things in copy.json, from the ZIP or on its own. Raises Unreadable."""
    content = file.read(MOST_BYTES + 1)
    try:
        if len(content) > MOST_BYTES:
            raise UnreadableCopy
        if content.startswith(b"PK"):
            content = copy_archive.read_entry(content, "copy.json", most=MOST_BYTES)
        copy = json.loads(content)
        if copy["format"] != export_copy.FORMAT or copy["version"] != export_copy.VERSION:
            raise UnreadableCopy
        return list(copy["kept"])[:MOST_THINGS]
    except (ValueError, KeyError, TypeError, RecursionError, copy_archive.BadArchive):
        raise UnreadableCopy from None


def parse_item(given: Any) -> tuple[uuid.UUID, VaultItem] | None:
    """A thing under the id that it had; None when it is none."""
    try:
        thing = items.from_plain({**given})
        return (uuid.UUID(given["id"]), thing) if is_whole(thing) else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def is_whole(thing: VaultItem) -> bool:
    """Whether each field holds what such a field may hold."""
    kinds = get_type_hints(type(thing))
    fields_fit = all(
        matches_type(kinds[each.name], value) and is_valid(thing.KIND, each.name, value)
        for each in fields(thing)
        for value in [getattr(thing, each.name)]
    )
    # Days that are each good may make no rhythm, such as one that ends before it begins.
    return fields_fit and (not isinstance(thing, Appointment) or bool(week.rules(thing)))


def matches_type(kind: Any, value: Any) -> bool:
    if kind in (list[int], list[str]):
        [inner] = kind.__args__
        return (
            isinstance(value, list)
            and len(value) <= MOST_IN_A_LIST
            and all(matches_type(inner, one) for one in value)
        )
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and 0 <= value <= LARGEST_ID
    return isinstance(value, str) and len(value) <= TEXT and "\0" not in value and is_text(value)


def is_text(value: str) -> bool:
    """Half a surrogate pair, which JSON can hold, is no text."""
    return value.isprintable() or not any("\ud800" <= sign <= "\udfff" for sign in value)


def is_valid(kind: str, name: str, value: Any) -> bool:
    check = SOUND.get(f"{kind}.{name}") or SOUND.get(name)
    return check is None or check(value)


def value_in(pairs: Mapping[str, Any]) -> Callable[[Any], bool]:
    return lambda value: value in pairs


def is_day(value: str) -> bool:
    """Return whether it is a day as forms take one. Raises ValueError for what is no date at all."""
    if not value:
        return True
    day = datetime.date.fromisoformat(value)
    return day.isoformat() == value and recurrence.is_likely_day(day)


def is_clock(value: str) -> bool:
    return not value or f"{datetime.time.fromisoformat(value):%H:%M}" == value


def is_zone(value: str) -> bool:
    return not value or recurrence.is_zone(value)


# By field, or by kind and field where that matters.
SOUND: dict[str, Callable[[Any], bool]] = {
    # An appointment has a day, a time and a zone; the forms ask for them.
    "appointment.on": lambda value: bool(value) and is_day(value),
    "appointment.at": lambda value: bool(value) and is_clock(value),
    "appointment.zone": lambda value: bool(value) and is_zone(value),
    "on": is_day,
    "until": is_day,
    "at": is_clock,
    "zone": is_zone,
    "zone.name": is_zone,
    "minutes": lambda value: 0 < value <= 24 * 60,
    "relation": value_in(dict(RELATIONS)),
    "repeat": value_in(dict(REPEATS)),
    "what": value_in(dict(GOALS)),
    "labels": lambda value: set(value) <= dict(LABELS).keys(),
    "key": value_in(STEPS),
}


def target_row_id(account: Account, old: uuid.UUID, thing: VaultItem) -> uuid.UUID:
    """Where the thing goes: its own place where a person has one of it, else the id that it had; where that is
    somebody else's, one that is the same each time this copy is taken in."""
    if thing.only_one is not None:
        return store.row_id_for(account, thing)
    if EncryptedItem.objects.filter(pk=old).exclude(account=account).exists():
        return encryption.fixed_id(account.wrapped_key, f"copy:{old}")
    return old


def with_new_ids(thing: VaultItem, names: Mapping[str, str]) -> VaultItem:
    """With the ids of rows that it refers to as they are here."""
    changes = {
        each.name: [names.get(one, one) for one in value]
        if isinstance(value, list)
        else names.get(value, value)
        for each in fields(thing)
        if each.name in ("people", "part_of")
        for value in [getattr(thing, each.name)]
    }
    return replace(thing, **changes) if changes else thing
