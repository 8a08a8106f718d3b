"""Writes lines as helplines JSON (docs/helplines.md). Fields that say nothing are left out."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from core.weekdays import WEEKDAY_KEYS
from feeds.formats.helplines.parser import FORMAT, VERSION
from feeds.records import ChannelRecord, HoursRecord, LineRecord


def render(lines: Iterable[LineRecord]) -> bytes:
    """One JSON document in UTF-8; `parse` makes the same records of it."""
    document = {"format": FORMAT, "version": VERSION, "lines": [_line(line) for line in lines]}
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _line(line: LineRecord) -> dict[str, Any]:
    values = {"slug": line.ref} | {field.name: getattr(line, field.name) for field in fields(line)}
    values |= {
        "channels": [_channel(channel) for channel in line.channels],
        "hours": _hours(line.hours),
        "copied": line.copied.isoformat() if line.copied else "",
    }
    return {key: value for key, value in values.items() if value and key != "ref"}


def _channel(channel: ChannelRecord) -> dict[str, str]:
    values = {field.name: getattr(channel, field.name) for field in fields(channel)}
    return {key: value for key, value in values.items() if value}


def _hours(hours: Iterable[HoursRecord]) -> list[dict[str, Any]]:
    """Days with the same times stand together."""
    days: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in hours:
        days[f"{each.opens:%H:%M}", f"{each.closes:%H:%M}"].append(WEEKDAY_KEYS[each.weekday])
    return [{"days": named, "opens": opens, "closes": closes} for (opens, closes), named in days.items()]
