"""File permissions: nobody else on the machine may read what the running site keeps private.

SQLite creates its file with the permissions that the umask allows, and gives the files beside it (`-wal`, `-shm`,
`-journal`) the same. So `migrate` sets the umask before the file exists, and each process that connects removes the
permissions of others from the files it finds. Permissions that an operator gave to a group stay.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from recovery_site.backup.database import SQLITE_SUFFIXES

OTHERS_PERMISSIONS = stat.S_IROTH | stat.S_IWOTH | stat.S_IXOTH
PRIVATE_NAMES = ("secret-key", "private-data-key", "demo-logins.json")
PRIVATE_UMASK = 0o077


def set_private_umask() -> None:
    """Make the files that this process creates from now on readable by their owner only."""
    os.umask(PRIVATE_UMASK)


def existing_private_files() -> list[Path]:
    """Return the files with private content that exist."""
    paths = [*(Path(settings.STATE_DIR) / name for name in PRIVATE_NAMES), Path(settings.ERASURES_FILE)]
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        paths += [Path(f"{name}{suffix}") for suffix in SQLITE_SUFFIXES]
    return [path for path in paths if path.is_file()]


def files_open_to_others() -> list[Path]:
    """Return the private files that everybody on the machine may read, change or run."""
    open_files = []
    for path in existing_private_files():
        with suppress(OSError):
            if path.stat().st_mode & OTHERS_PERMISSIONS:
                open_files.append(path)
    return open_files


@receiver(connection_created)
def restrict_to_owner(**kwargs: Any) -> None:
    """Remove the permissions of others from private files.

    A file that belongs to another account stays as it is; `check --deploy` names it.
    """
    for path in files_open_to_others():
        with suppress(OSError):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS_PERMISSIONS)
