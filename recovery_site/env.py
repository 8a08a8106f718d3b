"""Read settings from environment variables, each with its type.

A variable that is missing, empty or blank counts as not set, and its reader returns the default. For any other value
that a reader cannot use it raises BadSetting, and the site does not start: a default in the place of a mistyped value
would be noticed too late. Messages never show values that may be secret.
"""

import base64
import binascii
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from core.recurrence import is_zone

ROOT = Path(__file__).resolve().parent.parent

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})
KEY_BYTES = 32
POSTGRES_SCHEMES = frozenset({"postgres", "postgresql"})
# Connection parameters of libpq that may follow the "?" of an address; any other is taken for a typing error.
POSTGRES_OPTIONS = frozenset(
    "application_name channel_binding connect_timeout gssencmode keepalives keepalives_count keepalives_idle "
    "keepalives_interval options passfile service sslcert sslcrl sslkey sslmode sslrootcert "
    "target_session_attrs tcp_user_timeout".split()
)

# Compiling a query takes longer than running it: docs/decisions/0038-no-jit-on-postgresql.md.
NO_JIT = "-c jit=off"


class BadSetting(ImproperlyConfigured):
    """A setting cannot be used: its `name`, the `given` value (secrets masked) and what was `wanted`."""

    def __init__(self, name: str, given: str, wanted: str) -> None:
        self.name, self.given, self.wanted = name, given, wanted
        super().__init__(f"{name} is {given}; wanted: {wanted}.")


def read_text(name: str, default: str = "", *, min_length: int = 0, secret: bool = False) -> str:
    """Return one line of text, of at least `min_length` characters if it is set.

    Messages do not show a text that is `secret`.
    """
    value = _raw_value(name)
    if not value:
        return default
    given = mask_secret(value) if secret else repr(value)
    if not value.isprintable():
        raise BadSetting(name, given, "one line without control characters")
    if len(value) < min_length:
        raise BadSetting(name, given, f"at least {min_length} characters")
    return value


def read_boolean(name: str, default: bool = False) -> bool:
    """Return True for 1, true, yes and on, False for 0, false, no and off, in capitals or small letters."""
    value = _raw_value(name)
    if not value:
        return default
    if value.lower() in TRUE | FALSE:
        return value.lower() in TRUE
    raise BadSetting(name, repr(value), "1 (true, yes, on) or 0 (false, no, off)")


def read_integer(name: str, default: int, *, minimum: int | None = None, maximum: int | None = None) -> int:
    """Return a whole number from `minimum` to `maximum`, both included."""
    value = _raw_value(name)
    if not value:
        return default
    # int() alone would also take "1_000" and the digits of other scripts.
    number = int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else None
    too_small = number is not None and minimum is not None and number < minimum
    too_large = number is not None and maximum is not None and number > maximum
    if number is None or too_small or too_large:
        raise BadSetting(name, repr(value), f"a whole number{_bounds_text(minimum, maximum)}")
    return number


def read_choice(name: str, default: str, allowed: Sequence[str]) -> str:
    """Return one of the allowed words, which may be given in capitals or small letters."""
    value = _raw_value(name).lower() or default
    if value not in allowed:
        raise BadSetting(name, repr(value), f"one of {', '.join(allowed)}")
    return value


def read_list(name: str, default: Sequence[str] = ()) -> list[str]:
    """Return the words between commas, blanks or both, in their order."""
    return re.sub(r"[,\s]+", " ", _raw_value(name)).split() or list(default)


def read_country(name: str, default: str) -> str:
    """Return a country as two capitals (ISO 3166)."""
    value = _raw_value(name).upper() or default
    if not re.fullmatch(r"[A-Z]{2}", value):
        raise BadSetting(name, repr(value), "a country in two letters, such as US")
    return value


def read_zone(name: str, default: str) -> str:
    """Return the name of an IANA time zone, such as Europe/Berlin."""
    value = read_text(name, default)
    if not is_zone(value):
        raise BadSetting(name, repr(value), "a time zone, such as America/Los_Angeles")
    return value


def read_web_address(name: str, default: str) -> str:
    """Return a complete http or https address; one without a scheme would lead to a page of this site."""
    value = read_text(name, default)
    if not re.fullmatch(r"https?://[^\s/?#@]+([/?#]\S*)?", value):
        raise BadSetting(name, repr(value), "a whole address, such as https://www.example.org/")
    return value


def read_origin(name: str, default: str) -> str:
    """Return scheme, host and port of a site without a final slash, such as https://www.example.org."""
    value = read_text(name, default).lower()
    # The characters of a host name or of an address in brackets. A path would become part of every address.
    if not re.fullmatch(r"https?://([a-z0-9_.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?/?", value):
        raise BadSetting(name, repr(value), "scheme and host without a path, such as https://www.example.org")
    return value.rstrip("/")


def read_keys(name: str) -> list[str]:
    """Return keys of 32 bytes in URL-safe base64 between commas or blanks. The first encrypts, all of them decrypt."""
    given = read_list(name)
    for place, key in enumerate(given, start=1):
        if _decoded_length(key) != KEY_BYTES:
            wanted = f"keys of {KEY_BYTES} bytes in URL-safe base64, between commas; number {place} is none"
            raise BadSetting(name, mask_secret(key), wanted)
    if len(set(given)) < len(given):
        raise BadSetting(name, mask_secret(",".join(given)), "each key once")
    return given


def read_database_url(name: str, default: str = "") -> dict[str, Any]:
    """Return an entry of Django's DATABASES; it is empty if there is neither a value nor a default.

    The address is `sqlite:///file` (below the folder of the site), `sqlite:////file` (from the root),
    `sqlite://:memory:` or `postgres://user:password@host:port/name?sslmode=require`. A server behind a Unix socket is
    `postgres://user@/name?host=/folder/of/the/socket`. Special characters are percent-encoded.
    """
    value = _raw_value(name) or default
    return _database(name, value) if value else {}


def mask_secret(value: str) -> str:
    """Return a text for messages in place of a value that may be secret: the scheme of an address, or the length."""
    scheme = re.match(r"[a-z][a-z0-9+]*://", value)
    return f"{scheme[0]}***" if scheme else f"*** ({len(value)} characters)"


def _raw_value(name: str) -> str:
    """Return an environment variable without surrounding spaces, or "" where it is unset."""
    return os.environ.get(name, "").strip()


def _bounds_text(minimum: int | None, maximum: int | None) -> str:
    """Return the limits of a number for an error message, such as " from 1 up to 9"."""
    low = "" if minimum is None else f" from {minimum}"
    high = "" if maximum is None else f" up to {maximum}"
    return low + high


def _decoded_length(key: str) -> int:
    """Return the number of bytes that a base64 key decodes to, or -1 for what is no base64."""
    try:
        return len(base64.b64decode(key, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return -1


class _BadAddress(ValueError):
    """An address is wrong; the message says what was wanted."""


def _database(name: str, address: str) -> dict[str, Any]:
    """Return Django's settings for the database at an address; an error names the variable."""
    try:
        parts = urlsplit(address)
        if "#" in address:
            raise _BadAddress("an address without “#”; in a password, write %23")
        if parts.scheme == "sqlite":
            return _sqlite(parts)
        if parts.scheme in POSTGRES_SCHEMES:
            return _postgres(parts)
        raise _BadAddress("sqlite:///file or postgres://user:password@host:port/name")
    except _BadAddress as error:
        raise BadSetting(name, mask_secret(address), str(error)) from None
    except ValueError:
        # The message of the library may quote a part of the password.
        wanted = "an address that can be read; special characters are percent-encoded"
        raise BadSetting(name, mask_secret(address), wanted) from None


def _sqlite(parts: SplitResult) -> dict[str, Any]:
    """Return Django's settings for an SQLite address."""
    path = unquote(parts.path.removeprefix("/"))
    if ":memory:" in (parts.netloc, path):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    if parts.netloc or parts.query or not path or path.endswith("/") or "\0" in path:
        raise _BadAddress("sqlite:///file with three slashes, or four for a path from the root")
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(ROOT / path)}


def _postgres(parts: SplitResult) -> dict[str, Any]:
    """Return Django's settings for a PostgreSQL address."""
    options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database:
        raise _BadAddress("postgres://user:password@host:port/name, with the name of the database")
    host = options.pop("host", "") or unquote(parts.hostname or "")
    port = options.pop("port", "") or str(parts.port or "")
    if not re.fullmatch(r"[0-9]{0,5}", port):
        raise _BadAddress("an address whose port is a number")
    if options.keys() - POSTGRES_OPTIONS:
        raise _BadAddress(f"options out of {', '.join(sorted(POSTGRES_OPTIONS | {'host', 'port'}))}")
    options.setdefault("options", NO_JIT)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": options,
    }
