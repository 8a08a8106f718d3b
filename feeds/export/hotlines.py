"""What the directory gives away: its published listings as the records that the formats write."""

import datetime
from collections.abc import Callable, Iterable

from directory.models import Channel
from directory.models.hotline import Hotline
from directory.vocabulary import ChannelType
from feeds.records import ChannelRecord, HoursRecord, LineRecord


def exported_hotlines() -> list[LineRecord]:
    """The published hotlines, by country; samples of an invented town are nobody's line."""
    found = Hotline.objects.published().filter(sample=False)
    return [
        hotline_record(each)
        for each in found.order_by("country", "slug").prefetch_related("channels", "intervals")
    ]


def hotline_record(listing: Hotline) -> LineRecord:
    whole = listing.provenance.get("*", {})
    website, channels = channels_of(listing)
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
        hours=hours_of(listing),
        zone=listing.zone if hours_of(listing) else "",
        hours_note=listing.hours_note,
        who_answers=listing.who_answers,
        happens=tuple(listing.steps),
        deaf_access=listing.deaf_access,
        website=website,
        source=whole.get("url", ""),
        copied=datetime.date.fromisoformat(whole["copied"]) if whole.get("copied") else None,
        copied_is=whole.get("copied_is", ""),
        page_date=whole.get("page_date", ""),
    )


def hours_of(listing: Hotline) -> tuple[HoursRecord, ...]:
    """In their order; none for a line that never closes or whose zone is not known."""
    if listing.always_open or not listing.zone:
        return ()
    return tuple(HoursRecord(row.weekday, row.opens, row.closes) for row in listing.intervals.all())


def channels_of(listing: Hotline) -> tuple[str, tuple[ChannelRecord, ...]]:
    """The website, which the directory holds as one way among the others, and the ways beside it that lead anywhere."""
    rows: list[Channel] = [row for row in listing.channels.all() if row.href]
    site = next((row for row in rows if row.type == ChannelType.WEBSITE), None)
    others = tuple(
        ChannelRecord(row.type, row.dial, row.display, row.body, row.note) for row in rows if row is not site
    )
    return (site.dial if site else ""), others


# By format, what its writer writes.
RECORDS: dict[str, Callable[[], Iterable[LineRecord]]] = {"helplines": exported_hotlines}
