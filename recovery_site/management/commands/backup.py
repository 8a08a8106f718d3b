"""`backup PATH`: the whole database in one encrypted file, while the site goes on."""

import datetime
import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from recovery_site.backup import database, encrypted_file
from recovery_site.security import clock

ENDING = ".backup"
# So many old backups may go in one run, however few there are.
ALWAYS_BACKUPS = 1


class Command(BaseCommand):
    help = (
        "Writes the database to a file that only PRIVATE_DATA_KEYS open. For a folder the file gets its name by the "
        "day and hour, and backups in it that are older than BACKUP_DAYS are thrown away. Stops where the clock seems "
        "to have jumped, and throws nothing away where more than half of the backups would go."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument(
            clock.OVERRIDE,
            action="store_true",
            help="Go on all the same: the clock is right, and so many backups are meant to go.",
        )

    def handle(self, *args: Any, path: Path, anyway: bool, **options: Any) -> None:
        now = timezone.now()
        if not anyway and (why := why_not(path, now)):
            raise CommandError(why)
        # Before the copy is made, so that the copy holds it too.
        clock.note_run(now)
        target = path / f"{now:%Y-%m-%d-%H%M%S}{ENDING}" if path.is_dir() else path
        if not target.parent.is_dir():
            raise CommandError(f"There is no folder {target.parent}.")
        try:
            written = write(target, now)
        except (database.Failed, OSError) as problem:
            raise CommandError(f"No backup was made: {problem}") from None
        self.stdout.write(f"{target}: {written} bytes, checked and encrypted")
        if path.is_dir():
            self.throw_away(path, now, anyway=anyway)

    def throw_away(self, folder: Path, now: datetime.datetime, *, anyway: bool) -> None:
        """Delete what is older than backups may get. Raises CommandError where that is more than half of them."""
        made = moments(folder)
        old = [path for path, moment in made.items() if moment < now - oldest_age()]
        if len(old) > ALWAYS_BACKUPS and len(old) * 2 > len(made) and not anyway:
            raise CommandError(
                f"The backup is made. {len(old)} of the {len(made)} backups in {folder} are older than "
                f"{settings.BACKUP_DAYS} days and were not thrown away, since that is more than half of them. Is the "
                f"clock right? If they are meant to go, call this once with {clock.OVERRIDE}."
            )
        for path in old:
            path.unlink()
        self.stdout.write(f"Thrown away: {len(old)}")


def why_not(path: Path, now: datetime.datetime) -> str:
    """Return why the clock cannot be believed; empty where it can, and where the database cannot be asked."""
    known = moments(path).values() if path.is_dir() else ()
    try:
        return clock.doubt(now, *known)
    except DatabaseError:
        return ""


def write(target: Path, now: datetime.datetime) -> int:
    """Makes the file, whole or not at all; its size in bytes."""
    unfinished = target.with_name(f".{target.name}.part")
    # Beside the database, where as much is readable anyway.
    with tempfile.TemporaryDirectory(dir=settings.VAR) as folder:
        plain = Path(folder) / "plain"
        database.dump(plain)
        try:
            with plain.open("rb") as source, open(unfinished, "wb", opener=private) as encrypted:
                facts = {"made": now.isoformat(timespec="seconds"), "database": connection.vendor}
                encrypted_file.encrypt_stream(source, encrypted, facts)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def private(path: str, flags: int) -> int:
    """Opens a file for its owner alone."""
    return os.open(path, flags, 0o600)


def oldest_age() -> datetime.timedelta:
    return datetime.timedelta(days=settings.BACKUP_DAYS)


def moments(folder: Path) -> dict[Path, datetime.datetime]:
    """Return when each backup in a folder was made. What is no backup of ours is not among them."""
    return {path: made for path in sorted(folder.glob(f"*{ENDING}")) if (made := made_at(path))}


def made_at(path: Path) -> datetime.datetime | None:
    try:
        with path.open("rb") as file:
            return datetime.datetime.fromisoformat(encrypted_file.facts_of(file)["made"])
    except (encrypted_file.CannotDecrypt, KeyError, TypeError, ValueError):
        return None
