"""Dump the whole database to one file while the site is running, and restore it from such a file.

The file is not encrypted: `encrypted_file` does that. SQLite is copied by its own online backup, PostgreSQL by its own
programs.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection

SQLITE_SUFFIXES = ("", "-wal", "-shm", "-journal")
DEBIAN_POSTGRES_FOLDER = Path("/usr/lib/postgresql")


class DumpFailed(Exception):
    """A dump could not be made, checked or restored. The message says why."""


def dump_database(path: Path) -> None:
    """Write the database, as it is at one moment, to `path` and check the result. Raises DumpFailed."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
    else:
        _run_postgres_program(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--file={path}",
            *_connection_args(),
        )
    check_dump(path)


def check_dump(path: Path) -> None:
    """Raise DumpFailed if the file is damaged."""
    if connection.vendor == "sqlite":
        check_sqlite_file(path)
    else:
        _run_postgres_program("pg_restore", "--list", str(path))


def check_sqlite_file(path: Path) -> None:
    """Raise DumpFailed if SQLite's integrity check finds an error in the file."""
    with closing(sqlite3.connect(path)) as copy:
        try:
            results = [row[0] for row in copy.execute("PRAGMA integrity_check")]
        except sqlite3.DatabaseError as error:
            results = [str(error)]
    if results != ["ok"]:
        raise DumpFailed(f"the copy is damaged: {results[0]}")


def load_dump(path: Path) -> None:
    """Replace the database by the content of a dump. Raises DumpFailed if anybody else is connected to it."""
    if connection.vendor == "sqlite":
        _replace_sqlite_file(path, Path(connection.settings_dict["NAME"]))
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if cursor.fetchone()[0]:
            raise DumpFailed("the site is running on this database; stop it first")
    connection.close()
    _run_postgres_program(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        *_connection_args(),
        str(path),
    )


def _replace_sqlite_file(path: Path, live: Path) -> None:
    """Put a SQLite file in the place of the live one, completely or not at all."""
    connection.close()
    if live.exists():
        _require_unused(live)
    for suffix in SQLITE_SUFFIXES[1:]:
        Path(f"{live}{suffix}").unlink(missing_ok=True)
    live.parent.mkdir(parents=True, exist_ok=True)
    path.chmod(0o600)
    os.replace(path, live)


def _require_unused(live: Path) -> None:
    """Raise DumpFailed if anybody has the SQLite file open: leaving the WAL mode needs exclusive access."""
    try:
        with closing(sqlite3.connect(live, timeout=1)) as database:
            database.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError:
        raise DumpFailed("the site is running on this database; stop it first") from None
    except sqlite3.DatabaseError:
        # The live file is damaged; that may be why it is being replaced.
        return


def _run_postgres_program(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL with the connection of the site."""
    settings = connection.settings_dict
    environment = os.environ | ({"PGPASSWORD": settings["PASSWORD"]} if settings["PASSWORD"] else {})
    done = subprocess.run(  # noqa: S603 - a program of the database, and no shell
        [_find_binary(program), *arguments], capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        raise DumpFailed(postgres_error(program, done.stderr))


def postgres_error(program: str, output: str) -> str:
    """Return the error of a PostgreSQL program without its further lines, which quote rows."""
    own_lines = [line for line in output.splitlines() if line.startswith(f"{program}: ")]
    return f"{program} says: {' '.join(own_lines)[-500:]}"


def _find_binary(program: str) -> str:
    """Return the path of a program: from PATH, or else the newest version that Debian installs outside it."""
    packaged = sorted(
        DEBIAN_POSTGRES_FOLDER.glob(f"*/bin/{program}"), key=lambda path: int(path.parts[-3]), reverse=True
    )
    binary = shutil.which(program) or (str(packaged[0]) if packaged else "")
    if not binary:
        raise DumpFailed(f"{program} is missing (Debian package postgresql-client)")
    return binary


def _connection_args() -> list[str]:
    """Return the arguments that name the database; the password is passed in the environment."""
    settings: dict[str, Any] = connection.settings_dict
    parameters = {
        "host": settings["HOST"],
        "port": str(settings["PORT"] or ""),
        "user": settings["USER"],
        "dbname": settings["NAME"],
        **{name: value for name, value in settings["OPTIONS"].items() if isinstance(value, str)},
    }
    return ["--dbname=" + " ".join(f"{name}={_quote(value)}" for name, value in parameters.items() if value)]


def _quote(value: str) -> str:
    """Quote a value for a connection string.

    The rule is in https://www.postgresql.org/docs/current/libpq-connect.html
    """
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
