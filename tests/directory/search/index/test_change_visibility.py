"""A saved change shows in the next response of each process of the real server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.safety.own_site import OwnSite, copied_site
from tests.soak import size

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = size(ci=3, soak=60)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OwnSite]:
    with copied_site(tmp_path) as made:
        yield made


def test_each_change_shows_in_the_next_response_of_each_process(site: OwnSite, figure) -> None:
    with site.serving(workers=2) as server:
        assert len(server.workers()) == 2
        printed = site.run("-m", "tests.directory.search.change_under_load", server.address, str(SECONDS))
    tally = json.loads(printed.splitlines()[-1])
    searches, wrong = tally.pop("searches"), tally.pop("wrong")
    changes = ", ".join(f"{name} {times}" for name, times in sorted(tally.items()))
    figure(
        "Visible",
        f"{searches} searches after {sum(tally.values())} changes, {wrong} wrong ({changes})",
        must="0 wrong",
    )
    assert len(tally) == 7, "each kind of change was made"
    assert wrong == 0
