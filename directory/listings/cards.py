"""Listings made ready for templates: everything in words, nothing left to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.fields import labels, mid_sentence
from core.template_cache import HOLE, Differing
from directory.geo.geocoding import KM_PER_MILE, in_miles
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.listings.availability import At, Moment, by_hours
from directory.listings.json_prefetch import with_rows
from directory.models import Channel, Listing, Place
from directory.vocabulary import ChannelType, Status, has_number

ICONS = {
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

    label: Differing
    href: Differing
    icon: str
    spoken: Differing = ""

    @property
    def outside(self) -> bool:
        return self.href.startswith("http")


@dataclass(frozen=True, slots=True)
class Card:
    pk: Annotated[int, HOLE]
    slug: Differing
    url: Differing
    kind: str
    icon: str
    kind_words: Differing
    name: Differing
    lang: str
    sample: bool
    finder: bool
    when: Moment
    place: Differing
    facts: Differing
    actions: list[Action]
    checked: Differing
    paused: bool


def cards(pks: Sequence[int], at: At, km: Mapping[int, float] | None = None) -> list[Card]:
    """Cards in the order of the ids; what is not public any more is left out."""
    found = {listing.pk: listing for listing in ready(pks)}
    return [card(found[pk], at, (km or {}).get(pk)) for pk in pks if pk in found]


def ready(pks: Sequence[int]) -> list[Listing]:
    """Listings with all that a card needs, in one query and in no order."""
    listings = Listing.objects.visible().filter(pk__in=pks)
    listings = listings.select_related("organization", "place", *kinds.accessors())
    own = {path for kind in kinds.values() for path in kind.prefetch}
    return with_rows(listings, ["channels", "verifications", "intervals", "exceptions", *sorted(own)])


def card(listing: Listing, at: At, km: float | None = None) -> Card:
    kind = kinds[listing.kind]
    paused = listing.status != Status.PUBLISHED
    return Card(
        pk=listing.pk,
        slug=listing.slug,
        url=listing.get_absolute_url(),
        kind=kind.slug,
        icon=kind.icon,
        kind_words=kind_words(listing),
        name=listing.name,
        lang="" if listing.text_language == get_language() else listing.text_language,
        sample=listing.sample,
        finder=listing.national_finder,
        when=paused_moment(listing) if paused else moment(listing, at),
        place=place_words(listing, km),
        facts=" ".join([*cost_sentence(listing), *kind.sentences(listing), *audience_sentence(listing)][:4]),
        actions=[] if paused else actions(listing, at)[:CARD_ACTIONS],
        checked=freshness.words(listing, at.today),
        paused=paused,
    )


def moment(listing: Listing, at: At) -> Moment:
    """Return when one can reach a listing, as its kind says or else by its opening hours.

    A finder without hours is a page, which is there at any time.
    """
    if listing.national_finder and listing.opening_hours() is None:
        return Moment.words_only(_("Any time"), [])
    return kinds[listing.kind].moment(listing, at) or by_hours(listing, at)


def kind_words(listing: Listing) -> str:
    kind = kinds[listing.kind]
    return ", ".join([str(kind.name), *kind.words(listing)])


def paused_moment(listing: Listing) -> Moment:
    label = _("Closed for good") if listing.status == Status.CLOSED else _("Paused")
    return Moment.words_only(label, [listing.status_reason], state="paused")


def place_words(listing: Listing, km: float | None) -> str:
    """The address as far as it may be shown, and how far it is; nothing where there is no place."""
    if listing.place is None:
        return str(listing.organization or "")
    parts = listing.place.public_parts
    if km is not None:
        parts = [*parts, distance_words(km, listing.place)]
    return ", ".join(parts)


def distance_words(km: float, place: Place) -> str:
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
    words = labels(listing, "payment")
    return [", ".join(words) + "."] if words else []


def audience_sentence(listing: Listing) -> list[str]:
    words = [mid_sentence(label) for label in labels(listing, "audiences")]
    return [_("For %(who)s.") % {"who": ", ".join(words)}] if words else []


def actions(listing: Listing, at: At) -> list[Action]:
    """Join, Call, Text, Chat, Directions and Website, as far as they exist."""
    found = [
        *kinds[listing.kind].actions(listing, at),
        *(channel_action(channel) for channel in listing.channels.all()),
    ]
    if way := directions(listing.place):
        found.insert(0 if "in-person" in listing.modes else len(found), way)
    return [
        Action(each.label, each.href, each.icon, each.spoken or listing.name) for each in found if each.href
    ]


def channel_action(channel: Channel) -> Action:
    way = ChannelType(channel.type)
    label = str(way.label)
    if way == ChannelType.TEXT and channel.body:
        label = _("Text %(word)s to %(number)s") % {"word": channel.body, "number": channel.display}
        return Action(label, channel.href, ICONS[way])
    if has_number(way, channel.dial) and len(channel.display) <= LONGEST_NUMBER:
        label = f"{label} {channel.display}"
    if way == ChannelType.WEBSITE and channel.display and "." not in channel.display:
        label = channel.display  # "Find a meeting" says more than "Website"
    return Action(label, channel.href, ICONS[way])


def directions(place: Place | None) -> Action | None:
    """Opens the visitor's own maps app; nothing is loaded from anywhere on our page."""
    if place is None or place.public_point is None:
        return None
    latitude, longitude = place.public_point
    label = ", ".join(place.public_parts)
    query = urlencode({"q": f"{latitude:.5f},{longitude:.5f} ({label})"})
    return Action(_("Directions"), f"geo:{latitude:.5f},{longitude:.5f}?{query}", "way")
