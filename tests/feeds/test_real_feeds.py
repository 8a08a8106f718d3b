"""Real feeds, where they lie beside the checkout: what a source publishes comes in, and comes in once."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from groups.models import Meeting, SupportGroup

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data"
FEEDS = sorted([*FOLDER.glob("meeting-guide/*.json"), *FOLDER.glob("other-meetings/*-tsml.json")])

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FEEDS, reason="no shared data: real feeds do not lie beside this checkout"),
]


def run(feed: Path, capsys: Any) -> dict[str, Any]:
    call_command("import_feed", "meeting-guide", str(feed), source=feed.stem, json=True)
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("feed", FEEDS or [FOLDER], ids=lambda feed: feed.stem)
def test_real_feed_comes_in_once(feed: Path, capsys: Any) -> None:
    first, second = run(feed, capsys), run(feed, capsys)
    assert first["listings"] == first["created"] > 0
    assert first["meetings"] == Meeting.objects.count() > 0
    assert (second["created"], second["updated"], second["retired"]) == (0, 0, 0)
    assert second["unchanged"] == first["created"]
    assert not SupportGroup.objects.filter(name="").exists()


def test_san_jose_stores_every_meeting(capsys: Any) -> None:
    report = run(FOLDER / "meeting-guide" / "aasanjose-feed.json", capsys)
    assert (report["rows"], report["meetings"], report["rejected"]) == (670, 670, [])
