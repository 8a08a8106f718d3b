"""Where the operating system's own Chromium is, and how the tests start it. None is ever downloaded."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "Chromium is not installed (Debian package chromium)"


def path() -> str | None:
    """The program to start: the one that CHROMIUM names, or else the first known name in PATH."""
    return program("CHROMIUM", NAMES)


def program(variable: str, names: tuple[str, ...]) -> str | None:
    """The program that an environment variable names, or else the first of the names in PATH."""
    named = os.environ.get(variable)
    return next(filter(None, map(shutil.which, [named] if named else names)), None)


def flags() -> list[str]:
    """Command-line flags: nothing that calls home; as root no sandbox, since it would refuse to start."""
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    return [*quiet, "--disable-quic", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
