"""Which listings are open by the clock, of many at a time."""

from collections.abc import Sequence

from django.db.models import QuerySet

from directory import freshness, schedule
from directory.models import Listing
from directory.moments import ANY_TIME, OPEN, OPENS, At


def open_now(at: At) -> list[int]:
    """Ids of the published listings with known hours that are open at this moment, looked up once per request."""
    if "open" not in at.memory:
        timed = Listing.objects.published().exclude(zone="", always_open=False)
        at.memory["open"] = [
            listing.pk
            for listing in with_hours(timed)
            if (hours := known_hours(listing, at)) and schedule.open_at(hours, at.now)
        ]
    return list(at.memory["open"])


def starts(pks: Sequence[int], at: At) -> dict[int, tuple[int, float]]:
    """Keys for "soonest first": what is open, then what opens, then the rest."""
    listings = with_hours(Listing.objects.filter(pk__in=pks))
    return {listing.pk: start_key(known_hours(listing, at), at) for listing in listings}


def with_hours(listings: QuerySet[Listing]) -> QuerySet[Listing]:
    """With what it takes to know the hours and how old they are."""
    return listings.select_related("hotline").prefetch_related("intervals", "exceptions", "verifications")


def known_hours(listing: Listing, at: At) -> schedule.Hours | None:
    """Its hours as far as they may be relied on."""
    return None if freshness.lapsed(listing, "hours", at.today) else listing.opening_hours()


def start_key(hours: schedule.Hours | None, at: At) -> tuple[int, float]:
    if hours is None:
        return ANY_TIME, 0
    if schedule.open_at(hours, at.now):
        return OPEN, 0
    opens = schedule.next_opening(hours, at.now)
    return (OPENS, opens.timestamp()) if opens else (ANY_TIME, 0)
