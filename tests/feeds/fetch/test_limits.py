"""The size limits of feeds apply to files and responses, and JSON has limits of its own.

Row of the safety matrix: N2.
"""

import gzip
import json
import re
from pathlib import Path

import pytest

from core.net.byte_sizes import MEGABYTE
from feeds.fetch import client
from feeds.fetch.client import Limits
from feeds.formats import json_rows
from feeds.formats.helplines import parser
from feeds.formats.json_rows import parse_json
from feeds.formats.meeting_guide import parser as meeting_guide_parser
from feeds.records import NotAFeed
from tests.feeds.sample import rows
from tests.safety.own_site import copied_site
from tests.soak import size

MOST_MEMORY = 300 * MEGABYTE
PART = size(25, 1)  # of the largest file
IMPORT = """
import re, sys
from pathlib import Path
from django.core.management import execute_from_command_line
try:
    execute_from_command_line(sys.argv)
finally:
    print("peak", re.search("VmHWM:[^0-9]*([0-9]+) kB", Path("/proc/self/status").read_text())[1])
"""


def test_packed_file_goes_in_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "feed.json.gz"
    path.write_bytes(gzip.compress(json.dumps(rows(1, 2)).encode()))
    assert parse_json(client.read_feed(str(path)).data) == rows(1, 2)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (gzip.compress(bytes(3 * MEGABYTE)), "grows more than 100 times"),
        (gzip.compress(b"[]")[:-4], "broke off"),
        (gzip.compress(gzip.compress(b"[]")), "packed twice"),
        (bytes(2 * MEGABYTE), "larger than 1 MB"),
    ],
    ids=["bomb", "cut", "twice", "large"],
)
def test_file_beyond_its_bounds_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "feed.json"
    path.write_bytes(data)
    limits = Limits(unpacked_bytes=MEGABYTE) if "larger" in words else Limits()
    with pytest.raises(client.FetchError, match=words):
        client.read_feed(str(path), limits=limits)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'["' + b"a" * json_rows.MAX_JSON_BYTES + b'"]', "larger than"),
        (b"[{},{}" * 400_000, "more than 1,000,000"),
    ],
)
def test_json_beyond_its_bounds_is_refused_unread(data: bytes, words: str) -> None:
    with pytest.raises(NotAFeed, match=words) as refused:
        parse_json(data)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("parse", "feed"),
    [
        (meeting_guide_parser.parse, [{}] * 45_001),
        (meeting_guide_parser.parse, rows(*range(6_500), day=[0, 1, 2, 3, 4, 5, 6])),
        (parser.parse, {"format": "helplines", "version": 1, "lines": [{}] * 45_001}),
    ],
    ids=["rows", "meetings", "lines"],
)
def test_more_entries_than_there_is_room_for_are_refused(parse, feed) -> None:
    with pytest.raises(NotAFeed, match="more than 45,000 entries"):
        parse(json.dumps(feed).encode())


@pytest.fixture
def bring_in(tmp_path: Path, django_db_setup: None, django_db_blocker):
    """Imports a file by the real command in a process of its own, whose peak the kernel knows (`ru_maxrss` would begin
    at that of the process that started it): what was said, and that peak in bytes."""

    def bring_in(path: Path) -> tuple[str, int]:
        command = ("import_feed", "meeting-guide", str(path), "--source", "Sample")
        # With DEBUG on, Django keeps the words of every query.
        said = site.run("-c", IMPORT, *command, check=False, DEBUG="0")
        return said, int(re.search("peak ([0-9]+)", said)[1]) * 1024

    with django_db_blocker.unblock(), copied_site(tmp_path) as site:
        yield bring_in


def test_largest_file_is_imported_in_300_megabytes(tmp_path: Path, bring_in, figure) -> None:
    """A part of the largest file, and the whole of it in `make soak`: short rows, so that there are many; all new,
    then all changed, which is held."""
    one = len(json.dumps(rows(99_999)))
    path = tmp_path / "feed.json"
    peaks = []
    for words, time in ((", 0 rejected", "19:00"), ("held.", "20:30")):
        number = min(json_rows.MAX_JSON_BYTES // (one + 8), json_rows.MAX_ROWS) // PART
        path.write_text(json.dumps(rows(*range(number), time=time)))
        said, peak = bring_in(path)
        assert words in said
        peaks.append(peak)
    figure(
        "N2",
        f"{path.stat().st_size // MEGABYTE} MB of JSON imported in {peaks[0] // MEGABYTE} MB, held in "
        f"{peaks[1] // MEGABYTE} MB",
        must="300 MB at most",
    )
    assert max(peaks) <= MOST_MEMORY


def test_file_of_300_megabytes_is_refused_in_a_sentence(tmp_path: Path, bring_in, figure) -> None:
    """It is not read at all, so that it may as well be full of nothing."""
    path = tmp_path / "feed.json"
    with path.open("wb") as file:
        file.write(b"[")
        file.truncate(300 * MEGABYTE)
    said, peak = bring_in(path)
    figure("N2", f"300 MB of JSON refused in {peak // MEGABYTE} MB", must="300 MB at most")
    assert "larger than 100 MB" in said
    assert "Traceback" not in said
    assert peak <= MOST_MEMORY
