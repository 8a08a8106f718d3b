"""N5: an import is deterministic. The same feed twice writes nothing but the record of the run, read again or not;
rows in another order give the same directory; one meeting in two sources is offered as a likely double, and nothing
merges by itself but what is the same.

Planted faults: a comparison that finds a change in everything writes on the second run; a key that hangs on the place
of a row in its file gives another digest.
"""

import json
import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from curation.duplicates.services import find_duplicates, store_duplicates
from curation.models import LikelyDuplicate
from feeds.models import ImportRun, Source
from feeds.pipeline import diff, run
from groups.models import SupportGroup
from tests.feeds.sample import rows
from tests.feeds.state import digest
from tests.soak import size

pytestmark = pytest.mark.django_db

FEED = rows(*range(1, size(61, 2001)))
ORDERS = size(5, 50)
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "COPY")
RECORD = ("feeds_importrun", "feeds_source")


def writes(queries: CaptureQueriesContext) -> list[str]:
    """Statements that write anything but the record of a run and when its source was read."""
    said = [query["sql"] for query in queries.captured_queries]
    return [sql for sql in said if sql.startswith(WRITES) and not any(f'"{name}"' in sql for name in RECORD)]


@pytest.mark.parametrize("again", [FEED, FEED[::-1]], ids=["same-bytes", "other-order"])
def test_n5_second_import_writes_only_its_record(
    import_rows: Any, figure, again: list[dict[str, Any]]
) -> None:
    import_rows(FEED)
    before = digest()
    with CaptureQueriesContext(connection) as queries:
        run = import_rows(again)
    wrote = writes(queries)
    figure("N5", f"{len(wrote)} writes beside the record of the second run of {len(FEED)} rows", must="0")
    assert (wrote, digest()) == ([], before)
    assert (run.created, run.updated, run.unchanged) == (0, 0, len(FEED))
    assert ImportRun.objects.count() == 2


def test_n5_planted_writes_are_detected(import_rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import_rows(FEED)
    monkeypatch.setattr(run, "reason_to_hold", lambda *_: "")
    monkeypatch.setattr(diff, "_field_values", lambda *_: {})
    with CaptureQueriesContext(connection) as queries:
        import_rows(FEED[::-1])
    assert writes(queries)


def test_n5_import_does_not_depend_on_row_order(import_rows: Any, figure) -> None:
    chance, digests = random.Random(5), set()
    for _order in range(ORDERS):
        SupportGroup.objects.all().delete()
        Source.objects.all().delete()
        import_rows(chance.sample(FEED, len(FEED)))
        digests.add(digest())
    figure("N5", f"{ORDERS} orders of {len(FEED)} rows, {len(digests)} digest", must="1 digest")
    assert len(digests) == 1


def test_n5_one_meeting_in_two_sources_is_offered_once(import_rows: Any, tmp_path: Any, figure) -> None:
    import_rows(FEED)
    path = tmp_path / "other.json"
    path.write_text(json.dumps(rows(7, slug="elsewhere", name="Group Seven")))
    run.import_feed("meeting-guide", str(path), "Other Intergroup")
    both = set(SupportGroup.objects.filter(name__in=["Group 7", "Group Seven"]).values_list("pk", flat=True))
    found = find_duplicates(SupportGroup.objects.filter(name="Group Seven"))
    store_duplicates()
    store_duplicates()
    offered = LikelyDuplicate.objects.filter(first__in=both, second__in=both)
    figure("N5", f"{offered.count()} pair offered, {len(both)} listings kept", must="1 pair, nothing merged")
    assert [{pair.first, pair.second} for pair in found] == [both]
    assert offered.count() == 1
    assert SupportGroup.objects.filter(pk__in=both, replaced_by=None, status="published").count() == 2
