"""Derive the time zone of meetings whose place says none from the other places of their feed."""

from collections import Counter
from collections.abc import Iterable, Mapping

from directory.geo.address_zones import zone_of_place
from feeds.fetch.cpu_limit import check_cpu
from feeds.records import GroupRecord, PlaceRecord


def common_zones(records: Iterable[GroupRecord]) -> dict[str, str]:
    """Return the time zone of most groups of each country in a feed; under "", that of all its groups.

    It is used for meetings whose own place says no zone: online meetings of an intergroup keep the local time of its
    town. A country of which no zone is known is left out, so that it never gets the zone of another one.
    """
    zones: dict[str, Counter[str]] = {"": Counter()}
    for record in records:
        check_cpu()
        if zone := zone_of_place(record.place):
            country = record.place.country if record.place else ""
            for key in {"", country}:
                zones.setdefault(key, Counter())[zone] += 1
    return {country: counter.most_common(1)[0][0] for country, counter in zones.items() if counter}


def zone_from_feed(place: PlaceRecord | None, zones: Mapping[str, str]) -> str:
    """Return the zone that a meeting takes from other groups of its feed: those of its country, if it names one."""
    return zones.get(place.country if place else "", "")
