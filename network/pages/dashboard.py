"""Build the context of "My network": the types of support, the week and the saved listings."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from core.fields import lower_first_word
from directory.listings.availability import AskedAt
from directory.listings.cards import Card, build_card, load_listings
from directory.models import Listing
from network import support_types
from network.pages.item_forms import NOTE_LABELS
from network.pages.week import build_week
from network.safety_plan import STEPS
from network.saved.listing_changes import find_changes
from network.vault import store
from network.vault.items import Note
from network.vault.user_data import UserData, notes_after_merges


def dashboard_context(
    user_data: UserData, ids: Sequence[int], merges: Mapping[int, int], at: AskedAt, *, signed_in: bool
) -> dict[str, Any]:
    """Return the template context of the page "My network".

    `ids` are the saved listings after merges. `merges` maps each merged listing to the one that stands for it.
    """
    by_id = {listing.pk: listing for listing in load_listings(ids)}
    listings = [by_id[pk] for pk in ids if pk in by_id]
    cards = [build_card(listing, at) for listing in listings]
    notes = notes_after_merges(user_data.notes, merges)
    return {
        "saved": _saved_rows(cards, notes, listings, at),
        "gone": len(ids) - len(cards),
        "supports": support_types.support_summary(
            cards, [row.item.name for row in user_data.people], signed_in=signed_in
        ),
        "week": build_week(user_data, [listing.pk for listing in listings], at),
        "written": len(user_data.plan_entries),
        "all_steps": len(STEPS),
        "orphaned_notes": _orphaned_notes(user_data, ids, merges),
        "saved_count": len(cards) + len(user_data.rows),
    }


def _saved_rows(
    cards: Sequence[Card], notes: Mapping[int, Note], listings: list[Listing], at: AskedAt
) -> list[dict[str, Any]]:
    """Return each saved listing with its position, its note and what happened to it."""
    changes = find_changes(listings, at.today)
    labels = dict(NOTE_LABELS)
    return [
        {
            "card": card,
            "first": card is cards[0],
            "last": card is cards[-1],
            "change": changes.get(card.pk),
            "note": notes.get(card.pk),
            "labels": [
                lower_first_word(str(labels[key]))
                for key in notes.get(card.pk, Note()).labels
                if key in labels
            ],
        }
        for card in cards
    ]


def _orphaned_notes(
    user_data: UserData, ids: Sequence[int], merges: Mapping[int, int]
) -> list[dict[str, Any]]:
    """Return the notes on listings that are no longer saved. A note remains until the person deletes it."""
    rows = [row for row in store.items_of_type(Note, user_data.rows) if row.item.text]
    orphaned = [row for row in rows if merges.get(row.item.listing, row.item.listing) not in ids]
    if not orphaned:
        return []
    pks = [row.item.listing for row in orphaned]
    names = dict(Listing.objects.visible().filter(pk__in=pks).values_list("pk", "name"))
    return [
        {
            "name": names.get(row.item.listing, ""),
            "text": row.item.text,
            "delete_url": reverse("delete_item", args=(row.pk,)),
        }
        for row in orphaned
    ]
