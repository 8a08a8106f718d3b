"""The whole database as one file, while the site goes on, and back again. The file is plain: `coffer` encrypts it.

SQLite copies itself with its own online backup, PostgreSQL by its own programs.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection

SUFFIXES = ("", "-wal", "-shm", "-journal")
PACKAGED = Path("/usr/lib/postgresql")


class Failed(Exception):
    """A dump could not be made, checked or put in place; says why."""


def dump(path: Path) -> None:
    """Writes the database as it is in one moment to `path`, and checks what was written. Raises Failed."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
    else:
        postgres(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--file={path}",
            *connection_args(),
        )
    check(path)


def check(path: Path) -> None:
    """Raises Failed for a file that does not hold together."""
    if connection.vendor == "sqlite":
        check_sqlite(path)
    else:
        postgres("pg_restore", "--list", str(path))


def check_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as copy:
        try:
            found = [row[0] for row in copy.execute("PRAGMA integrity_check")]
        except sqlite3.DatabaseError as problem:
            found = [str(problem)]
    if found != ["ok"]:
        raise Failed(f"the copy does not hold together: {found[0]}")


def put_back(path: Path) -> None:
    """The database becomes what is in the file. Nobody else may use it meanwhile. Raises Failed."""
    if connection.vendor == "sqlite":
        swap(path, Path(connection.settings_dict["NAME"]))
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if cursor.fetchone()[0]:
            raise Failed("the site is running on this database; stop it first")
    connection.close()
    postgres(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        *connection_args(),
        str(path),
    )


def swap(path: Path, live: Path) -> None:
    """Puts a SQLite file in the place of another, whole or not at all."""
    connection.close()
    if live.exists():
        quiet(live)
    for suffix in SUFFIXES[1:]:
        Path(f"{live}{suffix}").unlink(missing_ok=True)
    live.parent.mkdir(parents=True, exist_ok=True)
    path.chmod(0o600)
    os.replace(path, live)


def quiet(live: Path) -> None:
    """Leaving the WAL mode takes the file for oneself: it fails while anybody else has it open."""
    try:
        with closing(sqlite3.connect(live, timeout=1)) as database:
            database.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError:
        raise Failed("the site is running on this database; stop it first") from None
    except sqlite3.DatabaseError:
        # What is there is damaged; that may be why it is replaced.
        return


def postgres(program: str, *arguments: str) -> None:
    settings = connection.settings_dict
    environment = os.environ | ({"PGPASSWORD": settings["PASSWORD"]} if settings["PASSWORD"] else {})
    done = subprocess.run(  # noqa: S603 - a program of the database, and no shell
        [find_binary(program), *arguments], capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        raise Failed(complaint(program, done.stderr))


def complaint(program: str, said: str) -> str:
    """What a program of the database complains of. The lines after each quote rows."""
    own = [line for line in said.splitlines() if line.startswith(f"{program}: ")]
    return f"{program} says: {' '.join(own)[-500:]}"


def find_binary(program: str) -> str:
    """The program in PATH, or the newest that Debian keeps out of it."""
    packaged = sorted(PACKAGED.glob(f"*/bin/{program}"), key=lambda path: int(path.parts[-3]), reverse=True)
    here = shutil.which(program) or (str(packaged[0]) if packaged else "")
    if not here:
        raise Failed(f"{program} is missing (Debian package postgresql-client)")
    return here


def connection_args() -> list[str]:
    """The database as the programs take it; the password goes by the environment."""
    settings: dict[str, Any] = connection.settings_dict
    given = {
        "host": settings["HOST"],
        "port": str(settings["PORT"] or ""),
        "user": settings["USER"],
        "dbname": settings["NAME"],
        **{name: value for name, value in settings["OPTIONS"].items() if isinstance(value, str)},
    }
    words = " ".join(f"{name}={quoted(value)}" for name, value in given.items() if value)
    return [f"--dbname={words}"]


def quoted(value: str) -> str:
    """As a connection string has it: https://www.postgresql.org/docs/current/libpq-connect.html"""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
