"""N2: what a feed may cost in computing, beside the clock. Rows that were built to be slow cost what others cost, and
what is slow all the same is given up.

Planted faults: a pattern whose cost grows with the square of a text, and a feed without a limit.
"""

import html
import json
import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.net.byte_sizes import MEGABYTE
from feeds.fetch import cpu_limit
from feeds.fetch.cpu_limit import check_cpu, cpu_seconds
from feeds.fetch.limits import CPU_SECONDS
from feeds.formats import privacy, text
from feeds.formats.grouping import Entry
from feeds.formats.helplines import parser
from feeds.formats.meeting_guide import parser as meeting_guide_parser
from feeds.models import ImportRun, Source
from feeds.pipeline import run
from feeds.pipeline.stage_groups import stage_groups
from feeds.records import NotAFeed
from tests.feeds.rows import a_row
from tests.feeds.sample import rows

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("the time that parsers take")]
ROWS = 400
MOST = 8  # seconds; each of these took from 20 seconds to many minutes
# Each over and over fills a field.
BUILT = {
    "words before a name": "call,/",
    "more words before a name": "call or text ",
    "spaces where addresses stood": "pin zoom.us/j/?",
    "passwords without a digit": "Pass#",
    "a word without an end": "½",
    "initials": "S. ",
    "ampersands": "&é",
    "names of characters": "&pwd=",
    "opened tags": "<script",
    "brackets": "(() ",
    "lines": "a\n",
    "accents": "a\u0301\u0323",
    "at signs": "a@",
    "digits apart": "1 (",
    "commas": "é, ",
}
FIELDS = (
    "name",
    "group",
    "notes",
    "group_notes",
    "location_notes",
    "location",
    "formatted_address",
    "website",
    "types",
)


def seconds(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began


def read(feed: list[dict[str, object]]) -> None:
    stage_groups(meeting_guide_parser.parse(json.dumps(feed).encode(), fellowship="aa").records)


@pytest.mark.parametrize("built", BUILT)
def test_built_rows_cost_no_more_than_their_length(built: str, figure) -> None:
    """Every field full, and each row different, so that nothing is remembered of another."""
    full = dict.fromkeys(FIELDS, BUILT[built] * 200)
    feed = [
        a_row(**full | {"slug": f"row-{number}", "notes": f"{number} {full['notes']}"})
        for number in range(ROWS)
    ]
    took = seconds(lambda: read(feed))
    figure("N2", f"{ROWS} rows full of {built}: {took:.1f} s of computing", must=f"{MOST} s")
    assert took < MOST


@pytest.mark.parametrize("same", ["slug", "everything"])
def test_rows_of_one_slug_cost_no_more_than_others(same: str, figure) -> None:
    feed = [
        a_row(
            slug="one", day=[0, 1, 2, 3, 4, 5, 6], notes="A word and another. " * 180,
            name="One" if same == "everything" else f"One {number}",
        )
        for number in range(ROWS)
    ]  # fmt: skip
    took = seconds(lambda: read(feed))
    figure("N2", f"{ROWS} rows with the same {same}: {took:.1f} s of computing", must=f"{MOST} s")
    assert took < MOST


def test_duplicates_do_not_gather_types() -> None:
    feed = [a_row(types=[f"Odd{number}x{other}" for other in range(60)]) for number in range(ROWS)]
    assert seconds(lambda: read(feed)) < MOST
    (record,) = meeting_guide_parser.parse(json.dumps(feed).encode(), fellowship="aa").records
    assert len(record.meetings[0].codes) == 60


def test_meetings_of_one_slug_keep_the_ids_that_they_had() -> None:
    """By their copies, as they were counted from zero for each."""
    parsed = meeting_guide_parser.parse(
        json.dumps([a_row(notes=f"Note {number}.") for number in range(3)] * 2).encode()
    )
    refs = {meeting.ref for record in parsed.records for meeting in record.meetings}
    assert refs == {"harbor-lights"}
    found = meeting_guide_parser.parse(
        json.dumps([a_row(name=f"Group {number}") for number in (1, 2, 3)]).encode()
    )
    assert len({meeting.ref for record in found.records for meeting in record.meetings}) == 3


def test_copies_are_counted_as_before() -> None:
    """The same refs as by trying each number from zero for each copy."""
    from feeds.formats import grouping

    parsed = [meeting_guide_parser._parse_row(number, a_row(day=1), "aa")[0] for number in (1, 2, 3, 4)]
    entries: list[Entry] = [entry for entry in parsed if entry is not None]
    found = [entry.meetings[0].ref for entry in grouping._with_unique_refs(entries)]
    order = entries[0].sort_key
    day = str(entries[0].meetings[0].weekday)
    assert found == [
        "harbor-lights",
        *(f"harbor-lights:{text.digest(*order, day, str(copy))}" for copy in range(3)),
    ]


@pytest.mark.parametrize("built", BUILT)
def test_twice_the_length_costs_about_twice(built: str) -> None:
    def cost(length: int) -> float:
        value = text.plain_text((BUILT[built] * length)[: 4 * length], limit=length, lines=True)
        return min(seconds(lambda: privacy._public_notes.__wrapped__(value)) for _ in range(3))

    short, long = cost(1000), cost(4000)
    assert long < 8 * short + 0.01, (short, long)


def test_pattern_that_grows_with_the_square_is_seen() -> None:
    """The planted fault: the words before a name without their bounds."""
    unbounded = re.compile(r"(?:call(?:[\s/,]+(?:or|call))*)\s+[A-Z][a-z]+\b")
    short, long = (seconds(lambda size=size: unbounded.search("call,/" * size)) for size in (300, 1200))
    assert long > 8 * short


# ---- The limit itself ----


@pytest.fixture
def clock(monkeypatch):
    """A processor on which each look at the clock takes a second."""
    looks = iter(range(1_000_000))
    monkeypatch.setattr(cpu_limit.time, "thread_time", lambda: float(next(looks)))


def test_limit_grows_with_the_feed() -> None:
    assert cpu_seconds(0) == CPU_SECONDS
    assert cpu_seconds(10 * MEGABYTE) > cpu_seconds(MEGABYTE) > CPU_SECONDS


def test_without_a_limit_nothing_is_counted(clock) -> None:
    for _ in range(100):
        check_cpu()


@pytest.mark.parametrize(
    ("parse", "feed"),
    [
        (meeting_guide_parser.parse, rows(*range(100))),
        (
            parser.parse,
            {"format": "helplines", "version": 1, "lines": [{"slug": f"a-{n}"} for n in range(100)]},
        ),
    ],
    ids=["meetings", "lines"],
)
def test_reading_is_given_up(clock, parse, feed) -> None:
    with cpu_limit.cpu_limit(20), pytest.raises(NotAFeed, match="far more computing"):
        parse(json.dumps(feed).encode())


def test_staging_is_given_up(clock) -> None:
    records = meeting_guide_parser.parse(json.dumps(rows(*range(100))).encode()).records
    with cpu_limit.cpu_limit(20), pytest.raises(NotAFeed, match="far more computing"):
        stage_groups(records)


def test_run_that_is_given_up_changes_nothing_and_says_why(clock, tmp_path) -> None:
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(rows(*range(100))))
    with pytest.raises(run.FeedImportError, match="far more computing"):
        run.import_feed("meeting-guide", str(path), "Sample")
    assert not Source.objects.filter(name="Sample").exists()
    assert not ImportRun.objects.exists()


# ---- References to characters ----


@given(
    st.lists(
        st.sampled_from(
            ["&", "&#", "&#x", ";", "a", "amp", "lt", "65", "x41", " ", "&amp", "&eacute", "&notit;"]
        )
    )
)
def test_references_are_read_as_html_reads_them(parts: list[str]) -> None:
    given_text = "".join(parts)
    assert text._unescaped(given_text) == html.unescape(given_text)


@pytest.mark.parametrize("digits", [10, 5000])
def test_number_that_is_too_long_is_no_reference(digits: int) -> None:
    """Python refuses to read a number of thousands of digits."""
    assert meeting_guide_parser.parse(json.dumps([a_row(notes="&#" + "1" * digits)]).encode()).records
