"""Build the records of published hotlines for export."""

import datetime
from collections.abc import Callable, Iterable

from directory.models import Channel
from directory.models.hotline import Hotline
from directory.vocabulary import ChannelType
from feeds.records import ChannelRecord, HoursRecord, LineRecord


def exported_hotlines() -> list[LineRecord]:
    """Return the published hotlines, ordered by country. Samples are left out."""
    hotlines = Hotline.objects.published().filter(sample=False)
    return [
        hotline_record(hotline)
        for hotline in hotlines.order_by("country", "slug").prefetch_related("channels", "intervals")
    ]


def hotline_record(listing: Hotline) -> LineRecord:
    """Return a hotline as the record that the helplines format writes."""
    facts = listing.provenance.get("*", {})
    website, channels = _website_and_channels(listing)
    hours = _opening_hours(listing)
    return LineRecord(
        ref=listing.slug,
        name=listing.name,
        channels=channels,
        country=listing.country,
        summary=listing.summary,
        main=listing.is_main,
        concerns=tuple(listing.concerns),
        audiences=tuple(listing.audiences),
        languages=tuple(listing.languages),
        payment=tuple(listing.payment),
        always_open=listing.always_open,
        hours=hours,
        zone=listing.zone if hours else "",
        hours_note=listing.hours_note,
        who_answers=listing.who_answers,
        happens=tuple(listing.steps),
        deaf_access=listing.deaf_access,
        website=website,
        source=facts.get("url", ""),
        copied=datetime.date.fromisoformat(facts["copied"]) if facts.get("copied") else None,
        copied_is=facts.get("copied_is", ""),
        page_date=facts.get("page_date", ""),
    )


def _opening_hours(listing: Hotline) -> tuple[HoursRecord, ...]:
    """Return the opening hours in their order; none for a line that never closes or has no time zone."""
    if listing.always_open or not listing.zone:
        return ()
    return tuple(HoursRecord(row.weekday, row.opens, row.closes) for row in listing.intervals.all())


def _website_and_channels(listing: Hotline) -> tuple[str, tuple[ChannelRecord, ...]]:
    """Return the website, which the directory stores as a channel, and the other channels that can be reached."""
    rows: list[Channel] = [row for row in listing.channels.all() if row.href]
    website = next((row for row in rows if row.type == ChannelType.WEBSITE), None)
    others = tuple(
        ChannelRecord(row.type, row.dial, row.display, row.body, row.note)
        for row in rows
        if row is not website
    )
    return (website.dial if website else ""), others


EXPORTED_RECORDS: dict[str, Callable[[], Iterable[LineRecord]]] = {"helplines": exported_hotlines}
"""By format, the function that returns the records to write."""
