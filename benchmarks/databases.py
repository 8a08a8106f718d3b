"""Databases of made-up listings for measuring: one for each size and kind of database, kept under var/bench/.

A database is filled again when the modules that make its rows have changed; new migrations are applied to it, as on any
site. To run a command on one: `.venv/bin/python -m benchmarks.databases 100000 sqlite COMMAND …`.
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

FOLDER = Path(__file__).parent
# The modules that decide which rows there are.
ROW_MODULES = ("vocabulary.py", "rows.py")
DATABASES = ("sqlite", "postgres")
# PostgreSQL settings that suit a server with a million listings; all others are those of the tests.
POSTGRES_SETTINGS = {"shared_buffers": "1GB", "maintenance_work_mem": "512MB", "max_wal_size": "8GB"}


@contextmanager
def filled_database(size: int, db: str) -> Iterator[dict[str, str]]:
    """Yield the environment of a site that runs on a database of this size, and fill it first where needed.

    Raises `tests.postgres.ClusterFailed` without a PostgreSQL, and CalledProcessError when filling fails.
    """
    folder = database_folder(size, db)
    digest = "".join(sha256((FOLDER / name).read_bytes()).hexdigest() for name in ROW_MODULES)
    label = folder / "rows-digest"
    if not label.exists() or label.read_text() != digest:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    with database_url(folder, db) as url:
        environment = {**plain_environment(), "DATABASE_URL": url, "STATE_DIR": str(folder)}
        environment["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        if label.exists():
            run_python(environment, "manage.py", "migrate", "-v0")
        else:
            run_python(environment, "-m", "benchmarks.run_module", "fill_database", str(size))
            label.write_text(digest)
        yield environment


def database_folder(size: int, db: str) -> Path:
    """Return the folder under var/, or a temporary one where the user that runs PostgreSQL cannot read var/."""
    parent = env.ROOT / "var" / "bench"
    parent.mkdir(parents=True, exist_ok=True)
    if db == "postgres" and not postgres.may_enter(parent):
        parent = Path(tempfile.gettempdir()) / f"steady-bench-{os.getuid()}"
    return parent / f"{db}-{size}"


@contextmanager
def database_url(folder: Path, db: str) -> Iterator[str]:
    """Yield the URL of the database in a folder; its PostgreSQL runs as long as the context lasts."""
    if db == "postgres":
        with postgres.kept_cluster(folder / "data", **POSTGRES_SETTINGS) as url:
            yield url
    else:
        yield f"sqlite:///{folder}/base.sqlite3"


def run_python(environment: dict[str, str], *arguments: str) -> None:
    """Run the Python of this environment with arguments. Raises CalledProcessError when it fails."""
    subprocess.run([sys.executable, *arguments], env=environment, cwd=env.ROOT, check=True)


def main() -> int:
    """Run a command on a database and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.databases", description=__doc__)
    parser.add_argument("size", type=int)
    parser.add_argument("db", choices=DATABASES)
    parser.add_argument(
        "command",
        nargs=argparse.REMAINDER,
        help="command to run on the database; without one, it is only filled",
    )
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with filled_database(options.size, options.db) as environment:
        command = options.command or ["true"]
        return subprocess.run(command, env=environment, cwd=env.ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
