"""Derive what an address says about a place, and check it, for the forms in which curators enter listings by hand.

What feeds derive is derived by the same functions of `directory.geo`.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.country_names import find_country_code
from directory.geo.address_points import (
    LOST_LATITUDE_SIGN,
    LOST_LONGITUDE_SIGN,
    SWAPPED,
    address_conflict,
    area_of,
    find_address_point,
    find_conflict,
)
from directory.geo.address_zones import keep_same_time, zone_of_place
from directory.models import Listing, Place

SLIP_TEXTS = {
    "": "",
    SWAPPED: gettext_lazy("Latitude and longitude are probably swapped."),
    LOST_LONGITUDE_SIGN: gettext_lazy("The minus sign of the longitude is probably missing."),
    LOST_LATITUDE_SIGN: gettext_lazy("The minus sign of the latitude is probably missing."),
}
NOT_DIALABLE = gettext_lazy(
    "No telephone can dial this. Write the whole number, such as (605) 555-0123 ext 12, or a short code such as 988."
)


def country_of(place: Place) -> str:
    """Return the code of the country that a curator wrote or that the address tells; "" where nothing tells it.

    Raise ValueError for a code that no country has.
    """
    if place.country:
        if code := find_country_code(place.country):
            return code
        raise ValueError(_("No country has the code “%(code)s”.") % {"code": place.country})
    if known := area_of(place)[0]:
        return known
    point = None if address_conflict(place) else find_address_point(place)
    return point.country if point else ""


def address_of(place: Place) -> dict[str, str]:
    """Return the town, region and postal code of a place by field."""
    return {name: getattr(place, name) for name in ("city", "region", "postal_code")}


def address_problems(place: Place) -> dict[str, str]:
    """Return why parts of an address or its point contradict each other, by field, in a curator's words."""
    if other := address_conflict(place):
        text = _("ZIP %(zip)s is not near %(other)s. Correct one of them.")
        return {"postal_code": text % {"zip": place.postal_code, "other": other}}
    conflict = find_conflict(place)
    if conflict is None:
        return {}
    parts = [
        _("The point is not near %(area)s.") % {"area": conflict.area},
        str(SLIP_TEXTS[conflict.slip]),
        _("Correct it, or empty both fields: the point then comes from the address."),
    ]
    return {"latitude": " ".join(filter(None, parts))}


def derive_zone_and_point(place: Place) -> dict[str, Any]:
    """Return values for what a place lacks, by field; the place itself is not changed.

    `zone` comes from the point, or else from the address; `latitude`, `longitude` and `approximate` (always true) come
    from the ZIP or the town.
    """
    derived: dict[str, Any] = {}
    if not place.zone and (zone := zone_of_place(place)):
        derived["zone"] = zone
    if place.latitude is None and (point := find_address_point(place)):
        derived |= {"latitude": point.latitude, "longitude": point.longitude, "approximate": True}
    return derived


def derived_before(place: Place) -> list[str]:
    """Return the fields whose stored values the stored address tells, so that they follow a new address."""
    without = Place(**address_of(place), country=place.country)
    derived = derive_zone_and_point(without)
    names = ["zone"] if place.zone and place.zone == derived.get("zone") else []
    point = place.latitude, place.longitude
    if place.approximate and point == (derived.get("latitude"), derived.get("longitude")):
        names += ["latitude", "longitude", "approximate"]
    return names


def derived_texts(place: Place, derived: dict[str, Any]) -> list[str]:
    """Return what was derived for a place, and what is missing or unlikely, as sentences for the curator."""
    texts = []
    if "latitude" in derived:
        point = f"{place.latitude:.4f}, {place.longitude:.4f}"
        texts.append(
            _("The point %(point)s comes from the ZIP or the town and is marked as rough.") % {"point": point}
        )
    elif place.latitude is None:
        texts.append(_("No point could be found for this address, so searches near it do not find it."))
    if "zone" in derived:
        texts.append(_("The time zone is %(zone)s.") % {"zone": place.zone})
    if derived:
        texts.append(_("Open the place to correct what is wrong."))
    told = zone_of_place(place)
    if place.zone and told and not keep_same_time(place.zone, told):
        text = _("Its time zone is %(zone)s, but at this address it is %(told)s. Is that right?")
        texts.append(text % {"zone": place.zone, "told": told})
    return texts


def count_other_clocks(place: Place) -> int:
    """Return how many listings at a place have hours in a zone whose clocks differ from those of the place."""
    zones = Listing.objects.filter(place=place).exclude(zone="").values_list("zone", flat=True)
    return sum(not keep_same_time(zone, place.zone) for zone in zones) if place.zone else 0
