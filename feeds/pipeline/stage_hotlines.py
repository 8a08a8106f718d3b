"""From the records of lines to what the directory would hold: plain values, compared before anything is written."""

from typing import Any
from urllib.parse import urlsplit

from directory.reference_data.loader import MODES, ROW_FIELDS
from directory.vocabulary import ChannelType, Status
from feeds.fetch.cpu_limit import check_cpu
from feeds.pipeline.stage_groups import StagedListing, StagingResult
from feeds.records import ChannelRecord, LineRecord

AS_GIVEN = (
    "summary", "country", "concerns", "audiences", "languages", "payment", "always_open", "zone", "hours_note",
    "who_answers", "deaf_access",
)  # fmt: skip
LONGEST_DISPLAY = 120


def stage(records: list[LineRecord]) -> StagingResult:
    """Values for every record. A line waits for a curator, whatever its source says of it."""
    staging = StagingResult()
    for record in records:
        check_cpu()
        staging.staged[record.ref] = stage_hotline(record)
    return staging


def stage_hotline(record: LineRecord) -> StagedListing:
    hours = [(each.weekday, each.opens, each.closes) for each in record.hours]
    return StagedListing(
        ref=record.ref,
        slug=record.ref,
        listing=listing_values(record),
        rows={
            "channels": channel_values(record),
            "intervals": [dict(zip(ROW_FIELDS["intervals"], each, strict=True)) for each in sorted(hours)],
        },
        whole={
            "url": record.source,
            "copied": record.copied.isoformat() if record.copied else "",
            "copied_is": record.copied_is,
            **({"page_date": record.page_date} if record.page_date else {}),
        },
    )


def listing_values(record: LineRecord) -> dict[str, Any]:
    modes = {MODES[kind] for each in record.channels if (kind := ChannelType(each.type)) in MODES}
    return {
        **{name: getattr(record, name) for name in AS_GIVEN},
        "name": record.name[:255],
        "is_main": record.main,
        "what_to_expect": "\n".join(record.happens),
        "modes": tuple(sorted(modes)),
        "status": Status.IN_REVIEW,
        "status_reason": "",
    }


def channel_values(record: LineRecord) -> list[dict[str, Any]]:
    """The ways as the line lists them, then its website."""
    shown = urlsplit(record.website).netloc.removeprefix("www.")[:LONGEST_DISPLAY]
    website = [ChannelRecord("website", record.website, shown)] if record.website else []
    return [
        {
            **{name: getattr(each, name) for name in ROW_FIELDS["channels"] if name != "position"},
            "position": position,
        }
        for position, each in enumerate([*record.channels, *website])
    ]
