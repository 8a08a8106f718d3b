"""Keys that the site generates for itself, for use on this machine only."""

import base64
import os
import secrets
from pathlib import Path

from recovery_site.env import BadSetting


def load_or_create_key(path: Path, *, local: bool, name: str) -> str:
    """Return the key in the file at `path`, which is created on first use and readable by its owner only.

    Raises BadSetting if other machines can reach the site: then the operator must set the key, in the setting `name`.
    """
    if not local:
        raise BadSetting(name, "not set", "a key of your own, because ALLOWED_HOSTS names other machines")
    path.parent.mkdir(parents=True, exist_ok=True)
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(key)
    return key
