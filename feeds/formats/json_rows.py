"""Parse the bytes of a JSON feed into rows."""

import codecs
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from core.net.byte_sizes import MEGABYTE, format_bytes
from feeds.records import NotAFeed, NothingListed

# Under this key a row carries the names that occur in it more than once. No JSON key can be this object.
REPEATED = object()

# These limits bound the memory of an import: a value takes some hundred bytes as an object. A feed of a whole country
# has a tenth of this.
MAX_JSON_BYTES = 14 * MEGABYTE
MAX_VALUES = 1_000_000
MAX_ROWS = 45_000  # and as many meetings, if rows have several days

MAX_INTEGER_DIGITS = 30  # no field of any format holds a longer number

Row = dict[Any, Any]


def parse_rows(data: bytes) -> list[Any]:
    """Return the rows of a bare array, {"records": [{"fields": …}]}, {"meetings": […]}, or one object a line.

    A row may be any JSON value; the caller reports those that are not objects. Raise only NotAFeed.
    """
    rows = _unwrap_rows(parse_json(data))
    if not rows:
        raise NothingListed("The feed lists no meetings at all, so nothing is taken from it.")
    check_row_count(len(rows))
    return rows


def check_row_count(number: int) -> None:
    """Raise NotAFeed for more rows or meetings than one import may have."""
    if number > MAX_ROWS:
        raise NotAFeed(f"The feed lists more than {MAX_ROWS:,} entries; let the source split it.")


def drain(rows: list[Any]) -> Iterator[Any]:
    """Yield the items in order and remove them from the list, to free the memory of those that were used."""
    rows.reverse()
    while rows:
        yield rows.pop()


def parse_json(data: bytes) -> Any:
    """Return the JSON value of a file; a file with one object a line gives a list. Raise only NotAFeed."""
    if len(data) > MAX_JSON_BYTES:
        raise NotAFeed(f"The JSON is larger than {format_bytes(MAX_JSON_BYTES)}; let the source split it.")
    if sum(data.count(mark) for mark in b"{[,") > MAX_VALUES:
        raise NotAFeed(f"The JSON holds more than {MAX_VALUES:,} values; let the source split it.")
    text = _decode(data).strip().removeprefix("\ufeff")
    if not text:
        raise NotAFeed("The file is empty.")
    if text.startswith("<"):
        raise NotAFeed("This is a web page, not a feed. Look for the address of its JSON feed.")
    return _parse_text(text)


def _decode(data: bytes) -> str:
    """Return the file as text, in the encoding of its byte order mark or else in a fallback encoding."""
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        # Feeds that claim UTF-8 and are not come from Windows; a wrong letter is better than no feed.
        fallback = "cp1252" if encoding in ("utf-8", "utf-8-sig") else encoding
        return data.removeprefix(codecs.BOM_UTF8).decode(fallback, errors="replace")


def _parse_text(text: str) -> Any:
    """Return the value of a JSON text. Raises NotAFeed for what is no JSON or is nested too deep."""
    try:
        return _loads(text)
    except RecursionError:
        raise NotAFeed("The JSON is nested too deep to be a feed.") from None
    except ValueError as error:
        rows = _parse_lines(text)
        if rows is None:
            position = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
            raise NotAFeed(f"This is not valid JSON{position}.") from None
        return rows


def _parse_lines(text: str) -> list[Any] | None:
    """Return the rows of newline-delimited JSON objects, or None if the text is something else."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not all(line.lstrip().startswith("{") for line in lines):
        return None
    try:
        return [_loads(line) for line in lines]
    except (ValueError, RecursionError):
        return None


def _loads(text: str) -> Any:
    """Return the value of a JSON text; control characters in strings are accepted."""
    # Not strict: real feeds hold bare line breaks inside strings.
    return json.loads(text, strict=False, parse_int=_integer, object_pairs_hook=_object)


def _integer(digits: str) -> int | str:
    """Return a number, or its digits as text where there are too many."""
    return int(digits) if len(digits) <= MAX_INTEGER_DIGITS else digits


def _object(pairs: list[tuple[str, Any]]) -> Row:
    """Return a JSON object as a row that names the keys that stand in it more than once."""
    row: Row = dict(pairs)
    if len(row) < len(pairs):
        row[REPEATED] = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]
    return row


def _unwrap_rows(value: Any) -> list[Any]:
    """Return the list of rows in the decoded value, which may be wrapped in an object."""
    if isinstance(value, list):
        return [_fields(row) for row in value]
    if isinstance(value, dict):
        for key in ("records", "meetings"):
            if isinstance(value.get(key), list):
                return [_fields(row) for row in value[key]]
        raise NotAFeed("This JSON is one object without a list of meetings.")
    raise NotAFeed("This JSON is a single value, not a list of meetings.")


def _fields(row: Any) -> Any:
    """Return the row inside an Airtable record; the record's id replaces a missing slug."""
    if not isinstance(row, dict) or not isinstance(row.get("fields"), dict):
        return row
    return {**row["fields"], "slug": row["fields"].get("slug") or row.get("id")}
