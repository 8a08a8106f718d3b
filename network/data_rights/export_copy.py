"""A copy of all that an account keeps, to take out: one file for programs, and one to read in any browser."""

import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from django.template.loader import render_to_string

from directory.models import Listing
from network.data_rights.disclosure import readable_data
from network.data_rights.export_html import html_sections
from network.models import Account, current_day
from network.vault import items, store
from network.vault.items import VaultItem
from network.vault.store import StoredItem

FORMAT, VERSION = "steady-copy", 1


def export_zip(account: Account) -> bytes:
    """A ZIP of copy.json and copy.html. Raises DecryptionError."""
    copy = export_data(account)
    page = {"copy": copy, "sections": html_sections(copy)}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("copy.json", json.dumps(copy, ensure_ascii=False, indent=1))
        archive.writestr("copy.html", render_to_string("network/copy.html", page))
    return file.getvalue()


def export_data(account: Account) -> dict[str, Any]:
    """All of it as plain data; `listings` tells what the ids in it stand for. Raises DecryptionError."""
    rows = store.load_items(account)
    facts = readable_data(account)
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_on": f"{current_day():%Y-%m-%d}",
        "login_name": facts.login_name,
        "created_on": facts.created_on,
        "last_seen_on": facts.last_seen_on,
        "factors": facts.factors,
        "sign_ins": facts.sign_ins,
        "listings": _listing_names(rows),
        "kept": [{"id": str(row.pk), **items.item_to_dict(row.item)} for row in rows],
    }


def _listing_names(rows: Iterable[StoredItem[VaultItem]]) -> dict[str, dict[str, str]]:
    """Name and page of every listing that is spoken of, by its id."""
    ids = {pk for row in rows for pk in _listing_ids(row.item)}
    found = Listing.objects.visible().filter(pk__in=ids).order_by("pk")
    return {str(each.pk): {"name": each.name, "page": each.get_absolute_url()} for each in found}


def _listing_ids(item: VaultItem) -> list[int]:
    """The ids of listings in a item: those in its fields `ids`, `listings` and `listing`."""
    lists = [*getattr(item, "ids", []), *getattr(item, "listings", [])]
    return [*lists, item.listing] if hasattr(item, "listing") else lists
