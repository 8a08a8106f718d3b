"""Import a copy that `network.data_rights.export_copy` exported, into this or another account of this site.

Anybody may have written the file. Each item is checked like a form: unknown values, impossible dates and fields of
the wrong type reject the item, and the others are imported. Existing items stay unchanged. Time zones, dates and
repetitions are checked with the functions that the pages use later.
"""

import datetime
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, BinaryIO, get_type_hints

from django.db import transaction

from core import recurrence
from network.data_rights import export_copy, zip_reader
from network.models import Account, EncryptedItem
from network.pages import week
from network.pages.item_forms import (
    GOAL_CHOICES,
    MAX_TEXT_LENGTH,
    NOTE_LABELS,
    RELATION_CHOICES,
    REPEAT_CHOICES,
)
from network.safety_plan import STEPS
from network.vault import encryption, items, store
from network.vault.items import Appointment, VaultItem

MAX_BYTES = 2 * 1024 * 1024
MAX_ITEMS = 2000
MAX_LIST_LENGTH = 500
MAX_ID = 2**63 - 1


class UnreadableCopy(ValueError):
    """The file is no copy that this site exported."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many items were added, existed already, or were rejected."""

    added: int = 0
    already_present: int = 0
    rejected: int = 0


def import_copy(account: Account, file: BinaryIO) -> ImportResult:
    """Store the items of an exported copy that the account does not have yet. Raises UnreadableCopy."""
    parsed = [parse_item(data) for data in read_copy(file)]
    valid = dict(pair for pair in parsed if pair)
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        new_ids = {old: target_row_id(account, old, item) for old, item in valid.items()}
        # An item may refer to another one, whose id may differ in this account.
        replacements = {str(old): str(new) for old, new in new_ids.items()}
        existing = set(EncryptedItem.objects.filter(account=account).values_list("pk", flat=True))
        missing = {old: item for old, item in valid.items() if new_ids[old] not in existing}
        for old, item in missing.items():
            store.save_item(
                account, new_ids[old], replace_item_ids(item, replacements), store.UNSAVED_VERSION
            )
    return ImportResult(len(missing), len(valid) - len(missing), len(parsed) - len(valid))


def read_copy(file: BinaryIO) -> list[Any]:
    """Return the items in copy.json, which may be inside its ZIP file. Raises UnreadableCopy."""
    content = file.read(MAX_BYTES + 1)
    try:
        if len(content) > MAX_BYTES:
            raise UnreadableCopy
        if content.startswith(b"PK"):
            content = zip_reader.read_entry(content, "copy.json", most=MAX_BYTES)
        copy = json.loads(content)
        if copy["format"] != export_copy.COPY_FORMAT or copy["version"] != export_copy.COPY_VERSION:
            raise UnreadableCopy
        return list(copy["kept"])[:MAX_ITEMS]
    except (ValueError, KeyError, TypeError, RecursionError, zip_reader.BadArchive):
        raise UnreadableCopy from None


def parse_item(data: Any) -> tuple[uuid.UUID, VaultItem] | None:
    """Return the former id of an item with the item, or None when it is invalid."""
    try:
        item = items.item_from_dict({**data})
        return (uuid.UUID(data["id"]), item) if has_valid_fields(item) else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def has_valid_fields(item: VaultItem) -> bool:
    """Return whether each field of the item has a valid value."""
    types = get_type_hints(type(item))
    fields_fit = all(
        matches_type(types[field.name], value) and is_valid(item.KIND, field.name, value)
        for field in fields(item)
        for value in [getattr(item, field.name)]
    )
    # Valid dates may still make no valid rule, such as one that ends before it begins.
    return fields_fit and (not isinstance(item, Appointment) or bool(week.appointment_rules(item)))


def matches_type(kind: Any, value: Any) -> bool:
    """Return whether a value has the type of its field and a permitted size."""
    if kind in (list[int], list[str]):
        [inner] = kind.__args__
        return (
            isinstance(value, list)
            and len(value) <= MAX_LIST_LENGTH
            and all(matches_type(inner, one) for one in value)
        )
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and 0 <= value <= MAX_ID
    return (
        isinstance(value, str) and len(value) <= MAX_TEXT_LENGTH and "\0" not in value and is_encodable(value)
    )


def is_encodable(value: str) -> bool:
    """Return whether a text can be stored. JSON can hold half of a surrogate pair, which is no text."""
    return value.isprintable() or not any("\ud800" <= sign <= "\udfff" for sign in value)


def is_valid(item_kind: str, name: str, value: Any) -> bool:
    """Return whether a value passes the check of its field, if there is one."""
    check = FIELD_CHECKS.get(f"{item_kind}.{name}") or FIELD_CHECKS.get(name)
    return check is None or check(value)


def is_key_of(pairs: Mapping[str, Any]) -> Callable[[Any], bool]:
    """Return a check that a value is one of the keys."""
    return lambda value: value in pairs


def is_day(value: str) -> bool:
    """Return whether the text is a date that the forms accept. Raises ValueError when it is no date."""
    if not value:
        return True
    day = datetime.date.fromisoformat(value)
    return day.isoformat() == value and recurrence.is_likely_day(day)


def is_time_of_day(value: str) -> bool:
    """Return whether the text is empty or a time such as "19:30". Raises ValueError when it is no time."""
    return not value or f"{datetime.time.fromisoformat(value):%H:%M}" == value


def is_zone(value: str) -> bool:
    """Return whether the text is empty or a known IANA time zone."""
    return not value or recurrence.is_zone(value)


# Keys are names of fields, or a type and the name of its field.
FIELD_CHECKS: dict[str, Callable[[Any], bool]] = {
    # An appointment must have a date, a time and a time zone.
    "appointment.on": lambda value: bool(value) and is_day(value),
    "appointment.at": lambda value: bool(value) and is_time_of_day(value),
    "appointment.zone": lambda value: bool(value) and is_zone(value),
    "on": is_day,
    "until": is_day,
    "at": is_time_of_day,
    "zone": is_zone,
    "zone.name": is_zone,
    "minutes": lambda value: 0 < value <= 24 * 60,
    "relation": is_key_of(dict(RELATION_CHOICES)),
    "repeat": is_key_of(dict(REPEAT_CHOICES)),
    "what": is_key_of(dict(GOAL_CHOICES)),
    "labels": lambda value: set(value) <= dict(NOTE_LABELS).keys(),
    "key": is_key_of(STEPS),
}


def target_row_id(account: Account, old: uuid.UUID, item: VaultItem) -> uuid.UUID:
    """Return the id for an imported item.

    An item that a person has at most once gets its own id. Others keep their former id. Where that is another
    person's, the item gets an id that is the same at each import of this copy.
    """
    if item.singleton_name is not None:
        return store.row_id_for(account, item)
    if EncryptedItem.objects.filter(pk=old).exclude(account=account).exists():
        return encryption.derive_id(account.wrapped_key, f"copy:{old}")
    return old


def replace_item_ids(item: VaultItem, replacements: Mapping[str, str]) -> VaultItem:
    """Return the item with the ids of other items replaced by their ids in this account."""
    changes = {
        field.name: [replacements.get(old, old) for old in value]
        if isinstance(value, list)
        else replacements.get(value, value)
        for field in fields(item)
        if field.name in ("people", "part_of")
        for value in [getattr(item, field.name)]
    }
    return replace(item, **changes) if changes else item
