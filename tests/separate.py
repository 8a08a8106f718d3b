"""A site on a database of its own, for tests that kill processes, look into files or write from many sides at once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections

from tests.house import ROOT


class SeparateSite:
    """A migrated site; `folder` holds what it writes, on SQLite its database too."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.environment = {
            **os.environ, "STATE_DIR": str(folder), "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "recovery_site.settings", "PYTHONPATH": str(ROOT),
        }  # fmt: skip

    def run(self, *arguments: str, **environment: str) -> str:
        """What a Python process prints on this site; fails the test where it fails."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def manage(self, *arguments: str) -> str:
        return self.run("manage.py", *arguments)


@contextmanager
def separate_site(name: str, folder: Path, blocker: Any) -> Iterator[SeparateSite]:
    """On SQLite a file, on PostgreSQL a further database of the same server, dropped at the end."""
    with blocker.unblock():
        default = connections["default"]
        if default.vendor == "sqlite":
            made = SeparateSite(folder, f"sqlite:///{folder}/{name}.sqlite3")
            made.manage("migrate", "--verbosity=0")
            yield made
            return
        database = f"{name}_{os.getpid()}"
        with default._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{database}"')
        try:
            made = SeparateSite(folder, address(default.settings_dict, database))
            made.manage("migrate", "--verbosity=0")
            yield made
        finally:
            with default._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


def address(given: dict[str, Any], database: str) -> str:
    url = f"postgres://{given['USER']}@/{database}?host={given['HOST']}"
    return url + (f"&port={given['PORT']}" if given["PORT"] else "")
