"""N3: an import that is killed at any moment and run again ends where a clean run ends; nobody sees half a listing.

The real command runs in a process of its own, on a database of its own, and is killed with SIGKILL after a random
time: 30 times on every run, 100 times in `make soak`. Planted fault: with every batch written
outside its transaction, the watcher sees listings whose meetings are not there yet.
"""

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.house import ROOT
from tests.separate import SeparateSite, separate_site
from tests.soak import size

KILLS = size(30, 100)
LONGEST_SECONDS = 100
STREETS = ("Alder", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Linden", "Maple", "Oak", "Pine")
LOOK = """
import json, sys
import django
django.setup()
from tests.feeds.state import digest
from feeds.models import ImportRun
from groups.models import SupportGroup
half = SupportGroup.objects.exclude(source="").filter(meetings=None).count()
print(json.dumps([digest(), half, ImportRun.objects.filter(state="applied").count()]))
"""


def feed(folder: Path, name: str, numbers: range, hour: int) -> Path:
    """A feed of groups with two meetings each."""
    rows = [
        {
            "slug": f"meeting-{number}-{day}", "name": f"Group {number}", "day": day, "time": f"{hour:02}:00",
            "types": ["O"], "formatted_address": f"{number} {STREETS[number % 10]} Street, San Jose, CA 95112, USA",
            "latitude": 37.3, "longitude": -121.8,
        }
        for number in numbers
        for day in (1, 4)
    ]  # fmt: skip
    path = folder / name
    path.write_text(json.dumps(rows))
    return path


class Site(SeparateSite):
    def look(self) -> tuple[str, int, int]:
        return tuple(json.loads(self.run("-c", LOOK)))

    def import_feed(self, path: Path) -> dict[str, Any]:
        return json.loads(
            self.manage("import_feed", "meeting-guide", str(path), "--source", "Sample", "--json")
        )

    def start(self, path: Path) -> "subprocess.Popen[bytes]":
        command = [
            sys.executable,
            "manage.py",
            "import_feed",
            "meeting-guide",
            str(path),
            "--source",
            "Sample",
        ]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=quiet, stderr=quiet)

    def applied(self) -> int:
        """Runs that came to their end, asked without starting a process."""
        query = "SELECT count(*) FROM feeds_importrun WHERE state = 'applied'"
        url = self.environment["DATABASE_URL"]
        if url.startswith("sqlite:///"):
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
                return connection.execute(query).fetchone()[0]
        with psycopg.connect(url) as connection:
            return connection.execute(query).fetchone()[0]

    def empty(self) -> None:
        self.run(
            "-c",
            "import django; django.setup()\n"
            "from directory.models import Listing, Place; from feeds.models import Source\n"
            "Listing.objects.all().delete(); Place.objects.all().delete(); Source.objects.all().delete()",
        )


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Site]:
    with separate_site("n3", tmp_path_factory.mktemp("n3"), django_db_blocker) as made:
        yield Site(made.folder, made.environment["DATABASE_URL"])


def test_killed_import_ends_like_a_clean_one(site: Site, tmp_path: Path, figure) -> None:
    """Round one is all new; round two changes nothing of most, brings some and misses some. Both are killed until one
    process lives to the end, again and again from an empty base."""
    rounds = (feed(tmp_path, "first.json", range(600), 19), feed(tmp_path, "second.json", range(40, 640), 19))
    for path in rounds:
        began = time.monotonic()
        site.import_feed(path)
    usual = time.monotonic() - began
    clean, half, _runs = site.look()
    assert half == 0
    chance, killed, deadline = random.Random(3), 0, time.monotonic() + LONGEST_SECONDS
    while killed < KILLS and time.monotonic() < deadline:
        site.empty()
        for number, path in enumerate(rounds, start=1):
            while site.applied() < number:
                process = site.start(path)
                time.sleep(chance.uniform(usual * 0.4, usual * 1.05))
                killed += process.poll() is None
                process.send_signal(signal.SIGKILL)
                process.wait()
        state, half, _runs = site.look()
        assert (state, half) == (clean, 0), f"after {killed} kills"
    figure("N3", f"{killed} kills, every state equal to the clean one, 0 half-written", must=f"{KILLS} kills")
    assert killed >= 5
