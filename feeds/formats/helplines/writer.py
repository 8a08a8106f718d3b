"""Write hotlines as helplines JSON (docs/helplines.md). Empty fields are left out."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from core.weekdays import WEEKDAY_KEYS
from feeds.formats.helplines.parser import FORMAT, VERSION
from feeds.records import ChannelRecord, HoursRecord, LineRecord


def render(lines: Iterable[LineRecord]) -> bytes:
    """Return one JSON document in UTF-8, from which `parse` makes the same records."""
    document = {"format": FORMAT, "version": VERSION, "lines": [_line_values(line) for line in lines]}
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _line_values(line: LineRecord) -> dict[str, Any]:
    """Return the JSON object of a line, without empty values."""
    values = {"slug": line.ref} | {field.name: getattr(line, field.name) for field in fields(line)}
    values |= {
        "channels": [_channel_values(channel) for channel in line.channels],
        "hours": _hours_values(line.hours),
        "copied": line.copied.isoformat() if line.copied else "",
    }
    return {key: value for key, value in values.items() if value and key != "ref"}


def _channel_values(channel: ChannelRecord) -> dict[str, str]:
    """Return the JSON object of a channel, without empty values."""
    values = {field.name: getattr(channel, field.name) for field in fields(channel)}
    return {key: value for key, value in values.items() if value}


def _hours_values(hours: Iterable[HoursRecord]) -> list[dict[str, Any]]:
    """Return the opening hours, the weekdays with the same times together."""
    days: dict[tuple[str, str], list[str]] = defaultdict(list)
    for interval in hours:
        days[f"{interval.opens:%H:%M}", f"{interval.closes:%H:%M}"].append(WEEKDAY_KEYS[interval.weekday])
    return [{"days": names, "opens": opens, "closes": closes} for (opens, closes), names in days.items()]
