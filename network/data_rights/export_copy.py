"""Export all data of an account as a ZIP file, with JSON for programs and HTML for any browser."""

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

COPY_FORMAT, COPY_VERSION = "steady-copy", 1


def export_zip(account: Account) -> bytes:
    """Return a ZIP file with copy.json and copy.html. Raises DecryptionError."""
    copy = export_data(account)
    page = {"copy": copy, "sections": html_sections(copy)}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("copy.json", json.dumps(copy, ensure_ascii=False, indent=1))
        archive.writestr("copy.html", render_to_string("network/exported_copy.html", page))
    return file.getvalue()


def export_data(account: Account) -> dict[str, Any]:
    """Return all data as plain values. `listings` names the listings whose ids occur. Raises DecryptionError."""
    rows = store.load_items(account)
    facts = readable_data(account)
    return {
        "format": COPY_FORMAT,
        "version": COPY_VERSION,
        "made_on": f"{current_day():%Y-%m-%d}",
        "login_name": facts.login_name,
        "created_on": facts.created_on,
        "last_seen_on": facts.last_seen_on,
        "factors": facts.factors,
        "sign_ins": facts.sign_ins,
        "listings": listing_names(rows),
        "kept": [{"id": str(row.pk), **items.item_to_dict(row.item)} for row in rows],
    }


def listing_names(rows: Iterable[StoredItem[VaultItem]]) -> dict[str, dict[str, str]]:
    """Return the name and page of each listing that the rows refer to, by its id."""
    ids = {pk for row in rows for pk in _listing_ids(row.item)}
    listings = Listing.objects.visible().filter(pk__in=ids).order_by("pk")
    return {
        str(listing.pk): {"name": listing.name, "page": listing.get_absolute_url()} for listing in listings
    }


def _listing_ids(item: VaultItem) -> list[int]:
    """Return the ids of listings in the fields `ids`, `listings` and `listing` of an item."""
    lists = [*getattr(item, "ids", []), *getattr(item, "listings", [])]
    return [*lists, item.listing] if hasattr(item, "listing") else lists
