"""`restore PATH`: the database becomes what a backup holds, without those who erased their account since."""

import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from network.data_rights import account_deletion
from network.models import Session
from recovery_site.backup import database, encrypted_file


class Command(BaseCommand):
    help = (
        "Puts a backup in the place of the database. Stop the site first. Accounts that were erased since the backup "
        "are erased again, and everybody is signed out, before anything is served."
    )
    # The database may be what is broken.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        try:
            again = restored(path)
        except (encrypted_file.CannotDecrypt, database.Failed, OSError) as problem:
            raise CommandError(f"Not restored: {problem}.") from None
        self.stdout.write(
            f"Restored. Erased again: {again}. Everybody is signed out. The site may be started."
        )


def restored(path: Path) -> int:
    """Puts the backup in place; how many accounts were erased again. Raises coffer.Closed, dumps.Failed, OSError."""
    with path.open("rb") as file:
        check_facts(encrypted_file.facts_of(file))
    erased = account_deletion.recorded_ids() | listed_now()
    with tempfile.TemporaryDirectory(dir=settings.VAR) as folder, path.open("rb") as source:
        plain = Path(folder) / "plain"
        with plain.open("wb") as target:
            encrypted_file.decrypt_stream(source, target)
        database.check(plain)
        if connection.vendor != "sqlite":
            database.put_back(plain)
            return made_fit(erased)
        with database_at(plain):
            again = made_fit(erased)
        database.put_back(plain)
        return again


def check_facts(facts: dict[str, Any]) -> None:
    """Raises Closed for a backup of another kind of database, or one that should not be there any more."""
    if facts.get("database") != connection.vendor:
        raise encrypted_file.CannotDecrypt(
            f"it is of {facts.get('database')}, this site runs on {connection.vendor}"
        )
    age = timezone.now() - datetime.fromisoformat(facts["made"])
    if age > timedelta(days=settings.BACKUP_DAYS):
        raise encrypted_file.CannotDecrypt(
            f"it is {age.days} days old; people were told that backups end after {settings.BACKUP_DAYS} days"
        )


def listed_now() -> set[UUID]:
    """Whom the database that is being replaced knows as erased; nobody where it cannot be asked."""
    try:
        return account_deletion.erased_ids()
    except DatabaseError:
        return set()


def made_fit(erased: set[UUID]) -> int:
    """Brings what was restored up to this version and this day."""
    call_command("migrate", interactive=False, verbosity=0)
    Session.objects.all().delete()
    for alias in settings.CACHES:
        caches[alias].clear()
    return account_deletion.replay_erasures(erased)


@contextmanager
def database_at(path: Path) -> Iterator[None]:
    """Works on another SQLite file for a while: what is put in place has been made fit before."""
    live = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = live
