"""Stage hotlines: turn a format's records into the values that the directory would hold."""

from typing import Any
from urllib.parse import urlsplit

from directory.reference_data.loader import MODES, ROW_FIELDS
from directory.vocabulary import ChannelType, Status
from feeds.fetch.cpu_limit import check_cpu
from feeds.pipeline.stage_groups import StagedListing, StagingResult
from feeds.records import ChannelRecord, LineRecord

COPIED_FIELDS = (
    "summary", "country", "concerns", "audiences", "languages", "payment", "always_open", "zone", "hours_note",
    "who_answers", "deaf_access",
)  # fmt: skip
MAX_DISPLAY_LENGTH = 120  # characters


def stage_hotlines(records: list[LineRecord]) -> StagingResult:
    """Return the staged listing of each record. Each waits for a curator, whatever its source says about it."""
    result = StagingResult()
    for record in records:
        check_cpu()
        result.staged[record.ref] = _stage_hotline(record)
    result.used_rows = len(result.staged)
    return result


def _stage_hotline(record: LineRecord) -> StagedListing:
    """Return the staged listing of a hotline, with its channels and hours."""
    intervals = sorted((hours.weekday, hours.opens, hours.closes) for hours in record.hours)
    return StagedListing(
        ref=record.ref,
        slug=record.ref,
        listing=_listing_values(record),
        rows={
            "channels": _channel_values(record),
            "intervals": [dict(zip(ROW_FIELDS["intervals"], values, strict=True)) for values in intervals],
        },
        provenance={
            "url": record.source,
            "copied": record.copied.isoformat() if record.copied else "",
            "copied_is": record.copied_is,
            **({"page_date": record.page_date} if record.page_date else {}),
        },
    )


def _listing_values(record: LineRecord) -> dict[str, Any]:
    """Return the values of the hotline's fields from a record."""
    channel_types = [ChannelType(channel.type) for channel in record.channels]
    return {
        **{name: getattr(record, name) for name in COPIED_FIELDS},
        "is_main": record.main,
        "name": record.name[:255],
        "what_to_expect": "\n".join(record.happens),
        "modes": tuple(sorted({MODES[type_] for type_ in channel_types if type_ in MODES})),
        "status": Status.IN_REVIEW,
        "status_reason": "",
    }


def _channel_values(record: LineRecord) -> list[dict[str, Any]]:
    """Return the channels in the order of the record, then the website."""
    display = urlsplit(record.website).netloc.removeprefix("www.")[:MAX_DISPLAY_LENGTH]
    website = [ChannelRecord("website", record.website, display)] if record.website else []
    return [
        {
            **{name: getattr(channel, name) for name in ROW_FIELDS["channels"] if name != "position"},
            "position": position,
        }
        for position, channel in enumerate([*record.channels, *website])
    ]
