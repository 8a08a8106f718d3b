"""Keys that the site makes up by itself, for use on this machine alone."""

import base64
import os
import secrets
from pathlib import Path

from recovery_site.env import BadSetting


def load_or_create_key(path: Path, *, local: bool, name: str) -> str:
    """The key kept at `path`, made on first use and readable by its owner only.

    Raises BadSetting where other machines may ask: there the operator gives the key, in a setting of that name.
    """
    if not local:
        raise BadSetting(name, "not set", "a key of your own, since ALLOWED_HOSTS names other machines")
    path.parent.mkdir(parents=True, exist_ok=True)
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(key)
    return key
