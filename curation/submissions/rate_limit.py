"""Limit how much visitors may send. No outside service is asked.

An address may send 5 submissions in ten minutes, a network 20 in an hour, a wide network 60 in an hour. Once 300
submissions have come from everybody within an hour, each network may send one more in that hour. So no single party
can block the forms for everyone. A party with addresses in very many networks can add one submission for each network
and hour to the curators' list.

Each submission takes a slot, which is free again after the time of its limit. A slot is a key in a shared cache, and
only one of several processes can add it. Addresses and networks are pseudonyms that change each day
(`recovery_site/security/ip_pseudonyms.py`). They are stored in that cache until the slot is free, and nowhere else.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.core.cache import caches
from django.http import HttpRequest

# Apart from the counts of failed sign-ins, so that neither can evict the other.
CACHE_ALIAS = "submissions"


class RateLimit(NamedTuple):
    """At most `maximum` submissions in `seconds`."""

    name: str
    maximum: int
    seconds: int


ADDRESS_LIMIT = RateLimit("sent-by", 5, 10 * 60)
NETWORK_LIMIT = RateLimit("sent-network", 20, 60 * 60)
WIDE_NETWORK_LIMIT = RateLimit("sent-wide", 60, 60 * 60)
SITE_LIMIT = RateLimit("sent", 300, 60 * 60)
BUSY_NETWORK_LIMIT = RateLimit("sent-busy", 1, 60 * 60)


def count_submission(request: HttpRequest) -> int:
    """Count one submission and return 0, or return after how many seconds its sender may try again.

    The narrow limits come first, so that a sender who reached one takes no slot from others. Raises DatabaseError.
    """
    network, wide_network = request.META["NETWORK_PSEUDONYMS"]
    limits = (
        (ADDRESS_LIMIT, request.META["REMOTE_ADDR"]),
        (NETWORK_LIMIT, network),
        (WIDE_NETWORK_LIMIT, wide_network),
    )
    for limit, owner in limits:
        if not acquire_slot(limit, owner):
            return limit.seconds
    if acquire_slot(SITE_LIMIT) or acquire_slot(BUSY_NETWORK_LIMIT, network):
        return 0
    return BUSY_NETWORK_LIMIT.seconds


def acquire_slot(limit: RateLimit, owner: str = "") -> bool:
    """Take a free slot of a limit and return True; False when all are taken. Raises DatabaseError."""
    slots = [f"{limit.name}:{owner}:{number}" for number in range(limit.maximum)]
    return any(caches[CACHE_ALIAS].add(slot, 1, timeout=limit.seconds) for slot in free_slots(slots))


def free_slots(slots: Sequence[str]) -> list[str]:
    """Return the slots that are not taken, in their order."""
    taken = caches[CACHE_ALIAS].get_many(slots)
    return [slot for slot in slots if slot not in taken]
