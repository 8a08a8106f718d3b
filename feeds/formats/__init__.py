"""The formats that can be read and written.

A parser takes bytes, gives records and problems; it raises `NotAFeed`. A writer takes records and gives bytes.
"""

from collections.abc import Callable, Iterable

from feeds.formats import helplines_out, meeting_guide
from feeds.records import LineRecord, Parsed

PARSERS: dict[str, Callable[..., Parsed]] = {"meeting-guide": meeting_guide.parse}
WRITERS: dict[str, Callable[[Iterable[LineRecord]], bytes]] = {"helplines": helplines_out.render}
