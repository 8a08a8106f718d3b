"""Settings from the environment, each read with its type.

A variable that is missing, empty or blank counts as not set, and its reader answers the default. Anything
else that a reader cannot take in is a BadSetting: the site stops and says what it wanted, since a mistyped
setting that is quietly replaced by a default is found out on the worst day. What may be a secret is never
shown.
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
# Connection parameters of libpq that may follow the "?" of an address; anything else is taken for a slip.
POSTGRES_OPTIONS = frozenset(
    "application_name channel_binding connect_timeout gssencmode keepalives keepalives_count keepalives_idle "
    "keepalives_interval options passfile service sslcert sslcrl sslkey sslmode sslrootcert "
    "target_session_attrs tcp_user_timeout".split()
)

# Compiling a query takes longer than all of ours take: docs/decisions/0038-queries-are-not-compiled.md.
NO_JIT = "-c jit=off"


class BadSetting(ImproperlyConfigured):
    """A setting cannot be read. Holds its `name`, what was `given` (secrets masked) and what was `wanted`."""

    def __init__(self, name: str, given: str, wanted: str) -> None:
        self.name, self.given, self.wanted = name, given, wanted
        super().__init__(f"{name} is {given}; wanted: {wanted}.")


def text(name: str, default: str = "", *, least: int = 0, secret: bool = False) -> str:
    """One line of text, of at least `least` characters when it is set; `secret` keeps it out of messages."""
    value = _raw(name)
    if not value:
        return default
    shown = masked(value) if secret else repr(value)
    if not value.isprintable():
        raise BadSetting(name, shown, "one line without control characters")
    if len(value) < least:
        raise BadSetting(name, shown, f"at least {least} characters")
    return value


def boolean(name: str, default: bool = False) -> bool:
    """1, true, yes, on or 0, false, no, off, in either case of letters."""
    value = _raw(name)
    if not value:
        return default
    if value.lower() in TRUE | FALSE:
        return value.lower() in TRUE
    raise BadSetting(name, repr(value), "1 (true, yes, on) or 0 (false, no, off)")


def integer(name: str, default: int, *, least: int | None = None, most: int | None = None) -> int:
    """A whole number in plain digits, both bounds included."""
    value = _raw(name)
    if not value:
        return default
    # int() alone would also take "1_000" and the digits of other scripts.
    number = int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else None
    too_small = number is not None and least is not None and number < least
    too_large = number is not None and most is not None and number > most
    if number is None or too_small or too_large:
        raise BadSetting(name, repr(value), f"a whole number{_bounds(least, most)}")
    return number


def choice(name: str, default: str, allowed: Sequence[str]) -> str:
    """One of a few words, in either case of letters."""
    value = _raw(name).lower() or default
    if value not in allowed:
        raise BadSetting(name, repr(value), f"one of {', '.join(allowed)}")
    return value


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """Words between commas, blanks or both, in the order given."""
    return re.sub(r"[,\s]+", " ", _raw(name)).split() or list(default)


def country(name: str, default: str) -> str:
    """Two letters of ISO 3166, in either case, as capitals."""
    value = _raw(name).upper() or default
    if not re.fullmatch(r"[A-Z]{2}", value):
        raise BadSetting(name, repr(value), "a country in two letters, such as US")
    return value


def zone(name: str, default: str) -> str:
    """An IANA time zone, such as Europe/Berlin, that pages can work with."""
    value = text(name, default)
    if not is_zone(value):
        raise BadSetting(name, repr(value), "a time zone, such as America/Los_Angeles")
    return value


def web_address(name: str, default: str) -> str:
    """A whole http or https address; one without its scheme would lead to a page of this site."""
    value = text(name, default)
    if not re.fullmatch(r"https?://[^\s/?#@]+([/?#]\S*)?", value):
        raise BadSetting(name, repr(value), "a whole address, such as https://www.example.org/")
    return value


def origin(name: str, default: str) -> str:
    """Scheme, host and port of a site, without a slash at the end, such as https://www.example.org."""
    value = text(name, default).lower()
    # The characters of a host name or of an address in brackets; a path would end up within every address.
    if not re.fullmatch(r"https?://([a-z0-9_.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?/?", value):
        raise BadSetting(name, repr(value), "scheme and host without a path, such as https://www.example.org")
    return value.rstrip("/")


def keys(name: str) -> list[str]:
    """Keys of 32 bytes in URL-safe base64, between commas or blanks; the first seals, all of them open."""
    found = words(name)
    for place, key in enumerate(found, start=1):
        if _decoded_length(key) != KEY_BYTES:
            wanted = f"keys of {KEY_BYTES} bytes in URL-safe base64, between commas; number {place} is none"
            raise BadSetting(name, masked(key), wanted)
    if len(set(found)) < len(found):
        raise BadSetting(name, masked(",".join(found)), "each key once")
    return found


def database_url(name: str, default: str = "") -> dict[str, Any]:
    """One entry of Django's DATABASES from an address; empty when there is neither a value nor a default.

    Read are `sqlite:///file` (under the folder of the site), `sqlite:////file` (from the root), `sqlite://:memory:`
    and `postgres://user:password@host:port/name?sslmode=require`. A server behind a Unix socket is
    `postgres://user@/name?host=/folder/of/the/socket`. Special characters are percent-encoded.
    """
    value = _raw(name) or default
    return _database(name, value) if value else {}


def database_urls(name: str) -> list[dict[str, Any]]:
    """Several entries as `database_url` reads one, from addresses between commas or blanks."""
    return [_database(name, address) for address in words(name)]


def masked(value: str) -> str:
    """Words for a value that may be, or hold, a secret: the scheme of an address and nothing else of it."""
    scheme = re.match(r"[a-z][a-z0-9+]*://", value)
    return f"{scheme[0]}***" if scheme else f"*** ({len(value)} characters)"


def _raw(name: str) -> str:
    return os.environ.get(name, "").strip()


def _bounds(least: int | None, most: int | None) -> str:
    low = "" if least is None else f" from {least}"
    high = "" if most is None else f" up to {most}"
    return low + high


def _decoded_length(key: str) -> int:
    try:
        return len(base64.b64decode(key, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return -1


class _Slip(ValueError):
    """An address is wrong in a way that we have words for."""


def _database(name: str, address: str) -> dict[str, Any]:
    try:
        parts = urlsplit(address)
        if "#" in address:
            raise _Slip("an address without “#”; inside a password it is written %23")
        if parts.scheme == "sqlite":
            return _sqlite(parts)
        if parts.scheme in POSTGRES_SCHEMES:
            return _postgres(parts)
        raise _Slip("sqlite:///file or postgres://user:password@host:port/name")
    except _Slip as slip:
        raise BadSetting(name, masked(address), str(slip)) from None
    except ValueError:
        # The library's own message may quote a part of the password.
        wanted = "an address that can be read; special characters are percent-encoded"
        raise BadSetting(name, masked(address), wanted) from None


def _sqlite(parts: SplitResult) -> dict[str, Any]:
    path = unquote(parts.path.removeprefix("/"))
    if ":memory:" in (parts.netloc, path):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    if parts.netloc or parts.query or not path or path.endswith("/") or "\0" in path:
        raise _Slip("sqlite:///file, with three strokes, or four for a path from the root")
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(ROOT / path)}


def _postgres(parts: SplitResult) -> dict[str, Any]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database:
        raise _Slip("postgres://user:password@host:port/name, with the name of the database")
    host = options.pop("host", "") or unquote(parts.hostname or "")
    port = options.pop("port", "") or str(parts.port or "")
    if not re.fullmatch(r"[0-9]{0,5}", port):
        raise _Slip("an address whose port is a number")
    if options.keys() - POSTGRES_OPTIONS:
        raise _Slip(f"options out of {', '.join(sorted(POSTGRES_OPTIONS | {'host', 'port'}))}")
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
