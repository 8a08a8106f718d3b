"""Cards: listings prepared for templates, with every text ready to be shown."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
from directory.listings.availability import AskedAt, Availability, JoinLink, opening_hours_availability
from directory.listings.json_prefetch import prefetch_json
from directory.models import Channel, Listing, Place
from directory.vocabulary import ChannelType, Mode, Status, has_number

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
MAX_SENTENCES = 5
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
class CardMeeting:
    """The meeting that a card shows, as its own lines of the card.

    `name` is its own, if it has one. `mode` says how one takes part. `also` names further times that fit what was
    asked for. `number` says in words how to dial in, where one cannot join in another way. `lang` and `note_lang` are
    the languages of name and note, where they are not the page's.
    """

    name: PlaceholderText = ""
    lang: str = ""
    mode: PlaceholderText = ""
    note: PlaceholderText = ""
    note_lang: str = ""
    also: PlaceholderText = ""
    number: PlaceholderText = ""


@dataclass(frozen=True, slots=True)
class FoundMeeting:
    """What a card says by the meeting in progress, or else the next one, that fits what was asked for.

    `modes` are the ways in which people take part in it; `labels` follow the name of the kind. `sentences` say who may
    come, for whom it is and in which language.
    """

    availability: Availability
    modes: Collection[str]
    labels: Sequence[str]
    sentences: Sequence[str]
    actions: Sequence[Action]
    links: Sequence[JoinLink]
    card: CardMeeting

    @property
    def is_at_place(self) -> bool:
        """Return whether people can go to the place of the listing, which is so where nothing else is known."""
        return not self.modes or Mode.IN_PERSON in self.modes


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
    meeting: CardMeeting = CardMeeting()
    is_at_place: Annotated[bool, PLACEHOLDER] = True
    links: list[JoinLink] = field(default_factory=list)
    """The link and the number of the meeting, in words for paper."""


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
    meeting = None if paused else kind.found_meeting(listing, at)
    is_at_place = meeting is None or meeting.is_at_place
    return Card(
        pk=listing.pk,
        slug=listing.slug,
        url=listing.get_absolute_url(),
        kind=kind.slug,
        icon=kind.icon,
        kind_label=kind_label(listing, meeting),
        name=listing.name,
        lang=name_lang_attribute(listing.name, listing.text_language),
        sample=listing.sample,
        is_national_finder=listing.national_finder,
        availability=card_availability(listing, at, meeting),
        place=place_text(listing, km, is_at_place=is_at_place),
        facts=" ".join(fact_sentences(listing, meeting)),
        actions=[] if paused else listing_actions(listing, at, meeting)[:CARD_ACTIONS],
        checked=freshness.freshness_text(listing, at.today),
        paused=paused,
        meeting=meeting.card if meeting else CardMeeting(),
        is_at_place=is_at_place,
        links=list(meeting.links) if meeting else [],
    )


def card_availability(listing: Listing, at: AskedAt, meeting: FoundMeeting | None) -> Availability:
    """Return when the listing can be reached: its meeting, or the reason why it is paused."""
    if listing.status != Status.PUBLISHED:
        return paused_availability(listing)
    return meeting.availability if meeting else listing_availability(listing, at)


def fact_sentences(listing: Listing, meeting: FoundMeeting | None) -> list[str]:
    """Return short facts for the card; those of the meeting come first."""
    sentences = [*cost_sentence(listing), *kinds[listing.kind].sentences(listing)]
    if meeting:
        return [*meeting.sentences, *sentences][:MAX_SENTENCES]
    return [*sentences, *audience_sentence(set_labels(listing, "audiences"))][:MAX_SENTENCES]


def listing_availability(listing: Listing, at: AskedAt) -> Availability:
    """Return when a listing can be reached, as its kind says or else by its opening hours.

    A national finder without hours is a web page, which is there at any time.
    """
    if listing.national_finder and listing.opening_hours() is None:
        return Availability.text_only(_("Any time"), [])
    return kinds[listing.kind].availability(listing, at) or opening_hours_availability(listing, at)


def kind_label(listing: Listing, meeting: FoundMeeting | None = None) -> str:
    """Return the name of the kind and the labels of the listing or of its meeting, such as "Support group, AA"."""
    kind = kinds[listing.kind]
    return ", ".join([str(kind.name), *(meeting.labels if meeting else kind.card_labels(listing))])


def paused_availability(listing: Listing) -> Availability:
    """Return the availability of a paused or closed listing, with the reason."""
    label = _("Closed for good") if listing.status == Status.CLOSED else _("Paused")
    return Availability.text_only(label, [listing.status_reason], state="paused")


def place_text(listing: Listing, km: float | None, *, is_at_place: bool = True) -> str:
    """Return the public address and the distance, or the organization where the listing has no place.

    For what does not take place at the address, only the town is given.
    """
    if listing.place is None:
        return str(listing.organization or "")
    if not is_at_place:
        return ", ".join(listing.place.town_parts)
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


def audience_sentence(labels: Iterable[str]) -> list[str]:
    """Return a sentence about the audience, in a list that is empty where it is for everybody."""
    labels = [lower_first_word(label) for label in labels]
    return [_("For %(who)s.") % {"who": ", ".join(labels)}] if labels else []


def listing_actions(listing: Listing, at: AskedAt, meeting: FoundMeeting | None = None) -> list[Action]:
    """Return the buttons of a listing: join, call, text, chat, directions and website, as far as they exist."""
    actions = [
        *(meeting.actions if meeting else kinds[listing.kind].actions(listing, at)),
        *(channel_action(channel) for channel in listing.channels.all()),
    ]
    is_at_place = meeting is None or meeting.is_at_place
    if is_at_place and (directions := directions_action(listing.place)):
        modes = meeting.modes if meeting else listing.modes
        actions.insert(0 if Mode.IN_PERSON in modes else len(actions), directions)
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
