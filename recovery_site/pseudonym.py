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

# Unique local addresses; the 16 hex digits behind the prefix are the pseudonym.
PREFIX = "fd00:0:0:0"
UNKNOWN = f"{PREFIX}::"
# Of IPv6 a household has a /64.
HOUSEHOLD = 64

_today: tuple[datetime.date, bytes] | None = None


def hide_addresses(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = pseudonym(real_address(request), daily_key())
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
    try:
        parsed = ipaddress.ip_address(bare(address))
    except ValueError:
        return UNKNOWN
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    kept = parsed.packed[: HOUSEHOLD // 8] if parsed.version == 6 else parsed.packed
    digits = hmac.digest(key, kept, "sha256").hex()[:16]
    return f"{PREFIX}:{digits[:4]}:{digits[4:8]}:{digits[8:12]}:{digits[12:16]}"


def bare(address: str) -> str:
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


def stored_key(today: datetime.date) -> bytes:
    """The row's key; overwritten when it is of another day. Without a database this process makes up its own."""
    from recovery_site.models import DailyKey

    try:
        with transaction.atomic():
            row, _created = DailyKey.objects.select_for_update().get_or_create(
                pk=DailyKey.ONLY, defaults={"day": today, "key": secrets.token_bytes(32)}
            )
            if row.day != today:
                row.day, row.key = today, secrets.token_bytes(32)
                row.save()
            return bytes(row.key)
    except DatabaseError:
        return secrets.token_bytes(32)
