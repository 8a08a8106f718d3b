"""Nobody's address or browser is known beyond this module.

Before anything else sees a request, its address is replaced by one made up from it: an address in the private
range of IPv6 that is the same for one visitor during one day and tells nobody who it was. Limits on guessing go on
working; whatever stores an address stores this one. The key is one database row, overwritten each day, so that all
processes agree and yesterday's addresses cannot be recomputed.
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

# Unique local addresses; the 16 hex digits behind the prefix are the pseudonym.
PREFIX = "fd00:0:0:0"
UNKNOWN = f"{PREFIX}::"
# Of IPv6 a household has a /64.
HOUSEHOLD = 64
# Bits of what one party often has as a whole, by version of the protocol: a network, and a wide one.
NETWORKS = {4: (24, 16), 6: (48, 32)}

_today: tuple[datetime.date, bytes] | None = None


def hide_addresses(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        address, key = real_address(request), daily_key()
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


def real_address(request: HttpRequest) -> str:
    """The visitor's address: the connection's own, or what the operator's proxies noted. What a visitor wrote into
    X-Forwarded-For stands further left than that and is not looked at."""
    proxies = settings.TRUSTED_PROXIES
    noted = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if proxies and len(noted) >= proxies:
        return noted[-proxies]
    return request.META.get("REMOTE_ADDR", "")


def pseudonym(address: str, key: bytes) -> str:
    """An IPv6 address of the private range; the same for one IPv4 address or one /64 and one key."""
    parsed = parsed_address(address)
    if parsed is None:
        return UNKNOWN
    return private_address(parsed.packed[: HOUSEHOLD // 8] if parsed.version == 6 else parsed.packed, key)


def network_pseudonyms(address: str, key: bytes) -> tuple[str, str]:
    """Return pseudonyms of the network of an address and of its wide network; see `NETWORKS`."""
    parsed = parsed_address(address)
    if parsed is None:
        return UNKNOWN, UNKNOWN
    network, wide = (
        ipaddress.ip_network((parsed, bits), strict=False).with_prefixlen.encode()
        for bits in NETWORKS[parsed.version]
    )
    return private_address(network, key), private_address(wide, key)


def parsed_address(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address, an IPv4 address for one that is written in IPv6; None for what is no address."""
    try:
        parsed = ipaddress.ip_address(strip_port(address))
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        return parsed.ipv4_mapped
    return parsed


def private_address(kept: bytes, key: bytes) -> str:
    """Return an IPv6 address of the private range that is made from these bytes and the key."""
    digits = hmac.digest(key, kept, "sha256").hex()[:16]
    return f"{PREFIX}:{digits[:4]}:{digits[4:8]}:{digits[8:12]}:{digits[12:16]}"


def strip_port(address: str) -> str:
    """Without the zone of an interface, and without the brackets and port that some proxies write."""
    address = address.split("%")[0]
    if address.startswith("["):
        return address[1:].partition("]")[0]
    host, colon, port = address.partition(":")
    return host if colon and ":" not in port else address


def daily_key() -> bytes:
    """Today's key, read once per process and day."""
    global _today
    today = timezone.now().date()
    if _today is None or _today[0] != today:
        _today = today, stored_key(today)
    return _today[1]


@register_clear
def forget_daily_key() -> None:
    """Make the next request read the key from the database again."""
    global _today
    _today = None


def stored_key(today: datetime.date) -> bytes:
    """The row's key; overwritten when it is of another day. Without a database this process makes up its own."""
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
