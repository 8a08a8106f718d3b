"""`python -m tests.directory.search.change_under_load ADDRESS SECONDS`, inside a site beside its server:
changes listings in each way
there is, asks after each change, and prints as JSON how often what was found was not what is public."""

import json
import random
import re
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from directory.kinds.registry import kinds  # noqa: E402
from directory.models import Listing  # noqa: E402
from feeds.pipeline import run as pipeline_run  # noqa: E402
from tests.builders import make_curator  # noqa: E402
from tests.feeds.sample import rows  # noqa: E402
from tests.form_filling import sent_by  # noqa: E402

WORD = "Zeppelin"
ASKED_EACH = 4
# Of so many in a feed, one changed is no cause to hold the run.
FED = 20
FEWEST, MOST = 3, 15


class Changing:
    def __init__(self, address: str) -> None:
        self.address, self.chance, self.tally = address, random.Random(7), Counter[str]()
        self.desk = Client(SERVER_NAME="localhost")
        make_curator(self.desk, is_superuser=True)
        self.feed = rows(*range(FED))
        self.made = 0
        self.bring()

    def public(self) -> set[str]:
        named = Listing.objects.filter(name__startswith=WORD, status="published")
        return set(named.values_list("slug", flat=True))

    def found(self) -> set[str]:
        with urllib.request.urlopen(f"{self.address}/find/?q={WORD.lower()}", timeout=20) as answer:
            text = answer.read().decode()
        slugs = set(re.findall('data-listing="([a-z0-9-]+)"', text))
        total = re.search('data-total="([0-9]+)"', text)
        assert total, text
        return slugs if len(slugs) == int(total[1]) else {f"{total[1]} in all, {len(slugs)} shown"}

    def one(self) -> Listing:
        return Listing.objects.get(slug=self.chance.choice(sorted(self.public())))

    # Ways to change

    def save(self) -> None:
        self.made += 1
        facts = {"slug": f"seen-{self.made}", "name": f"{WORD} {self.made}", "status": "published"}
        kinds["self-help"].model.objects.create(kind="self-help", **facts)

    def rename(self) -> None:
        listing = self.one()
        listing.name = "Something else"
        listing.save()

    def delete(self) -> None:
        self.one().delete()

    def hide_by_update(self) -> None:
        Listing.objects.filter(pk=self.one().pk).update(status="draft")

    def hide_by_sql(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE directory_listing SET status = 'draft' WHERE id = %s", [self.one().pk])

    def hide_at_the_desk(self) -> None:
        own = Listing.objects.filter(name__startswith=WORD, status="published", kind="self-help").first()
        if own is None:
            self.save()
            return
        page = reverse("admin:directory_selfhelp_change", args=[own.pk])
        form = sent_by(self.desk.get(page), "#selfhelp_form")
        answer = self.desk.post(page, {**form, "status": "draft"})
        assert answer.status_code == 302, answer.content.decode()

    def show_or_hide_by_import(self) -> None:
        row = self.chance.choice(self.feed[:FEWEST])
        row["name"] = "Something else" if row["name"].startswith(WORD) else f"{WORD} {row['slug']}"
        self.bring()

    def bring(self) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            Path(file.name).write_text(json.dumps(self.feed))
            run = pipeline_run.import_feed("meeting-guide", file.name, "Sample Intergroup").run
        assert run.state == "applied", run.state

    def go_on(self, seconds: float) -> None:
        ways = (
            self.rename, self.delete, self.hide_by_update, self.hide_by_sql, self.hide_at_the_desk,
            self.show_or_hide_by_import,
        )  # fmt: skip
        untried = [*ways]
        until = time.monotonic() + seconds
        while time.monotonic() < until or untried:
            shown = len(self.public())
            few = shown <= FEWEST or (shown < MOST and self.chance.random() < 0.5)
            way = self.save if few else untried.pop() if untried else self.chance.choice(ways)
            way()
            self.tally[way.__name__] += 1
            self.look()

    def look(self) -> None:
        for _time in range(ASKED_EACH):
            self.tally["asked"] += 1
            self.tally["wrong"] += self.found() != self.public()


if __name__ == "__main__":
    changing = Changing(sys.argv[1])
    changing.go_on(float(sys.argv[2]))
    print(json.dumps(changing.tally))
