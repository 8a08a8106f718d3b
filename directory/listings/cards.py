"""Cards: listings prepared for templates, with every text ready to be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.fields import lower_first_word, set_labels
from core.i18n import name_lang_attribute
from core.template_cache import PLACEHOLDER, PlaceholderText
from directory.geo.geocoding import KM_PER_MILE, uses_miles
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
LONGEST_NUMBER = 16  # characters that fit on a button


@dataclass(frozen=True, slots=True)
class Action:
    """A button on a card.

    Screen readers read `spoken_suffix` after the label.
    """

    label: PlaceholderText
    href: PlaceholderText
    icon: str
    spoken_suffix: PlaceholderText = ""

    @property
    def is_external(self) -> bool:
        """Return whether the button opens a page of another site."""
        return self.href.startswith("http")


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that the card of a listing shows."""

    pk: Annotated[int, PLACEHOLDER]
    slug: PlaceholderText
    url: PlaceholderText
    kind: str
    icon: str
    kind_label: PlaceholderText
    name: PlaceholderText
    lang: str
    sample: bool
    is_national_finder: bool
    availability: Availability
    place: PlaceholderText
    facts: PlaceholderText
    actions: list[Action]
    checked: PlaceholderText
    paused: bool


def build_cards(pks: Sequence[int], at: AskedAt, km: Mapping[int, float] | None = None) -> list[Card]:
    """Return cards in the order of the ids, without listings that are no longer public.

    `km` gives the distance from the searched place in kilometres by listing id.
    """
    listings = {listing.pk: listing for listing in load_listings(pks)}
    return [build_card(listings[pk], at, (km or {}).get(pk)) for pk in pks if pk in listings]


def load_listings(pks: Sequence[int]) -> list[Listing]:
    """Return the listings with all rows that a card needs, from one query and in no particular order."""
    listings = Listing.objects.visible().filter(pk__in=pks)
    listings = listings.select_related("organization", "place", *kinds.accessors())
    kind_paths = {path for kind in kinds.values() for path in kind.prefetch}
    return prefetch_json(
        listings, ["channels", "verifications", "intervals", "exceptions", *sorted(kind_paths)]
    )


def build_card(listing: Listing, at: AskedAt, km: float | None = None) -> Card:
    """Return the card of one listing; `km` is its distance from the searched place in kilometres."""
    kind = kinds[listing.kind]
    paused = listing.status != Status.PUBLISHED
    return Card(
        pk=listing.pk,
        slug=listing.slug,
        url=listing.get_absolute_url(),
        kind=kind.slug,
        icon=kind.icon,
        kind_label=kind_label(listing),
        name=listing.name,
        lang=name_lang_attribute(listing.name, listing.text_language),
        sample=listing.sample,
        is_national_finder=listing.national_finder,
        availability=paused_availability(listing) if paused else listing_availability(listing, at),
        place=place_text(listing, km),
        facts=" ".join([*cost_sentence(listing), *kind.sentences(listing), *audience_sentence(listing)][:4]),
        actions=[] if paused else listing_actions(listing, at)[:CARD_ACTIONS],
        checked=freshness.freshness_text(listing, at.today),
        paused=paused,
    )


def listing_availability(listing: Listing, at: AskedAt) -> Availability:
    """Return when a listing can be reached, as its kind says or else by its opening hours.

    A national finder without hours is a web page, which is there at any time.
    """
    if listing.national_finder and listing.opening_hours() is None:
        return Availability.text_only(_("Any time"), [])
    return kinds[listing.kind].availability(listing, at) or opening_hours_availability(listing, at)


def kind_label(listing: Listing) -> str:
    """Return the name of the kind and its labels, such as "Support group, AA"."""
    kind = kinds[listing.kind]
    return ", ".join([str(kind.name), *kind.card_labels(listing)])


def paused_availability(listing: Listing) -> Availability:
    """Return the availability of a paused or closed listing, with the reason."""
    label = _("Closed for good") if listing.status == Status.CLOSED else _("Paused")
    return Availability.text_only(label, [listing.status_reason], state="paused")


def place_text(listing: Listing, km: float | None) -> str:
    """Return the public address and the distance, or the organization where the listing has no place."""
    if listing.place is None:
        return str(listing.organization or "")
    parts = listing.place.public_parts
    if km is not None:
        parts = [*parts, distance_text(km, listing.place)]
    return ", ".join(parts)


def distance_text(km: float, place: Place) -> str:
    """Return the distance in miles or kilometres, depending on the country of the place.

    Where the point of the place is rough or private, the distance is rounded to whole units.
    """
    as_miles = uses_miles(place.country or settings.DEFAULT_COUNTRY)
    distance = km / KM_PER_MILE if as_miles else km
    if place.private or place.approximate:
        whole = max(1, round(distance))
        if as_miles:
            return ngettext("about %(n)d mile", "about %(n)d miles", whole) % {"n": whole}
        return _("about %(n)d km") % {"n": whole}
    return (_("%(n).1f miles") if as_miles else _("%(n).1f km")) % {"n": distance}


def cost_sentence(listing: Listing) -> list[str]:
    """Return a sentence about the cost, in a list that is empty where nothing is known."""
    if listing.cost_note:
        return [listing.cost_note.rstrip(".") + "."]
    labels = set_labels(listing, "payment")
    return [", ".join(labels) + "."] if labels else []


def audience_sentence(listing: Listing) -> list[str]:
    """Return a sentence about the audience, in a list that is empty where the listing is for everybody."""
    labels = [lower_first_word(label) for label in set_labels(listing, "audiences")]
    return [_("For %(who)s.") % {"who": ", ".join(labels)}] if labels else []


def listing_actions(listing: Listing, at: AskedAt) -> list[Action]:
    """Return the buttons of a listing: join, call, text, chat, directions and website, as far as they exist."""
    actions = [
        *kinds[listing.kind].actions(listing, at),
        *(channel_action(channel) for channel in listing.channels.all()),
    ]
    if directions := directions_action(listing.place):
        actions.insert(0 if "in-person" in listing.modes else len(actions), directions)
    return [
        Action(action.label, action.href, action.icon, action.spoken_suffix or listing.name)
        for action in actions
        if action.href
    ]


def channel_action(channel: Channel) -> Action:
    """Return the action of one channel, such as a call, with its label, address and icon."""
    channel_type = ChannelType(channel.type)
    label = str(channel_type.label)
    if channel_type == ChannelType.TEXT and channel.body:
        label = _("Text %(word)s to %(number)s") % {"word": channel.body, "number": channel.display}
        return Action(label, channel.href, CHANNEL_ICONS[channel_type])
    if has_number(channel_type, channel.dial) and len(channel.display) <= LONGEST_NUMBER:
        label = f"{label} {channel.display}"
    if channel_type == ChannelType.WEBSITE and channel.display and "." not in channel.display:
        label = channel.display  # "Find a meeting" says more than "Website"
    return Action(label, channel.href, CHANNEL_ICONS[channel_type])


def directions_action(place: Place | None) -> Action | None:
    """Return a button that opens the visitor's own maps app, or None where no public point is known."""
    if place is None or place.public_point is None:
        return None
    latitude, longitude = place.public_point
    label = ", ".join(place.public_parts)
    query = urlencode({"q": f"{latitude:.5f},{longitude:.5f} ({label})"})
    return Action(_("Directions"), f"geo:{latitude:.5f},{longitude:.5f}?{query}", "way")
