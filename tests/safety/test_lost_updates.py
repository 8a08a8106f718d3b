"""D5: no update is lost.

50 writers change one step of one plan: every line is there at the end, and none was overwritten unnoticed. No
parallel write fails because of a lock. The same form sent twice makes one row.

Planted fault: without the check of versions, lines are lost.
"""

import json

from tests.safety.own_site import OwnSite
from tests.soak import size

WRITERS = size(12, 50)
ROWS = size(60, 10_000)


def write_at_once(one_site: OwnSite, writers: int, rows: int, **environment: str) -> dict[str, int]:
    return json.loads(
        one_site.run("-m", "tests.safety.concurrent_writers", str(writers), str(rows), **environment)
    )


def test_no_update_is_lost(one_site: OwnSite, figure) -> None:
    came = write_at_once(one_site, WRITERS, ROWS)
    figure(
        "D5",
        f"{WRITERS} writers, {came['conflicts']} told of a newer version, {WRITERS - came['lines']} lost; "
        f"{ROWS} rows written twice at once, {came['not_saved']} refused, {came['rows'] - ROWS} doubled",
        must="0 lost, 0 refused, 0 doubled",
    )
    assert (came["lines"], came["not_saved"], came["rows"]) == (WRITERS, 0, ROWS)
    assert came["conflicts"] > 0, "the writers never met, so nothing was shown"


def test_lost_updates_are_detected(one_site: OwnSite) -> None:
    assert write_at_once(one_site, 12, 1, PLANTED_FAULT="1")["lines"] < 12
