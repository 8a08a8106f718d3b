"""N6: no file makes a parser crash, hang, or hand on what a database would choke on; bad rows are named.

The detector reads a file and says what came of it: the records and problems, or that it is no feed. Anything else
raised is a crash. Right is: every row is a record, merged, or rejected with a reason; texts that can be stored; less
than two seconds of the processor.

Files are made up in three ways: any bytes, any JSON, and a good file that is spoilt, in its bytes or in its fields.

The planted faults: a parser that trusts what it is given, and one that drops bad rows without a word.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from feeds.formats import PARSERS
from feeds.formats.helplines import parser
from feeds.formats.meeting_guide import parser as meeting_guide_parser
from feeds.records import NotAFeed, Parsed, ParsedLines
from tests.feeds.rows import PRIVATE, a_row
from tests.soak import size

CASES = size(500, 10_000)
LONGEST = 2.0  # seconds of the processor

Parser = Callable[[bytes], Parsed | ParsedLines]

LINE = {
    "slug": "harbor-line",
    "name": "Harbor Line",
    "country": "US",
    "channels": [{"type": "call", "dial": "+15035550100", "display": "503-555-0100"}],
    "hours": [{"days": ["mon", "fri"], "opens": "09:00", "closes": "17:00"}],
    "zone": "America/Los_Angeles",
    "concerns": ["alcohol"],
    "happens": ["Somebody answers.", "They listen."],
    "website": "https://harbor.example.org/",
}


@dataclass(frozen=True)
class Sample:
    """How a format is read, a good row of it, further keys that a row may have, and the file around the rows."""

    parse: Parser
    row: dict[str, Any]
    keys: tuple[str, ...]
    around: Callable[[list[Any]], Any]


SAMPLES = {
    "meeting-guide": Sample(
        meeting_guide_parser.parse,
        a_row(timezone="America/Los_Angeles", conference_url="https://zoom.us/j/1", end_time="19:30"),
        (
            *PRIVATE,
            "group",
            "regions",
            "coordinates",
            "attendance_option",
            "notes",
            "group_notes",
            "updated",
            "fields",
        ),
        lambda rows: rows,
    ),
    "helplines": Sample(
        parser.parse,
        LINE,
        (
            "always_open",
            "hours_note",
            "who_answers",
            "copied",
            "copied_is",
            "source",
            "main",
            "languages",
            "payment",
        ),
        lambda rows: {"format": "helplines", "version": 1, "lines": rows},
    ),
}

ODD_TEXTS = st.sampled_from(
    [
        "",
        " ",
        "\0",
        "\ud800",
        "\u202e",
        "NaN",
        "24:00",
        "25:61",
        "-1",
        "9" * 400,
        "<b>",
        "=1+1",
        "' OR 1",
        "a" * 5000,
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | ODD_TEXTS
    | st.integers(10**300)
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def written(value: Any) -> bytes:
    return json.dumps(value).encode()


def spoilt_rows(sample: Sample) -> st.SearchStrategy[bytes]:
    """A good file of which some fields hold anything."""
    keys = st.sampled_from([*sample.row, *sample.keys])
    row = st.dictionaries(keys, ANY_JSON, max_size=6).map(lambda odd: {**sample.row, **odd})
    return st.lists(row | ANY_JSON, min_size=1, max_size=5).map(lambda rows: written(sample.around(rows)))


def spoilt_bytes(sample: Sample) -> st.SearchStrategy[bytes]:
    """A good file of which pieces are cut out, doubled or overwritten."""
    good = written(sample.around([sample.row, {**sample.row, "slug": "other"}]))
    place = st.integers(0, len(good))
    cuts = st.lists(st.tuples(place, place, st.binary(max_size=6)), min_size=1, max_size=4)

    def spoil(cuts: list[tuple[int, int, bytes]]) -> bytes:
        data = good
        for start, end, piece in cuts:
            data = data[:start] + piece + data[end:]
        return data

    return cuts.map(spoil)


def files(sample: Sample) -> st.SearchStrategy[bytes]:
    return st.one_of(
        spoilt_rows(sample), spoilt_bytes(sample), ANY_JSON.map(written), st.binary(max_size=300)
    )


def read(parse: Parser, data: bytes) -> Parsed | ParsedLines | None:
    """What a parser makes of a file, None where it says in one line that this is no feed."""
    try:
        return parse(data)
    except NotAFeed as refusal:
        words = str(refusal)
    assert words.strip()
    assert "\n" not in words
    return None


def timed(parse: Parser, data: bytes) -> tuple[Parsed | ParsedLines | None, float]:
    """What was read, and the seconds of the processor that it took."""
    began = time.process_time()
    return read(parse, data), time.process_time() - began


def fault_in(parsed: Parsed | ParsedLines) -> str:
    """What is wrong with what a parser hands on, or ""."""
    rejected = [found for found in parsed.problems if found.rejected]
    if any(not found.reason.strip() or not 0 < found.row <= parsed.rows for found in rejected):
        return "a row is rejected without its number or a reason"
    held = sum(len(getattr(record, "meetings", (record,))) for record in parsed.records)
    if held + len(rejected) + sum(found.merged for found in parsed.problems) < parsed.rows:
        return "a row is gone without a word"
    if any("\0" in text or not can_be_stored(text) for text in texts([parsed.records, parsed.problems])):
        return "a text cannot be stored"
    return ""


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each)


def can_be_stored(text: str) -> bool:
    try:
        return bool(text.encode()) or not text
    except UnicodeEncodeError:
        return False


def test_every_format_is_tried() -> None:
    assert set(PARSERS) <= set(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_good_file_comes_in(name: str) -> None:
    sample = SAMPLES[name]
    parsed = read(sample.parse, written(sample.around([sample.row])))
    assert parsed is not None
    assert (parsed.rows, len(parsed.records), parsed.problems) == (1, 1, [])


@pytest.mark.parametrize("name", SAMPLES)
def test_no_file_makes_a_parser_crash(name: str, figure) -> None:
    sample, slowest, feeds = SAMPLES[name], 0.0, 0

    @settings(max_examples=CASES, suppress_health_check=list(HealthCheck))
    @given(files(sample))
    def tried(data: bytes) -> None:
        nonlocal slowest, feeds
        parsed, took = timed(sample.parse, data)
        if took > slowest:  # twice, since the garbage of the tests may have been collected meanwhile
            slowest = max(slowest, min(took, timed(sample.parse, data)[1]))
        if parsed is not None:
            feeds += 1
            assert fault_in(parsed) == ""

    tried()
    assert feeds > CASES / 5
    assert slowest < LONGEST
    words = f"{name}: {CASES} files, {feeds} of them feeds, 0 crashes, slowest {slowest * 1000:.0f} ms"
    figure("N6", words, must="10,000 a parser, 0 uncaught, 0 over 2 s")


def trusting(data: bytes) -> Parsed:
    """The plant: whatever stands in a field is taken for a text."""
    rows = [row["name"].strip() for row in json.loads(data)]
    return Parsed(len(rows), [], [])


def test_plant_parser_that_trusts_its_input_is_detected() -> None:
    def crashes(data: bytes) -> bool:
        try:
            read(trusting, data)
        except (AttributeError, KeyError, TypeError):
            return True
        return False

    assert crashes(find(spoilt_rows(SAMPLES["meeting-guide"]), crashes))


def test_plant_row_that_is_dropped_without_a_word_is_detected() -> None:
    rows = written([a_row(), "no row at all"])
    parsed = meeting_guide_parser.parse(rows)
    assert fault_in(parsed) == ""
    assert fault_in(Parsed(parsed.rows, parsed.records, [])) == "a row is gone without a word"


def test_plant_text_that_cannot_be_stored_is_detected() -> None:
    parsed = meeting_guide_parser.parse(written([a_row()]))
    spoilt = [
        type(record)(ref="\ud800", name=record.name, meetings=record.meetings) for record in parsed.records
    ]
    assert fault_in(Parsed(parsed.rows, spoilt, [])) == "a text cannot be stored"
