"""Middleware that replaces the network address of a visitor by a pseudonym and removes the name of the browser.

It runs before all other code. The pseudonym is an address in the private range of IPv6 that is the same for one visitor
during one day and does not reveal the real address. Rate limits work with it, and code that stores an address stores
the pseudonym. The key is one database row that is overwritten each day, so that all processes use the same key, and
nobody can compute the pseudonyms of yesterday again.
"""

import datetime
import hmac
import ipaddress
import secrets
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.cache import register_clear

# The prefix of unique local addresses (RFC 4193); the 16 hexadecimal digits after it are the pseudonym.
PREFIX = "fd00:0:0:0"
UNKNOWN = f"{PREFIX}::"
# Bits of an IPv6 address that belong to one household.
HOUSEHOLD_BITS = 64
# By version of the protocol, the prefix lengths of the networks that one party often has: a network, and a wide one.
NETWORK_BITS = {4: (24, 16), 6: (48, 32)}

_today: tuple[datetime.date, bytes] | None = None


def hide_addresses(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Replace the address of each request by a pseudonym and remove the headers that identify a visitor."""

    def middleware(request: HttpRequest) -> HttpResponse:
        address, key = client_address(request), daily_key()
        request.META["REMOTE_ADDR"] = pseudonym(address, key)
        request.META["NETWORK_PSEUDONYMS"] = network_pseudonyms(address, key)
        for name in (
            "HTTP_X_FORWARDED_FOR",
            "HTTP_X_REAL_IP",
            "HTTP_FORWARDED",
            "HTTP_USER_AGENT",
            "REMOTE_HOST",
            "REMOTE_PORT",
        ):
            request.META.pop(name, None)
        return get_response(request)

    return middleware


def client_address(request: HttpRequest) -> str:
    """Return the visitor's address: the one that the operator's proxies added, or else the one of the connection.

    What a visitor wrote into X-Forwarded-For is further left than that and is ignored.
    """
    proxies = settings.TRUSTED_PROXIES
    forwarded = [
        part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()
    ]
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return request.META.get("REMOTE_ADDR", "")


def pseudonym(address: str, key: bytes) -> str:
    """Return the pseudonym of an address: one for each IPv4 address or IPv6 /64, and key."""
    parsed = parse_address(address)
    if parsed is None:
        return UNKNOWN
    return private_address(
        parsed.packed[: HOUSEHOLD_BITS // 8] if parsed.version == 6 else parsed.packed, key
    )


def network_pseudonyms(address: str, key: bytes) -> tuple[str, str]:
    """Return pseudonyms of the network of an address and of its wide network; see `NETWORK_BITS`."""
    parsed = parse_address(address)
    if parsed is None:
        return UNKNOWN, UNKNOWN
    network, wide = (
        ipaddress.ip_network((parsed, bits), strict=False).with_prefixlen.encode()
        for bits in NETWORK_BITS[parsed.version]
    )
    return private_address(network, key), private_address(wide, key)


def parse_address(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the parsed address, as IPv4 where IPv6 only wraps it; None for a text that is no address."""
    try:
        parsed = ipaddress.ip_address(strip_port(address))
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        return parsed.ipv4_mapped
    return parsed


def private_address(network: bytes, key: bytes) -> str:
    """Return an address of the private range, derived from the bytes of a network and the key."""
    digits = hmac.digest(key, network, "sha256").hex()[:16]
    return f"{PREFIX}:{digits[:4]}:{digits[4:8]}:{digits[8:12]}:{digits[12:16]}"


def strip_port(address: str) -> str:
    """Return an address without the interface, brackets and port that some proxies write."""
    address = address.split("%")[0]
    if address.startswith("["):
        return address[1:].partition("]")[0]
    host, colon, port = address.partition(":")
    return host if colon and ":" not in port else address


def daily_key() -> bytes:
    """Return the key of today. Each process reads it once a day."""
    global _today
    today = timezone.now().date()
    if _today is None or _today[0] != today:
        _today = today, _load_key(today)
    return _today[1]


@register_clear
def forget_daily_key() -> None:
    """Make the next request read the key from the database again."""
    global _today
    _today = None


def _load_key(today: datetime.date) -> bytes:
    """Return the key in the database, which is replaced if it is of another day.

    Without a database this process uses a random key of its own.
    """
    from recovery_site.models import DailyKey

    try:
        with transaction.atomic():
            row, _created = DailyKey.objects.select_for_update().get_or_create(
                pk=DailyKey.ONLY_ID, defaults={"day": today, "key": secrets.token_bytes(32)}
            )
            if row.day != today:
                row.day, row.key = today, secrets.token_bytes(32)
                row.save()
            return bytes(row.key)
    except DatabaseError:
        return secrets.token_bytes(32)
