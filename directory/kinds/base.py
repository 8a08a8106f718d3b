"""What a kind of listing declares: its model, words, icon, filters, card and page.

A kind is declared once, in a module of its own: beside this file, or as `kinds.py` of another app. `DirectoryConfig`
imports these modules when the apps are ready. To add a kind, add its model and its declaration; nothing else changes.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.fields import lower_first_word, set_labels

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from directory.listings.availability import AskedAt, Availability, Week
    from directory.listings.cards import Action
    from directory.models import Listing
    from directory.search.filters import Filter
    from directory.search.index.meetings import MeetingRow


Label = str | Promise
HOURS, MEETINGS = "hours", "meetings"


@dataclass(frozen=True, slots=True)
class PageFact:
    """One line of the page of a listing; an empty value is shown as "Not given"."""

    term: str
    value: str
    href: str = ""
    """Where the value leads: a number to dial, a page."""
    lang: str = ""
    """The language of the value, where it is the listing's own words and not in the language of the page."""


@dataclass(frozen=True, slots=True)
class PageSection:
    heading: str
    facts: tuple[PageFact, ...]


class Kind:
    """What the rest of the product needs to know of a kind. Subclasses fill in what differs."""

    slug: str
    model: type["Listing"]
    name: Label
    plural: Label
    tagline: Label
    """One short line under the name on the home page."""
    icon: str
    support_type: str = ""
    """Which of the five kinds of support it counts for: groups, therapy, peers, hotlines; empty for none."""
    is_primary: bool = False
    """True for the four kinds that lead everywhere."""
    counts_as_open: bool = True
    """Whether "open now" means that somebody can be reached; a therapist's office hours do not."""
    soonest_by: str = HOURS
    """What tells how soon one can go to it: `HOURS`, `MEETINGS`, or a filter that answers yes or no."""
    schema_type: str = "Organization"
    filters: Sequence["Filter"] = ()
    """Own filters, in the order in which they are shown."""
    primary_filter: str = ""
    """Key of a filter whose answer people ask for first: it is offered above the results."""
    prefetch: Sequence[str] = ()
    """What a card needs beside the listing, as lookups from `Listing`."""
    phone_check_fields: Sequence[str] = ()
    """Own fields that a curator asks for on the phone, after name, status and summary; at most ten."""
    extra_fields: Sequence[str] = ()
    """Own fields that wait behind "More"."""
    perishable_facts: Sequence[str] = ("hours",)
    """Facts that age faster than the listing, as `freshness.FRAGILE` knows them."""
    order: int = 100
    protected: bool = False
    """Whether a change of a public listing of this kind needs the right to publish; see
    directory/listings/publish_guard.py."""

    @property
    def accessor(self) -> str:
        """The name under which `Listing` knows the row with the own facts."""
        return self.model._meta.model_name or ""

    def own_row(self, listing: "Listing") -> Any:
        """The row with the own facts."""
        return listing if isinstance(listing, self.model) else getattr(listing, self.accessor)

    def card_labels(self, listing: "Listing") -> list[str]:
        """What follows the kind's name on a card: "AA", "open meeting", "online"."""
        return [lower_first_word(label) for label in set_labels(listing, "modes")]

    def sentences(self, listing: "Listing") -> list[str]:
        """Two or three short facts for the card."""
        return []

    def sections(self, listing: "Listing") -> list[PageSection]:
        """The own facts on the listing's page."""
        return []

    def actions(self, listing: "Listing", at: "AskedAt") -> list["Action"]:
        """Own buttons, before the ways to reach it that all kinds share."""
        return []

    def has_fact(self, listing: "Listing", fact: str) -> bool:
        """Whether a listing of this kind says anything on that fragile fact."""
        return listing.opening_hours() is not None

    def week_schedule(self, listing: "Listing", at: "AskedAt") -> "Week | None":
        """The coming seven days, for kinds that happen at set times."""
        return None

    def calendar_url(self, listing: "Listing") -> str:
        """The address of its calendar file, for kinds that happen at set times."""
        return ""

    def schema_org_fields(self, listing: "Listing") -> dict[str, Any]:
        """Own facts in the words of schema.org, beside those that all kinds share."""
        return {}

    def tile_condition(self, today: datetime.date) -> Q:
        """Return the condition on the listings that the home page counts when nothing of the kind is open."""
        return Q()

    def fallback_text(self, total: int) -> str:
        """Return the text of the home page's tile when nothing of the kind is open."""
        return ngettext("%(n)d place", "%(n)d places", total) % {"n": total}

    def availability(self, listing: "Listing", at: "AskedAt") -> "Availability | None":
        """Return when the listing can next be reached; None for a kind that follows its opening hours."""
        return None

    def meetings(self, listings: "QuerySet[Listing]") -> Iterable["MeetingRow"]:
        """The meetings of these listings, for kinds that happen at set times; those that are suspended left out."""
        return ()


def yes_no(value: str) -> str:
    """An `Answer` in words; unknown is empty, so that the page says "Not given"."""
    return {"yes": _("Yes"), "no": _("No")}.get(value, "")
