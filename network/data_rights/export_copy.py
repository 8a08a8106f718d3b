"""A copy of all that an account keeps, to take out: one file for programs, and one to read in any browser."""

import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from django.template.loader import render_to_string

from directory.models import Listing
from network.data_rights.disclosure import readable
from network.data_rights.export_html import sections
from network.models import Account, today
from network.vault import items, store
from network.vault.items import Thing
from network.vault.store import Row

FORMAT, VERSION = "steady-copy", 1


def packed(account: Account) -> bytes:
    """A ZIP of copy.json and copy.html. Raises sealed.Unreadable."""
    copy = of(account)
    page = {"copy": copy, "sections": sections(copy)}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("copy.json", json.dumps(copy, ensure_ascii=False, indent=1))
        archive.writestr("copy.html", render_to_string("network/copy.html", page))
    return file.getvalue()


def of(account: Account) -> dict[str, Any]:
    """All of it as plain data; `listings` tells what the ids in it stand for. Raises sealed.Unreadable."""
    rows = store.everything(account)
    facts = readable(account)
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_on": f"{today():%Y-%m-%d}",
        "login_name": facts.login_name,
        "created_on": facts.created_on,
        "last_seen_on": facts.last_seen_on,
        "factors": facts.factors,
        "sign_ins": facts.sign_ins,
        "listings": listings(rows),
        "kept": [{"id": str(row.pk), **items.plain(row.thing)} for row in rows],
    }


def listings(rows: Iterable[Row[Thing]]) -> dict[str, dict[str, str]]:
    """Name and page of every listing that is spoken of, by its id."""
    ids = {pk for row in rows for pk in listing_ids(row.thing)}
    found = Listing.objects.visible().filter(pk__in=ids).order_by("pk")
    return {str(each.pk): {"name": each.name, "page": each.get_absolute_url()} for each in found}


def listing_ids(thing: Thing) -> list[int]:
    """The ids of listings in a thing: those in its fields `ids`, `listings` and `listing`."""
    lists = [*getattr(thing, "ids", []), *getattr(thing, "listings", [])]
    return [*lists, thing.listing] if hasattr(thing, "listing") else lists
