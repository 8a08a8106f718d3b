"""Listings made ready for templates: everything in words, nothing left to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.fields import lower_first_word, set_labels
from core.template_cache import PLACEHOLDER, PlaceholderText
from directory.geo.geocoding import KM_PER_MILE, in_miles
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.listings.availability import AskedAt, Availability, opening_hours_availability
from directory.listings.json_prefetch import prefetch_json
from directory.models import Channel, Listing, Place
from directory.vocabulary import ChannelType, Status, has_number

CHANNEL_ICONS = {
    ChannelType.CALL: "call",
    ChannelType.TEXT: "text",
    ChannelType.CHAT: "chat",
    ChannelType.APP: "chat",
    ChannelType.EMAIL: "mail",
    ChannelType.WEBSITE: "web",
    ChannelType.VIDEO: "join",
    ChannelType.VIDEOPHONE: "join",
    ChannelType.TTY: "text",
}
CARD_ACTIONS = 4
LONGEST_NUMBER = 16  # characters that still fit on a button


@dataclass(frozen=True, slots=True)
class Action:
    """A button; `spoken` follows the label for who hears the page instead of seeing it."""

    label: PlaceholderText
    href: PlaceholderText
    icon: str
    spoken: PlaceholderText = ""

    @property
    def outside(self) -> bool:
        return self.href.startswith("http")


@dataclass(frozen=True, slots=True)
class Card:
    pk: Annotated[int, PLACEHOLDER]
    slug: PlaceholderText
    url: PlaceholderText
    kind: str
    icon: str
    kind_words: PlaceholderText
    name: PlaceholderText
    lang: str
    sample: bool
    finder: bool
    when: Availability
    place: PlaceholderText
    facts: PlaceholderText
    actions: list[Action]
    checked: PlaceholderText
    paused: bool


def build_cards(pks: Sequence[int], at: AskedAt, km: Mapping[int, float] | None = None) -> list[Card]:
    """Cards in the order of the ids; what is not public any more is left out."""
    found = {listing.pk: listing for listing in load_listings(pks)}
    return [build_card(found[pk], at, (km or {}).get(pk)) for pk in pks if pk in found]


def load_listings(pks: Sequence[int]) -> list[Listing]:
    """Listings with all that a card needs, in one query and in no order."""
    listings = Listing.objects.visible().filter(pk__in=pks)
    listings = listings.select_related("organization", "place", *kinds.accessors())
    own = {path for kind in kinds.values() for path in kind.prefetch}
    return prefetch_json(listings, ["channels", "verifications", "intervals", "exceptions", *sorted(own)])


def build_card(listing: Listing, at: AskedAt, km: float | None = None) -> Card:
    kind = kinds[listing.kind]
    paused = listing.status != Status.PUBLISHED
    return Card(
        pk=listing.pk,
        slug=listing.slug,
        url=listing.get_absolute_url(),
        kind=kind.slug,
        icon=kind.icon,
        kind_words=kind_text(listing),
        name=listing.name,
        lang="" if listing.text_language == get_language() else listing.text_language,
        sample=listing.sample,
        finder=listing.national_finder,
        when=paused_availability(listing) if paused else listing_availability(listing, at),
        place=place_text(listing, km),
        facts=" ".join([*cost_sentence(listing), *kind.sentences(listing), *audience_sentence(listing)][:4]),
        actions=[] if paused else listing_actions(listing, at)[:CARD_ACTIONS],
        checked=freshness.freshness_text(listing, at.today),
        paused=paused,
    )


def listing_availability(listing: Listing, at: AskedAt) -> Availability:
    """Return when one can reach a listing, as its kind says or else by its opening hours.

    A finder without hours is a page, which is there at any time.
    """
    if listing.national_finder and listing.opening_hours() is None:
        return Availability.text_only(_("Any time"), [])
    return kinds[listing.kind].availability(listing, at) or opening_hours_availability(listing, at)


def kind_text(listing: Listing) -> str:
    kind = kinds[listing.kind]
    return ", ".join([str(kind.name), *kind.card_labels(listing)])


def paused_availability(listing: Listing) -> Availability:
    label = _("Closed for good") if listing.status == Status.CLOSED else _("Paused")
    return Availability.text_only(label, [listing.status_reason], state="paused")


def place_text(listing: Listing, km: float | None) -> str:
    """The address as far as it may be shown, and how far it is; nothing where there is no place."""
    if listing.place is None:
        return str(listing.organization or "")
    parts = listing.place.public_parts
    if km is not None:
        parts = [*parts, distance_text(km, listing.place)]
    return ", ".join(parts)


def distance_text(km: float, place: Place) -> str:
    """Miles or kilometres, as its country counts; whole ones only where the point is rough or private."""
    miles = in_miles(place.country or settings.DEFAULT_COUNTRY)
    distance = km / KM_PER_MILE if miles else km
    if place.private or place.approximate:
        whole = max(1, round(distance))
        if miles:
            return ngettext("about %(n)d mile", "about %(n)d miles", whole) % {"n": whole}
        return _("about %(n)d km") % {"n": whole}
    return (_("%(n).1f miles") if miles else _("%(n).1f km")) % {"n": distance}


def cost_sentence(listing: Listing) -> list[str]:
    if listing.cost_note:
        return [listing.cost_note.rstrip(".") + "."]
    words = set_labels(listing, "payment")
    return [", ".join(words) + "."] if words else []


def audience_sentence(listing: Listing) -> list[str]:
    words = [lower_first_word(label) for label in set_labels(listing, "audiences")]
    return [_("For %(who)s.") % {"who": ", ".join(words)}] if words else []


def listing_actions(listing: Listing, at: AskedAt) -> list[Action]:
    """Join, Call, Text, Chat, Directions and Website, as far as they exist."""
    found = [
        *kinds[listing.kind].actions(listing, at),
        *(channel_action(channel) for channel in listing.channels.all()),
    ]
    if way := directions_action(listing.place):
        found.insert(0 if "in-person" in listing.modes else len(found), way)
    return [
        Action(each.label, each.href, each.icon, each.spoken or listing.name) for each in found if each.href
    ]


def channel_action(channel: Channel) -> Action:
    way = ChannelType(channel.type)
    label = str(way.label)
    if way == ChannelType.TEXT and channel.body:
        label = _("Text %(word)s to %(number)s") % {"word": channel.body, "number": channel.display}
        return Action(label, channel.href, CHANNEL_ICONS[way])
    if has_number(way, channel.dial) and len(channel.display) <= LONGEST_NUMBER:
        label = f"{label} {channel.display}"
    if way == ChannelType.WEBSITE and channel.display and "." not in channel.display:
        label = channel.display  # "Find a meeting" says more than "Website"
    return Action(label, channel.href, CHANNEL_ICONS[way])


def directions_action(place: Place | None) -> Action | None:
    """Opens the visitor's own maps app; nothing is loaded from anywhere on our page."""
    if place is None or place.public_point is None:
        return None
    latitude, longitude = place.public_point
    label = ", ".join(place.public_parts)
    query = urlencode({"q": f"{latitude:.5f},{longitude:.5f} ({label})"})
    return Action(_("Directions"), f"geo:{latitude:.5f},{longitude:.5f}?{query}", "way")
