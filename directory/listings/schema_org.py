"""Structured data of a listing for search engines: JSON-LD with the schema.org vocabulary.

See https://schema.org/docs/full.html. The data say only what the page itself shows. A private address gives its town
alone. A sample, paused or closed listing has no structured data.
"""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from core.weekdays import ENGLISH_WEEKDAYS
from directory.kinds.registry import kinds
from directory.models import Channel, Listing, OpeningInterval, Place
from directory.vocabulary import ChannelType, Status, has_number

CREATIVE_WORK = "CreativeWork"
# These characters could end the script element or start another. JSON escapes stand for the same text.
ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def json_ld_block(listing: Listing, address: str) -> SafeString:
    """Return the text of a script element of type application/ld+json, or "" where the listing has no structured data.

    `address` is the absolute address of the listing's page.
    """
    if listing.sample or listing.status != Status.PUBLISHED:
        return mark_safe("")
    text = json.dumps(schema_org_data(listing, address), ensure_ascii=False)
    return mark_safe(text.translate(ESCAPES))  # noqa: S308 the escapes leave nothing that could end the element


def schema_org_data(listing: Listing, address: str) -> dict[str, Any]:
    """Return the structured data of a listing without its empty properties."""
    kind = kinds[listing.kind]
    # A finder leads to clinics and houses, but is neither.
    schema_type = "Organization" if listing.national_finder else kind.schema_type
    has_hours = kind.schema_has_hours and not listing.national_finder
    websites = [channel.dial for channel in listing.channels.all() if channel.type == ChannelType.WEBSITE]
    data = {
        "@context": "https://schema.org",
        "@type": schema_type,
        "@id": address,
        "url": websites[0] if websites else address,
        "name": listing.name,
        "description": listing.summary,
        **(
            work_data(listing)
            if schema_type == CREATIVE_WORK
            else organization_data(listing, has_hours=has_hours)
        ),
        **kind.schema_org_fields(listing),
    }
    return {name: value for name, value in data.items() if value}


def work_data(listing: Listing) -> dict[str, Any]:
    """Return the properties of a creative work, such as a book."""
    return {"inLanguage": list(listing.languages), "publisher": parent_organization(listing)}


def organization_data(listing: Listing, *, has_hours: bool) -> dict[str, Any]:
    """Return the properties of an organization or business; `has_hours` says whether its type has opening hours."""
    phones = [channel for channel in listing.channels.all() if has_number(channel.type, channel.dial)]
    return {
        "telephone": next((phone.dial for phone in phones if phone.type == ChannelType.CALL), ""),
        "contactPoint": [contact_point(phone) for phone in phones],
        "knowsLanguage": list(listing.languages),
        "parentOrganization": parent_organization(listing),
        "address": postal_address(listing.place),
        **location_data(listing.place, has_own_point=has_hours),
        "openingHoursSpecification": [opening_hours_data(row) for row in listing.intervals.all()]
        if has_hours and listing.zone
        else [],
    }


def parent_organization(listing: Listing) -> dict[str, str]:
    """Return the organization that runs the listing as schema.org data."""
    return {"@type": "Organization", "name": listing.organization.name} if listing.organization else {}


def postal_address(place: Place | None) -> dict[str, str]:
    """Return the part of the address that the page shows."""
    if place is None:
        return {}
    address = {
        "@type": "PostalAddress",
        "streetAddress": "" if place.private else place.street,
        "addressLocality": place.city,
        "addressRegion": place.region,
        "postalCode": "" if place.private else place.postal_code,
        "addressCountry": place.country,
    }
    return {name: value for name, value in address.items() if value}


def geo_coordinates(place: Place | None) -> dict[str, Any]:
    """Return the point of a place, or an empty dict where it is not public."""
    if place is None or place.public_point is None:
        return {}
    latitude, longitude = place.public_point
    return {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}


def location_data(place: Place | None, *, has_own_point: bool) -> dict[str, Any]:
    """Return the location of a listing with a public point.

    In schema.org a business has a point of its own, while an organization has a location that has a point.
    """
    point = geo_coordinates(place)
    if not point:
        return {}
    return {"geo": point} if has_own_point else {"location": {"@type": "Place", "geo": point}}


def contact_point(channel: Channel) -> dict[str, str]:
    """Return a channel that has a number as schema.org's ContactPoint."""
    description = channel.note
    if channel.type in (ChannelType.TTY, ChannelType.VIDEOPHONE):
        # schema.org knows no type of telephone, so the description names it.
        description = f"{channel.get_type_display()}. {channel.note}".strip()
    point = {"@type": "ContactPoint", "telephone": channel.dial, "description": description}
    return {name: value for name, value in point.items() if value}


def opening_hours_data(row: OpeningInterval) -> dict[str, str]:
    """Return one span of opening hours as schema.org's OpeningHoursSpecification."""
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": f"https://schema.org/{ENGLISH_WEEKDAYS[row.weekday]}",
        "opens": f"{row.opens:%H:%M}",
        "closes": f"{row.closes:%H:%M}",
    }
