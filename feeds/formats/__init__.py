"""Parse and write feed formats.

A parser takes the bytes of a feed and the fellowship of its meetings, if that is known. It returns records and
problems, and raises `NotAFeed`. A writer takes records and returns bytes. Both are pure: they use no network, clock or
database.
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
