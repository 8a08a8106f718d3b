"""The formats that can be read and written.

A parser takes bytes and whose meetings they are where known, gives records and problems; it raises `NotAFeed`. A writer
takes records and gives bytes.
"""

from collections.abc import Callable, Iterable

from feeds.formats import helplines, helplines_out, meeting_guide
from feeds.records import LineRecord, Parsed, ParsedLines

PARSERS: dict[str, Callable[..., Parsed | ParsedLines]] = {
    "meeting-guide": meeting_guide.parse,
    "helplines": helplines.parse,
}
WRITERS: dict[str, Callable[[Iterable[LineRecord]], bytes]] = {"helplines": helplines_out.render}
