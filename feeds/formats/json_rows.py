"""From the bytes of a JSON feed to its rows. No network, no clock."""

import codecs
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from core.net.byte_sizes import MEGABYTE, format_bytes
from feeds.records import NotAFeed, NothingListed

# Under this key a row carries the names that it holds more than once; no JSON key can be this object.
REPEATED = object()

# What a whole import may cost in memory is bounded here, for any JSON however it came: a value takes some hundred bytes
# as an object, and a feed of a whole country has a tenth of this.
LARGEST = 14 * MEGABYTE
MOST_VALUES = 1_000_000
MOST_ROWS = 45_000  # and as many meetings, where a row names several days

LONGEST_INTEGER = 30  # digits; beyond that no field of any format means a number

Row = dict[Any, Any]


def json_rows(data: bytes) -> list[Any]:
    """Rows of a bare array, {"records": [{"fields": …}]}, {"meetings": […]}, or one object a line.

    A row may be any JSON value: what is no object is the caller's to report. Raises NotAFeed alone.
    """
    rows = _unwrapped(json_value(data))
    if not rows:
        raise NothingListed("The feed lists no meetings at all, so nothing is taken from it.")
    check_row_count(len(rows))
    return rows


def check_row_count(number: int) -> None:
    """Raises NotAFeed for more rows or meetings than one import has room for."""
    if number > MOST_ROWS:
        raise NotAFeed(f"The feed lists more than {MOST_ROWS:,} entries; let the source split it.")


def drain(rows: list[Any]) -> Iterator[Any]:
    """Each in its order, and out of the list: what was read takes no room while the rest is."""
    rows.reverse()
    while rows:
        yield rows.pop()


def json_value(data: bytes) -> Any:
    """The JSON value of a whole file; one object a line makes a list. Raises NotAFeed alone."""
    if len(data) > LARGEST:
        raise NotAFeed(f"The JSON is larger than {format_bytes(LARGEST)}; let the source split it.")
    if sum(data.count(mark) for mark in b"{[,") > MOST_VALUES:
        raise NotAFeed(f"The JSON holds more than {MOST_VALUES:,} values; let the source split it.")
    text = _text(data).strip().removeprefix("\ufeff")
    if not text:
        raise NotAFeed("The file is empty.")
    if text.startswith("<"):
        raise NotAFeed("This is a web page, not a feed. Look for the address of its JSON feed.")
    return _value(text)


def _text(data: bytes) -> str:
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        # Feeds that say UTF-8 and are not come from Windows; a wrong letter is better than no feed.
        fallback = "cp1252" if encoding in ("utf-8", "utf-8-sig") else encoding
        return data.removeprefix(codecs.BOM_UTF8).decode(fallback, errors="replace")


def _value(text: str) -> Any:
    try:
        return _loads(text)
    except RecursionError:
        raise NotAFeed("The JSON is nested too deep to be a feed.") from None
    except ValueError as error:
        rows = _lines(text)
        if rows is None:
            where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
            raise NotAFeed(f"This is not valid JSON{where}.") from None
        return rows


def _lines(text: str) -> list[Any] | None:
    """Rows of newline-delimited JSON objects, or None where the text is no such thing."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not all(line.lstrip().startswith("{") for line in lines):
        return None
    try:
        return [_loads(line) for line in lines]
    except (ValueError, RecursionError):
        return None


def _loads(text: str) -> Any:
    # Not strict: real feeds hold bare line breaks inside strings.
    return json.loads(text, strict=False, parse_int=_integer, object_pairs_hook=_object)


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_INTEGER else digits


def _object(pairs: list[tuple[str, Any]]) -> Row:
    found: Row = dict(pairs)
    if len(found) < len(pairs):
        found[REPEATED] = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]
    return found


def _unwrapped(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [_fields(row) for row in value]
    if isinstance(value, dict):
        for key in ("records", "meetings"):
            if isinstance(value.get(key), list):
                return [_fields(row) for row in value[key]]
        raise NotAFeed("This JSON is one object without a list of meetings.")
    raise NotAFeed("This JSON is a single value, not a list of meetings.")


def _fields(row: Any) -> Any:
    """The row inside an Airtable record; the record's id stands in for a missing slug."""
    if not isinstance(row, dict) or not isinstance(row.get("fields"), dict):
        return row
    return {**row["fields"], "slug": row["fields"].get("slug") or row.get("id")}
