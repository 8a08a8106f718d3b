"""A saved change shows at the next request of each process of the real server; what is hidden never does."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.safety.own_site import OwnSite, copied
from tests.soak import size

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = size(ci=3, soak=60)
# Runs inside the site, beside its server: changes listings by each way there is and asks after each change.
CHANGING = """
import json, random, re, time, urllib.request
from django.db import connection
from directory.kinds import kinds
from directory.models import Listing

chance, shown, tally = random.Random(7), {{}}, {{"changes": 0, "asked": 0, "wrong": 0}}
made = iter(range(10_000_000))

def seen():
    address = "{address}/find/?kind=self-help&q=seen"
    with urllib.request.urlopen(address, timeout=20) as answer:
        text = answer.read().decode()
    return int(re.search('data-total="([0-9]+)"', text)[1]), set(re.findall('data-listing="(seen-[0-9]+)"', text))

def save():
    slug = f"seen-{{next(made)}}"
    model = kinds["self-help"].model
    listing = model.objects.create(kind="self-help", slug=slug, name=f"Seen {{slug}}", status="published")
    shown[slug] = listing.pk

def hide_by_update(slug):
    Listing.objects.filter(pk=shown.pop(slug)).update(status="draft")

def hide_by_sql(slug):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE directory_listing SET status = 'draft' WHERE id = %s", [shown.pop(slug)])

def rename(slug):
    listing = Listing.objects.get(pk=shown.pop(slug))
    listing.name = "Something else"
    listing.save()

def delete(slug):
    Listing.objects.get(pk=shown.pop(slug)).delete()

end = time.monotonic() + {seconds}
while time.monotonic() < end or tally["changes"] < 8:
    if len(shown) < 3 or (len(shown) < 15 and chance.random() < 0.5):
        save()
    else:
        chance.choice((hide_by_update, hide_by_sql, rename, delete))(chance.choice(sorted(shown)))
    tally["changes"] += 1
    for _time in range(4):
        tally["asked"] += 1
        tally["wrong"] += seen() != (len(shown), set(shown))
print(json.dumps(tally))
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OwnSite]:
    with copied(tmp_path) as made:
        yield made


def test_each_change_shows_at_the_next_request_of_each_process(site: OwnSite, capsys: Any) -> None:
    with site.serving(workers=2) as server:
        assert len(server.workers()) == 2
        tally = json.loads(site.python(CHANGING.format(address=server.address, seconds=SECONDS)))
    with capsys.disabled():
        print(f"\n{tally['changes']} changes, asked {tally['asked']} times, {tally['wrong']} wrong", end=" ")
    assert tally["changes"] > 1
    assert tally["wrong"] == 0
