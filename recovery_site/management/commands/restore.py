"""Define the command `restore PATH`, which replaces the database by a backup and erases again who was erased since."""

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
    """Restore a backup."""

    help = (
        "Replace the database by a backup. Stop the site first. Before anything is served, accounts that were erased "
        "since the backup are erased again, and everybody is signed out."
    )
    # The database may be what is broken.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the path of the backup."""
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        """Restore the backup and report how many accounts were erased again."""
        try:
            erased_again = _restore_backup(path)
        except (encrypted_file.CannotDecrypt, database.DumpFailed, OSError) as error:
            raise CommandError(f"Not restored: {error}.") from None
        self.stdout.write(
            f"Restored. Accounts erased again: {erased_again}. Everybody is signed out. The site may be started."
        )


def _restore_backup(path: Path) -> int:
    """Replace the database by the backup and return how many accounts were erased again.

    Raises CannotDecrypt, DumpFailed or OSError.
    """
    with path.open("rb") as file:
        _check_facts(encrypted_file.read_facts(file))
    erased_ids = account_deletion.recorded_ids() | _erased_ids_in_database()
    with tempfile.TemporaryDirectory(dir=settings.STATE_DIR) as folder, path.open("rb") as source:
        plain = Path(folder) / "plain"
        with plain.open("wb") as target:
            encrypted_file.decrypt_stream(source, target)
        database.check_dump(plain)
        if connection.vendor != "sqlite":
            database.load_dump(plain)
            return _update_restored_database(erased_ids)
        # A SQLite file is updated before it is put in place.
        with _use_database_file(plain):
            erased_again = _update_restored_database(erased_ids)
        database.load_dump(plain)
        return erased_again


def _check_facts(facts: dict[str, Any]) -> None:
    """Raise CannotDecrypt if the backup is of another kind of database, or older than BACKUP_DAYS."""
    if facts.get("database") != connection.vendor:
        raise encrypted_file.CannotDecrypt(
            f"it is of {facts.get('database')}, this site runs on {connection.vendor}"
        )
    age = timezone.now() - datetime.fromisoformat(facts["made"])
    if age > timedelta(days=settings.BACKUP_DAYS):
        raise encrypted_file.CannotDecrypt(
            f"it is {age.days} days old, and the site promises that backups are deleted after "
            f"{settings.BACKUP_DAYS} days"
        )


def _erased_ids_in_database() -> set[UUID]:
    """Return the ids of erased accounts in the database that is being replaced; none if it cannot be read."""
    try:
        return account_deletion.erased_ids()
    except DatabaseError:
        return set()


def _update_restored_database(erased_ids: set[UUID]) -> int:
    """Migrate what was restored, sign everybody out, and return how many accounts were erased again."""
    call_command("migrate", interactive=False, verbosity=0)
    Session.objects.all().delete()
    for alias in settings.CACHES:
        caches[alias].clear()
    return account_deletion.replay_erasures(erased_ids)


@contextmanager
def _use_database_file(path: Path) -> Iterator[None]:
    """Connect to another SQLite file inside the block, and to the present one again after it, also after an error.

    If the block succeeds, the file is left without a write-ahead log, so that it can be moved alone.
    """
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
