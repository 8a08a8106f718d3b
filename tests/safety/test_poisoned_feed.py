"""N4: a poisoned feed is held. That is a feed in which phone numbers, links or websites of more than a tenth of the
listings changed, or from which more than a fifth of them or all are missing. It publishes nothing and appears once in
the queue of held imports. Corrections by a curator are never overwritten, whoever releases the run.

The percentages are those of the source: 20 % by default, half of it for contacts (decision 30).

Planted faults: a hold rule that holds nothing publishes the poison; a plan that ignores corrections overwrites them.
"""

from typing import Any

import pytest

from directory.listings import services
from directory.models import Channel, Listing
from feeds.admin import work_queues
from feeds.models import ImportRun
from feeds.pipeline import diff
from feeds.pipeline import run as pipeline_run
from groups.models import SupportGroup
from tests.builders import make_account, make_listing
from tests.curation.duplicates.pairs import stored_values
from tests.feeds.sample import rows
from tests.feeds.state import digest

pytestmark = pytest.mark.django_db

ALL = range(1, 61)
BY_LINK = {"conference_url": "https://zoom.us/j/123456789", "conference_phone": "+15555550100"}
GOOD = rows(*ALL, **BY_LINK)
POISON = {
    "7 of 60 websites": [*rows(*range(1, 8), **BY_LINK, website="https://wrong.example.org/"), *GOOD[7:]],
    "7 of 60 phones": [*rows(*range(1, 8), **BY_LINK | {"conference_phone": "+15555550199"}), *GOOD[7:]],
    "7 of 60 links": [*rows(*range(1, 8), **BY_LINK | {"conference_url": "https://zoom.us/j/987654321"}), *GOOD[7:]],
    "13 of 60 dropped": GOOD[13:],
    "other rows alone": rows(*range(101, 161), **BY_LINK),
    "0 rows": [],
}  # fmt: skip


def count_held_runs() -> int:
    """What stands in the queue of held imports on the desk."""
    return sum(queue.count for queue in work_queues.held_runs(make_account(is_staff=True, is_superuser=True)))


def make_hotline() -> Listing:
    line = make_listing("hotlines", name="Group 1")
    Channel.objects.create(listing=line, type="call", dial="+15555550101")
    return line


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON.keys())
def test_n4_poison_is_held(import_rows: Any, figure, request: Any, poison: list[dict[str, Any]]) -> None:
    import_rows(GOOD)
    line = make_hotline()
    before, lines = digest(), stored_values(line)
    run = import_rows(poison)
    published = 0 if digest() == before else 1
    figure(
        "N4",
        f"{request.node.callspec.id}: {published} published, {count_held_runs()} alert",
        must="0 published, 1 alert",
    )
    assert (run.state, published, count_held_runs()) == (ImportRun.State.HELD, 0, 1)
    assert stored_values(line) == lines, "a feed of meetings touches no crisis line"
    assert import_rows(poison).state == ImportRun.State.HELD
    assert count_held_runs() == 1, "the same poison again is no second alert"


def test_n4_small_changes_pass(import_rows: Any) -> None:
    import_rows(GOOD)
    assert import_rows(POISON["7 of 60 websites"][1:]).state == ImportRun.State.APPLIED
    assert import_rows(GOOD[12:]).state == ImportRun.State.APPLIED


def test_n4_empty_feed_of_a_new_source_is_refused(import_rows: Any) -> None:
    with pytest.raises(pipeline_run.FeedImportError, match="no meetings at all"):
        import_rows([])
    assert not ImportRun.objects.exists()


def correct_by_hand() -> dict[str, Any]:
    """A curator corrects a name, notes, a website and the meetings of one listing; what it is then."""
    curator = make_account()
    group = SupportGroup.objects.get(name="Group 1")
    group.name = "Lantern"
    group.save()
    group.channels.update(dial="https://right.example.org/")
    group.meetings.update(join_phone="+15555550155")
    services.mark_corrected(group, ["name", "channels", "meetings"], by=curator)
    return held(group.pk)


def held(pk: int) -> dict[str, Any]:
    group = SupportGroup.objects.get(pk=pk)
    return {
        "pk": pk,
        "name": group.name,
        "channels": list(group.channels.values_list("dial", flat=True)),
        "meetings": list(group.meetings.values_list("start", "join_url", "join_phone")),
    }


SEIZED = rows(
    *ALL, **BY_LINK | {"conference_phone": "+15555550199"}, time="03:00", website="https://wrong.example.org/"
)


def test_n4_fields_set_by_hand_are_never_overwritten(import_rows: Any, figure) -> None:
    """The run is held; a curator lets it through; it comes a second time: the corrections outlive all three."""
    import_rows(GOOD)
    corrected = correct_by_hand()
    run = import_rows(SEIZED)
    pipeline_run.release_run(run, by=make_account())
    import_rows(SEIZED)
    now = held(corrected["pk"])
    overwritten = sum(now[name] != value for name, value in corrected.items())
    figure("N4", f"{overwritten} of 3 fields set by hand overwritten", must="0")
    assert now == corrected
    assert Channel.objects.filter(dial="https://wrong.example.org/").count() == len(ALL) - 1


def test_n4_planted_faults_are_detected(import_rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import_rows(GOOD)
    corrected = correct_by_hand()
    monkeypatch.setattr(pipeline_run, "reason_to_hold", lambda *_: "")
    monkeypatch.setattr(diff, "corrected_fields", lambda _group: set())
    before = digest()
    import_rows(SEIZED)
    assert digest() != before
    assert held(corrected["pk"]) != corrected
