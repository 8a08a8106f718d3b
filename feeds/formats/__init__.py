"""The formats that can be read and written.

A parser takes bytes and whose meetings they are where known, gives records and problems; it raises `NotAFeed`. A writer
takes records and gives bytes.
"""

from collections.abc import Callable, Iterable

from feeds.formats.helplines import parser, writer
from feeds.formats.meeting_guide import parser as meeting_guide_parser
from feeds.records import LineRecord, Parsed, ParsedLines

PARSERS: dict[str, Callable[..., Parsed | ParsedLines]] = {
    "meeting-guide": meeting_guide_parser.parse,
    "helplines": parser.parse,
}
WRITERS: dict[str, Callable[[Iterable[LineRecord]], bytes]] = {"helplines": writer.render}
