"""The base class of a kind of listing: all that the rest of the product needs to know about it.

A kind is declared once, in a module of its own: in this package, or as `kinds.py` of another app. `DirectoryConfig`
imports these modules when the apps are ready. To add a kind, write its model, its declaration and a migration with its
table and triggers. No other module changes. `tests/directory/kinds/` shows it for an invented kind.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.fields import lower_first_word, set_labels
from core.i18n import TranslatableText

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from directory.listings.availability import AskedAt, Availability, Week
    from directory.listings.cards import Action, FoundMeeting
    from directory.models import Listing
    from directory.search.filters import Filter
    from directory.search.index.meetings import MeetingRow


# Values of `Kind.soonest_by`.
HOURS, MEETINGS = "hours", "meetings"


@dataclass(frozen=True, slots=True)
class PageFact:
    """One line on the page of a listing; an empty value is shown as "Not given"."""

    term: str
    value: str
    href: str = ""
    """The address that the value links to: a number to dial, or a page."""
    lang: str = ""
    """The language of the value, where it is the listing's own text and not in the language of the page."""


@dataclass(frozen=True, slots=True)
class PageSection:
    """A heading on the page of a listing, and the lines below it."""

    heading: str
    facts: tuple[PageFact, ...]


@dataclass(frozen=True, slots=True)
class PerishableFact:
    """A fact that ages faster than its listing."""

    key: str
    label: TranslatableText
    days: int
    """How many days it may be relied on after the day on which it was known."""
    day_field: str = ""
    """The field of the kind's model that holds its day, where there is one; the field named `key` holds its value."""


def opening_hours_fact(days: int = 182) -> PerishableFact:
    """Return the opening hours as a fact that may be relied on for so many days."""
    return PerishableFact("hours", gettext_lazy("hours"), days)


class Kind:
    """The declaration of one kind of listing. A subclass sets what differs from the defaults."""

    # Name and place on the site.

    slug: str
    """Stands in addresses and in the column `kind` of a listing."""
    model: type["Listing"]
    name: TranslatableText
    plural: TranslatableText
    tagline: TranslatableText
    """One short line under the name on the home page."""
    icon: str
    order: int = 100
    """Kinds with a smaller number come first wherever all kinds are listed."""
    is_primary: bool = False
    """Whether it has a tile on the home page; the other kinds are links below the tiles."""
    support_type: str = ""
    """The type of support on /my-network/ that it counts for: groups, therapy, peers, hotlines; empty for none."""

    # Search, cards and pages.

    filters: Sequence["Filter"] = ()
    """Its own filters, in the order in which they are shown."""
    primary_filter: str = ""
    """Key of a filter that people choose first: it is offered above the results."""
    search_text_fields: Sequence[str] = ()
    """Text fields of its model whose words the search finds, besides the texts that all listings share."""
    soonest_by: str = HOURS
    """What says how soon one can go there: `HOURS`, `MEETINGS`, or the key of a filter that answers yes or no."""
    counts_as_open: bool = True
    """Whether "open now" means that somebody can be reached; the office hours of a therapist do not mean that."""
    schema_type: str = "Organization"
    """Its type at https://schema.org."""
    schema_has_hours: bool = False
    """Whether schema.org gives that type opening hours and a point of its own, as it does to businesses."""
    prefetch: Sequence[str] = ()
    """The related rows that a card needs, as lookups from `Listing`."""

    # Curators and import.

    phone_check_fields: Sequence[str] = ()
    """Fields that a curator asks for on the phone, after name, status and summary; at most ten."""
    extra_fields: Sequence[str] = ()
    """Fields that stand under "More" in the admin."""
    due_days: int = 365
    """How many days after a check of a listing the next one is due."""
    perishable_facts: Sequence[PerishableFact] = (opening_hours_fact(),)
    """The facts that age faster than the listing."""
    protected: bool = False
    """Whether a change of a public listing needs the right to publish; see directory/listings/publisher_rights.py."""
    auto_merge: bool = True
    """Whether identical listings of two sources may be merged without a curator."""
    fellowship_field: str = ""
    """The field of its model that names a fellowship. Listings of different fellowships are never duplicates."""
    finder_fields: Sequence[str] = ()
    """Fields of its model that a national finder in `reference_data` may have. Empty where there are no finders."""
    triggers: Mapping[type[Model], str] = {}
    """Further models whose rows the search index depends on, each with its foreign key to the listing."""

    # Lines to call in a crisis.

    is_crisis_line: bool = False
    """Whether its listings are lines to call in a crisis. /now/, the page of all lines, the wallet card and the page of
    small steps then show them as lines, and the search offers them in distress. Its model has the fields of `Hotline`.
    """
    main_field: str = ""
    """The boolean field of its model that marks the main line of a country. Such a listing counts as checked, never as
    stale, and its hours never grow too old."""

    @property
    def accessor(self) -> str:
        """The name of the relation from `Listing` to the row of the kind's model."""
        return self.model._meta.model_name or ""

    @property
    def fellowship_lookup(self) -> str:
        """The lookup from `Listing` to the fellowship, or "" where the kind has none."""
        return f"{self.accessor}__{self.fellowship_field}" if self.fellowship_field else ""

    @property
    def has_meetings(self) -> bool:
        """Whether its listings happen at set times."""
        return self.soonest_by == MEETINGS

    @property
    def page_url(self) -> str:
        """The address of the page that lists all of the kind, in the active language."""
        return reverse("kind", args=(self.slug,))

    @property
    def has_perishable_hours(self) -> bool:
        """Whether opening hours are among the declared perishable facts: such a kind is open by the clock."""
        return any(fact.key == "hours" for fact in self.perishable_facts)

    def own_row(self, listing: "Listing") -> Any:
        """Return the listing as an instance of the kind's model."""
        return listing if isinstance(listing, self.model) else getattr(listing, self.accessor)

    def perishable_fact(self, key: str) -> PerishableFact | None:
        """Return the perishable fact with that key; None for a fact that ages no faster than the listing.

        Opening hours are perishable on every kind, whether or not the kind declares them.
        """
        declared = (fact for fact in self.perishable_facts if fact.key == key)
        return next(declared, opening_hours_fact() if key == "hours" else None)

    def has_fact(self, listing: "Listing", fact: str) -> bool:
        """Return whether the listing says anything about the perishable fact with that key."""
        return listing.opening_hours() is not None

    def card_labels(self, listing: "Listing") -> list[str]:
        """Return the words after the kind's name on a card: "AA", "open meeting", "online"."""
        return [lower_first_word(label) for label in set_labels(listing, "modes")]

    def sentences(self, listing: "Listing") -> list[str]:
        """Return two or three short facts for the card."""
        return []

    def sections(self, listing: "Listing") -> list[PageSection]:
        """Return the facts of the kind for the listing's page."""
        return []

    def actions(self, listing: "Listing", at: "AskedAt") -> list["Action"]:
        """Return the kind's own buttons. They come before the ways to reach it that all kinds share."""
        return []

    def found_meeting(self, listing: "Listing", at: "AskedAt") -> "FoundMeeting | None":
        """Return what the card says by one meeting of the listing; None for a kind without meetings."""
        return None

    def set_text(self, listing: "Listing", name: str) -> str:
        """Return the labels of a set of choices of the listing as one text, for its page."""
        return ", ".join(set_labels(listing, name))

    def week_schedule(self, listing: "Listing", at: "AskedAt") -> "Week | None":
        """Return the meetings of the coming seven days; None where the listing has no active meeting."""
        return None

    def calendar_url(self, listing: "Listing") -> str:
        """Return the address of the calendar file; empty where the listing has nothing at set times."""
        return ""

    def schema_org_fields(self, listing: "Listing") -> dict[str, Any]:
        """Return the facts of the kind in the words of schema.org, besides those that all kinds share."""
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

    def own_meetings(self, listing: "Listing") -> Iterable[Any]:
        """Return the listing's meetings, suspended ones included; none for a kind without set times."""
        return ()

    def meetings(self, listings: "QuerySet[Listing]") -> Iterable["MeetingRow"]:
        """Return the active meetings of these listings for the search index."""
        return ()

    def meeting_texts(self, first: int, last: int) -> Iterable[tuple[int, str, str]]:
        """Return listing, name and note of each active meeting of the listings with an id from `first` to `last`.

        The search finds a listing by the names and notes of its meetings.
        """
        return ()


def yes_no(value: str) -> str:
    """Return a value of `YesNo` in words. Unknown is empty, so that the page says "Not given"."""
    return {"yes": _("Yes"), "no": _("No")}.get(value, "")
