"""A listing in the words of schema.org, as JSON-LD for search engines: only what the page itself shows.

https://schema.org/docs/full.html. A private address gives its town alone; what is a sample, paused or closed is not
offered at all.
"""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from core.weekdays import ENGLISH_WEEKDAYS
from directory.kinds.registry import kinds
from directory.models import Channel, Listing, OpeningInterval, Place
from directory.vocabulary import ChannelType, Status, has_number

WORK = "CreativeWork"
# In a script element these end it or begin another; as escapes they are the same text.
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def json_ld_block(listing: Listing, address: str) -> SafeString:
    """The text of a data block of type application/ld+json; `address` is the page's whole address. Empty for what
    should not be found."""
    if listing.sample or listing.status != Status.PUBLISHED:
        return mark_safe("")
    words = json.dumps(schema_org_data(listing, address), ensure_ascii=False)
    return mark_safe(words.translate(ESCAPES))  # noqa: S308 nothing is left in it that could end the block


def schema_org_data(listing: Listing, address: str) -> dict[str, Any]:
    kind = kinds[listing.kind]
    # A finder leads to clinics and houses, but is neither.
    schema_type = "Organization" if listing.national_finder else kind.schema_type
    has_hours = kind.schema_has_hours and not listing.national_finder
    sites = [each.dial for each in listing.channels.all() if each.type == ChannelType.WEBSITE]
    about = {
        "@context": "https://schema.org",
        "@type": schema_type,
        "@id": address,
        "url": sites[0] if sites else address,
        "name": listing.name,
        "description": listing.summary,
        **(work_data(listing) if schema_type == WORK else organization_data(listing, has_hours=has_hours)),
        **kind.schema_org_fields(listing),
    }
    return {name: value for name, value in about.items() if value}


def work_data(listing: Listing) -> dict[str, Any]:
    return {"inLanguage": list(listing.languages), "publisher": parent_organization(listing)}


def organization_data(listing: Listing, *, has_hours: bool) -> dict[str, Any]:
    numbers = [each for each in listing.channels.all() if has_number(each.type, each.dial)]
    return {
        "telephone": next((each.dial for each in numbers if each.type == ChannelType.CALL), ""),
        "contactPoint": [contact_point(each) for each in numbers],
        "knowsLanguage": list(listing.languages),
        "parentOrganization": parent_organization(listing),
        "address": postal_address(listing.place),
        **location_data(listing.place, has_own_point=has_hours),
        "openingHoursSpecification": [opening_hours_data(row) for row in listing.intervals.all()]
        if has_hours and listing.zone
        else [],
    }


def parent_organization(listing: Listing) -> dict[str, str]:
    return {"@type": "Organization", "name": listing.organization.name} if listing.organization else {}


def postal_address(place: Place | None) -> dict[str, str]:
    """The address as far as the page shows it."""
    if place is None:
        return {}
    shown = {
        "@type": "PostalAddress",
        "streetAddress": "" if place.private else place.street,
        "addressLocality": place.city,
        "addressRegion": place.region,
        "postalCode": "" if place.private else place.postal_code,
        "addressCountry": place.country,
    }
    return {name: value for name, value in shown.items() if value}


def geo_coordinates(place: Place | None) -> dict[str, Any]:
    if place is None or place.public_point is None:
        return {}
    latitude, longitude = place.public_point
    return {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}


def location_data(place: Place | None, *, has_own_point: bool) -> dict[str, Any]:
    """A business has a point of its own; an organization has a place that has one."""
    found = geo_coordinates(place)
    if not found:
        return {}
    return {"geo": found} if has_own_point else {"location": {"@type": "Place", "geo": found}}


def contact_point(channel: Channel) -> dict[str, str]:
    words = channel.note
    if channel.type in (ChannelType.TTY, ChannelType.VIDEOPHONE):
        # schema.org knows no type of telephone, so the description names it.
        words = f"{channel.get_type_display()}. {channel.note}".strip()
    point = {"@type": "ContactPoint", "telephone": channel.dial, "description": words}
    return {name: value for name, value in point.items() if value}


def opening_hours_data(row: OpeningInterval) -> dict[str, str]:
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": f"https://schema.org/{ENGLISH_WEEKDAYS[row.weekday]}",
        "opens": f"{row.opens:%H:%M}",
        "closes": f"{row.closes:%H:%M}",
    }
