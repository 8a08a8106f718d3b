"""The formats that can be read. A parser takes bytes, gives records and problems; it raises `NotAFeed`."""

from collections.abc import Callable

from feeds.formats import meeting_guide
from feeds.records import Parsed

PARSERS: dict[str, Callable[..., Parsed]] = {"meeting-guide": meeting_guide.parse}
