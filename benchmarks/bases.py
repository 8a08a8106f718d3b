"""Bases to measure on, kept under var/bench/ and used again: one for each size and database.

A base is filled anew when what makes its rows has changed; new migrations are applied to it, as on any site. To run
something on one by hand: `.venv/bin/python -m benchmarks.bases 100000 sqlite COMMAND …`.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from recovery_site import env
from tests import postgres
from tests.run import plain_environment

HERE = Path(__file__).parent
MADE_BY = ("words.py", "rows.py")
DATABASES = ("sqlite", "postgres")
# What somebody would give a server with a million listings; the rest is as in the tests.
SERVER = {"shared_buffers": "1GB", "maintenance_work_mem": "512MB", "max_wal_size": "8GB"}


@contextmanager
def ready(size: int, db: str) -> Iterator[dict[str, str]]:
    """The environment of a site that runs on the base, which is filled first where it is not there yet.

    Raises `tests.postgres.ClusterFailed` without a PostgreSQL, CalledProcessError when filling failed.
    """
    folder = folder_of(size, db)
    made_of = "".join(sha256((HERE / name).read_bytes()).hexdigest() for name in MADE_BY)
    label = folder / "made-of"
    if not label.exists() or label.read_text() != made_of:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    with address(folder, db) as url:
        environment = {**plain_environment(), "DATABASE_URL": url, "STATE_DIR": str(folder)}
        environment["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        if label.exists():
            run(environment, "manage.py", "migrate", "-v0")
        else:
            run(environment, "-m", "benchmarks.program", "filling", str(size))
            label.write_text(made_of)
        yield environment


def folder_of(size: int, db: str) -> Path:
    """Under var/; where the user under whom PostgreSQL runs may not enter that, among the temporary files."""
    wanted = env.ROOT / "var" / "bench"
    wanted.mkdir(parents=True, exist_ok=True)
    if db == "postgres" and not postgres.may_enter(wanted):
        wanted = Path(tempfile.gettempdir()) / f"steady-bench-{os.getuid()}"
    return wanted / f"{db}-{size}"


@contextmanager
def address(folder: Path, db: str) -> Iterator[str]:
    if db == "postgres":
        with postgres.kept_cluster(folder / "data", **SERVER) as url:
            yield url
    else:
        yield f"sqlite:///{folder}/base.sqlite3"


def run(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], env=environment, cwd=env.ROOT, check=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bases", description=__doc__)
    parser.add_argument("size", type=int)
    parser.add_argument("db", choices=DATABASES)
    parser.add_argument(
        "command", nargs=argparse.REMAINDER, help="what to run on the base; empty: only make it"
    )
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ready(given.size, given.db) as environment:
        command = given.command or ["true"]
        return subprocess.run(command, env=environment, cwd=env.ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
