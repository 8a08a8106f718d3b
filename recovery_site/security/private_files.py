"""Files of the running site that hold what is private: nobody else on the machine may read them.

SQLite makes its file as the umask says, and gives the files beside it (`-wal`, `-shm`, `-journal`) the same rights. So
`migrate` sets the umask before the file is there, and each process that connects takes others' rights from what it
finds. A group may keep the rights that an operator gave it.
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

from recovery_site.backup.database import SUFFIXES

OTHERS = stat.S_IROTH | stat.S_IWOTH | stat.S_IXOTH
NAMES = ("secret-key", "private-data-key", "demo-logins.json")
UMASK = 0o077


def keep_from_others() -> None:
    """Make what this process writes from now on its owner's alone."""
    os.umask(UMASK)


def private_files() -> list[Path]:
    """Return the files with private content that are there."""
    paths = [*(Path(settings.VAR) / name for name in NAMES), Path(settings.ERASURES)]
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        paths += [Path(f"{name}{suffix}") for suffix in SUFFIXES]
    return [path for path in paths if path.is_file()]


def open_to_others() -> list[Path]:
    """Return the private files that everybody on the machine may read, change or run."""
    found = []
    for path in private_files():
        with suppress(OSError):
            if path.stat().st_mode & OTHERS:
                found.append(path)
    return found


@receiver(connection_created)
def take_rights_from_others(**facts: Any) -> None:
    """Take others' rights from private files. What belongs to another account stays: `check --deploy` names it."""
    for path in open_to_others():
        with suppress(OSError):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)
