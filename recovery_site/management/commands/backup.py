"""Define the command `backup PATH`, which writes the whole database to one encrypted file while the site is running."""

import datetime
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from core.files import write_atomically
from recovery_site.backup import database, encrypted_file
from recovery_site.security import clock_check

ENDING = ".backup"
NAME_FORMAT = "%Y-%m-%d-%H%M%S"
# This many old backups may be deleted in one run, however few there are.
ALWAYS_DELETABLE = 1


class Command(BaseCommand):
    """Write a backup and delete the backups of its folder that are too old."""

    help = (
        "Write the database to an encrypted file that only PRIVATE_DATA_KEYS open. In a folder the file is named "
        "after the day and time (UTC), and backups older than BACKUP_DAYS are deleted. The command stops if the clock "
        "seems to have jumped, and deletes nothing if more than half of the backups would be deleted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the path of the backup and the option that overrides the checks."""
        parser.add_argument("path", type=Path, help="a file, or a folder that exists")
        parser.add_argument(
            clock_check.OVERRIDE,
            action="store_true",
            help="Go on anyway: the clock is right, and this many backups are to be deleted.",
        )

    def handle(self, *args: Any, path: Path, anyway: bool, **options: Any) -> None:
        """Check the clock, write the backup and delete old ones."""
        now = timezone.now()
        if not anyway and (problem := _clock_problem(path, now)):
            raise CommandError(problem)
        # Before the copy is made, so that the copy contains the note too.
        clock_check.record_run(now)
        target = path / f"{now:{NAME_FORMAT}}{ENDING}" if path.is_dir() else path
        if not target.parent.is_dir():
            raise CommandError(f"There is no folder {target.parent}.")
        try:
            size = write_backup(target, now)
        except (database.DumpFailed, OSError) as error:
            raise CommandError(f"No backup was made: {error}") from None
        self.stdout.write(f"{target}: {size} bytes, checked and encrypted")
        if path.is_dir():
            self._delete_old_backups(path, now, anyway=anyway)

    def _delete_old_backups(self, folder: Path, now: datetime.datetime, *, anyway: bool) -> None:
        """Delete the backups older than BACKUP_DAYS. Raises CommandError where that is more than half of them."""
        backups = _backup_dates(folder)
        oldest_allowed = now - datetime.timedelta(days=settings.BACKUP_DAYS)
        old = [path for path, made in backups.items() if made < oldest_allowed]
        if len(old) > ALWAYS_DELETABLE and len(old) * 2 > len(backups) and not anyway:
            raise CommandError(
                f"The backup is made. {len(old)} of the {len(backups)} backups in {folder} are older than "
                f"{settings.BACKUP_DAYS} days. They were not deleted, because they are more than half of all. Is the "
                f"clock right? If they are to be deleted, run this once with {clock_check.OVERRIDE}."
            )
        for path in old:
            path.unlink()
        self.stdout.write(f"Old backups deleted: {len(old)}")


def _clock_problem(path: Path, now: datetime.datetime) -> str:
    """Return why the clock seems wrong; empty if it seems right or the database cannot be read."""
    dates = _backup_dates(path).values() if path.is_dir() else ()
    try:
        return clock_check.find_clock_problem(now, *dates)
    except DatabaseError:
        return ""


def write_backup(target: Path, now: datetime.datetime) -> int:
    """Write the file completely or not at all; return its size in bytes."""
    # Beside the database, where the same data is readable anyway.
    with tempfile.TemporaryDirectory(dir=settings.STATE_DIR) as folder:
        plain = Path(folder) / "plain"
        database.dump_database(plain)
        facts = {"made": now.isoformat(timespec="seconds"), "database": connection.vendor}
        with plain.open("rb") as source, write_atomically(target, mode=0o600) as encrypted:
            encrypted_file.encrypt_stream(source, encrypted, facts)
    return target.stat().st_size


def _backup_dates(folder: Path) -> dict[Path, datetime.datetime]:
    """Return when each backup in a folder was made, without files that are no backups of this site."""
    return {path: made for path in sorted(folder.glob(f"*{ENDING}")) if (made := _made_at(path))}


def _made_at(path: Path) -> datetime.datetime | None:
    """Return when a backup was made: by its facts, or by its name where no key opens it any more."""
    try:
        with path.open("rb") as file:
            if file.read(len(encrypted_file.FIRST_LINE)) != encrypted_file.FIRST_LINE:
                return None
            file.seek(0)
            return datetime.datetime.fromisoformat(encrypted_file.read_facts(file)["made"])
    except (encrypted_file.CannotDecrypt, OSError, KeyError, TypeError, ValueError):
        return _date_in_name(path)


def _date_in_name(path: Path) -> datetime.datetime | None:
    """Return when a backup was made, by its file name, or None for another file."""
    try:
        return datetime.datetime.strptime(path.name, NAME_FORMAT + ENDING).replace(tzinfo=datetime.UTC)
    except ValueError:
        return None
