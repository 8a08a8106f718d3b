"""`backup PATH`: the whole database in one encrypted file, while the site goes on."""

import datetime
import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from recovery_site import coffer, dumps

ENDING = ".backup"


class Command(BaseCommand):
    help = (
        "Writes the database to a file that only PRIVATE_DATA_KEYS open. For a folder the file gets its name by the "
        "day and hour, and backups in it that are older than BACKUP_DAYS are thrown away."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        now = timezone.now()
        target = path / f"{now:%Y-%m-%d-%H%M%S}{ENDING}" if path.is_dir() else path
        if not target.parent.is_dir():
            raise CommandError(f"There is no folder {target.parent}.")
        try:
            written = write(target, now)
        except (dumps.Failed, OSError) as problem:
            raise CommandError(f"No backup was made: {problem}") from None
        self.stdout.write(f"{target}: {written} bytes, checked and encrypted")
        if path.is_dir():
            self.stdout.write(f"Thrown away: {thrown_away(path, now)}")


def write(target: Path, now: datetime.datetime) -> int:
    """Makes the file, whole or not at all; its size in bytes."""
    unfinished = target.with_name(f".{target.name}.part")
    # Beside the database, where as much is readable anyway.
    with tempfile.TemporaryDirectory(dir=settings.VAR) as folder:
        plain = Path(folder) / "plain"
        dumps.dump(plain)
        try:
            with plain.open("rb") as source, open(unfinished, "wb", opener=private) as encrypted:
                facts = {"made": now.isoformat(timespec="seconds"), "database": connection.vendor}
                coffer.close(source, encrypted, facts)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def private(path: str, flags: int) -> int:
    """Opens a file for its owner alone."""
    return os.open(path, flags, 0o600)


def thrown_away(folder: Path, now: datetime.datetime) -> int:
    """Deletes what is older than backups may get; how many there were. What is no backup of ours stays."""
    oldest = now - datetime.timedelta(days=settings.BACKUP_DAYS)
    old = [path for path in folder.glob(f"*{ENDING}") if (made := made_at(path)) and made < oldest]
    for path in old:
        path.unlink()
    return len(old)


def made_at(path: Path) -> datetime.datetime | None:
    try:
        with path.open("rb") as file:
            return datetime.datetime.fromisoformat(coffer.facts_of(file)["made"])
    except (coffer.Closed, KeyError, TypeError, ValueError):
        return None
