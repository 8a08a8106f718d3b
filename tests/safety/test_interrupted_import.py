"""N3: an import that is killed at any moment and run again ends where a clean run ends; nobody sees half a listing.

The real command runs in a process of its own, on a database of its own, and is killed with SIGKILL after a random
time: 30 times on every run, 100 times in `make soak`. Meanwhile a reader on another connection asks again and again
for listings whose meetings are not all there. Planted fault: with batches written outside a transaction the reader
sees such listings.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.feeds.sample import rows
from tests.project_rules import ROOT
from tests.safety.own_site import OwnSite
from tests.soak import size

KILLS = size(10, 100)
LONG = 60  # seconds, for an import that is not to be killed
BETWEEN_LOOKS = 0.002  # seconds
EACH = 2  # meetings of a group
HALF = f"""
    SELECT count(*) FROM directory_listing WHERE source <> '' AND
    (SELECT count(*) FROM groups_meeting WHERE group_id = directory_listing.id) <> {EACH}
"""


def feed(path: Path, numbers: range) -> str:
    found = [
        row | {"slug": f"{row['slug']}-{day}", "day": day} for row in rows(*numbers) for day in range(EACH)
    ]
    path.write_text(json.dumps(found))
    return str(path)


@contextmanager
def reader(url: str) -> Iterator[Any]:
    """How many listings anybody could see half-written just now."""
    file = url.removeprefix("sqlite:///")
    opened = (
        psycopg.connect(url, autocommit=True) if file == url else sqlite3.connect(file, isolation_level=None)
    )
    with closing(opened) as connection:
        yield lambda: connection.execute(HALF).fetchone()[0]


class Importer:
    """The waiting site, and a reader beside it."""

    def __init__(self, process: "subprocess.Popen[str]", half: Any) -> None:
        self.process, self.half, self.looks, self.seen = process, half, 0, 0

    def tell(self, *command: str) -> Any:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> Any:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def bring(self, path: str, seconds: float = LONG) -> bool:
        """Imports, and kills the import after so many seconds; whether it came to its end.

        A kill between the last commit and the end of the process changes nothing: the next import would be another
        run, and miss once more what is missing.
        """
        before = self.tell("applied")
        child, until = self.tell("import", path), time.monotonic() + seconds
        while time.monotonic() < until and Path(f"/proc/{child}").exists():
            self.watch()
            time.sleep(BETWEEN_LOOKS)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        code = self.answer()
        assert code in (0, -signal.SIGKILL), "the import failed by itself"
        self.watch()
        return bool(code == 0 or self.tell("applied") > before)

    def watch(self) -> None:
        self.looks += 1
        self.seen += bool(self.half())


@contextmanager
def importer(site: OwnSite, **environment: str) -> Iterator[Importer]:
    command = [sys.executable, "-m", "tests.safety.import_server"]
    pipe = subprocess.PIPE
    with (
        reader(site.url) as half,
        subprocess.Popen(
            command, cwd=ROOT, env=site.environment | environment, stdin=pipe, stdout=pipe, text=True
        ) as process,
    ):
        try:
            yield Importer(process, half)
        finally:
            process.kill()


def test_n3_killed_import_ends_like_a_clean_one(one_site: OwnSite, tmp_path: Path, figure) -> None:
    """Round one is all new; round two brings some, misses some and leaves most. Each is killed until one process lives
    to the end, again and again from an empty base."""
    rounds = (feed(tmp_path / "first.json", range(200)), feed(tmp_path / "second.json", range(20, 220)))
    chance, killed = random.Random(3), 0
    with importer(one_site) as site:
        took = []
        for path in rounds:
            began = time.monotonic()
            assert site.bring(path)
            took.append(time.monotonic() - began)
        clean = site.tell("look")
        while killed < KILLS:
            site.tell("empty")
            for path, usual in zip(rounds, took, strict=True):
                while not site.bring(path, chance.uniform(0, usual * 1.05) if killed < KILLS else LONG):
                    killed += 1
            assert (site.tell("look"), site.seen) == (clean, 0), f"after {killed} kills"
    figure(
        "N3",
        f"{killed} kills, every state equal to the clean one; half a listing seen in {site.seen} of {site.looks} looks",
        must=f"{KILLS} kills, 0 half-written",
    )
    assert killed >= KILLS


def test_n3_half_a_listing_is_seen(one_site: OwnSite, tmp_path: Path) -> None:
    path = feed(tmp_path / "faulty.json", range(300, 400))
    with importer(one_site, PLANTED_FAULT="1") as site:
        site.tell("empty")
        assert site.bring(path)
        assert site.seen
