"""Which listings are open by the clock, of many at a time."""

from collections.abc import Sequence

from directory import schedule
from directory.models import Listing
from directory.moments import ANY_TIME, OPEN, OPENS, At


def open_now(at: At) -> list[int]:
    """Ids of the published listings with known hours that are open at this moment."""
    timed = Listing.objects.published().exclude(zone="", always_open=False)
    return [
        listing.pk
        for listing in timed.prefetch_related("intervals", "exceptions")
        if (hours := listing.opening_hours()) and schedule.open_at(hours, at.now)
    ]


def starts(pks: Sequence[int], at: At) -> dict[int, tuple[int, float]]:
    """Keys for "soonest first": what is open, then what opens, then the rest."""
    listings = Listing.objects.filter(pk__in=pks).prefetch_related("intervals", "exceptions")
    return {listing.pk: start_key(listing.opening_hours(), at) for listing in listings}


def start_key(hours: schedule.Hours | None, at: At) -> tuple[int, float]:
    if hours is None:
        return ANY_TIME, 0
    if schedule.open_at(hours, at.now):
        return OPEN, 0
    opens = schedule.next_opening(hours, at.now)
    return (OPENS, opens.timestamp()) if opens else (ANY_TIME, 0)
