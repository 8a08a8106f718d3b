"""Where the operating system's own Firefox is. It is a second engine for the rows about leaving."""

from tests.chromium import program

NAMES = ("firefox-esr", "firefox")
MISSING = "Firefox is not installed (Debian package firefox-esr)"


def path() -> str | None:
    """The program to start: the one that FIREFOX names, or else the first known name in PATH."""
    return program("FIREFOX", NAMES)
