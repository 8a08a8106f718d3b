"""Change listings in every way while a server runs: `python -m tests.directory.search.change_under_load URL SECONDS`.

It runs in the environment of the site, searches after each change, and prints as JSON how often the results were not
the public listings.
"""

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
SEARCHES_AFTER_A_CHANGE = 4
# In a feed of this size, one changed row does not hold the run.
FEED_SIZE = 20
MIN_PUBLIC, MAX_PUBLIC = 3, 15


class Changer:
    """Changes listings and compares the results of the server with the public listings."""

    def __init__(self, url: str) -> None:
        self.url, self.chance, self.tally = url, random.Random(7), Counter[str]()
        self.admin = Client(SERVER_NAME="localhost")
        make_curator(self.admin, is_superuser=True)
        self.feed = rows(*range(FEED_SIZE))
        self.created = 0
        self.import_feed()

    def public_slugs(self) -> set[str]:
        named = Listing.objects.filter(name__startswith=WORD, status="published")
        return set(named.values_list("slug", flat=True))

    def found_slugs(self) -> set[str]:
        with urllib.request.urlopen(f"{self.url}/find/?q={WORD.lower()}", timeout=20) as response:
            text = response.read().decode()
        slugs = set(re.findall('data-listing="([a-z0-9-]+)"', text))
        total = re.search('data-total="([0-9]+)"', text)
        assert total, text
        return slugs if len(slugs) == int(total[1]) else {f"{total[1]} in all, {len(slugs)} shown"}

    def random_listing(self) -> Listing:
        return Listing.objects.get(slug=self.chance.choice(sorted(self.public_slugs())))

    # Kinds of change

    def create(self) -> None:
        self.created += 1
        facts = {"slug": f"seen-{self.created}", "name": f"{WORD} {self.created}", "status": "published"}
        kinds["self-help"].model.objects.create(kind="self-help", **facts)

    def rename(self) -> None:
        listing = self.random_listing()
        listing.name = "Something else"
        listing.save()

    def delete(self) -> None:
        self.random_listing().delete()

    def hide_by_update(self) -> None:
        Listing.objects.filter(pk=self.random_listing().pk).update(status="draft")

    def hide_by_sql(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE directory_listing SET status = 'draft' WHERE id = %s", [self.random_listing().pk]
            )

    def hide_in_the_admin(self) -> None:
        own = Listing.objects.filter(name__startswith=WORD, status="published", kind="self-help").first()
        if own is None:
            self.create()
            return
        page = reverse("admin:directory_selfhelp_change", args=[own.pk])
        form = sent_by(self.admin.get(page), "#selfhelp_form")
        response = self.admin.post(page, {**form, "status": "draft"})
        assert response.status_code == 302, response.content.decode()

    def show_or_hide_by_import(self) -> None:
        row = self.chance.choice(self.feed[:MIN_PUBLIC])
        row["name"] = "Something else" if row["name"].startswith(WORD) else f"{WORD} {row['slug']}"
        self.import_feed()

    def import_feed(self) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            Path(file.name).write_text(json.dumps(self.feed))
            run = pipeline_run.import_feed("meeting-guide", file.name, "Sample Intergroup").run
        assert run.state == "applied", run.state

    def run(self, seconds: float) -> None:
        changes = (
            self.rename, self.delete, self.hide_by_update, self.hide_by_sql, self.hide_in_the_admin,
            self.show_or_hide_by_import,
        )  # fmt: skip
        untried = [*changes]
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline or untried:
            shown = len(self.public_slugs())
            few = shown <= MIN_PUBLIC or (shown < MAX_PUBLIC and self.chance.random() < 0.5)
            change = self.create if few else untried.pop() if untried else self.chance.choice(changes)
            change()
            self.tally[change.__name__] += 1
            self.compare()

    def compare(self) -> None:
        for _time in range(SEARCHES_AFTER_A_CHANGE):
            self.tally["searches"] += 1
            self.tally["wrong"] += self.found_slugs() != self.public_slugs()


if __name__ == "__main__":
    changer = Changer(sys.argv[1])
    changer.run(float(sys.argv[2]))
    print(json.dumps(changer.tally))
