"""How much visitors may send in a while. No outside service is asked.

What holds: an address sends 5 things in ten minutes, a network 20 in an hour, a wide network 60 in an hour. When 300
things came from everybody within an hour, each network sends one more in that hour, and one that has sent nothing sends
its first. So no party can close the forms for everyone; a party with addresses in very many networks can add one entry
for each network and hour to the curators' list.

Each thing sent takes a slot that is free again after a while: a key that is added to a shared cache, which only one of
several processes can do. Addresses and networks are pseudonyms that change each day
(`recovery_site/security/ip_pseudonyms.py`).
They stand in that cache until the slot is free, and nowhere else.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.core.cache import caches
from django.http import HttpRequest

# Apart from the counts of guesses at sign-in, so that neither can push out the other.
CACHE = "submissions"


class Limit(NamedTuple):
    """At most `most` things in `seconds`."""

    name: str
    most: int
    seconds: int


BY_ADDRESS = Limit("sent-by", 5, 10 * 60)
BY_NETWORK = Limit("sent-network", 20, 60 * 60)
BY_WIDE_NETWORK = Limit("sent-wide", 60, 60 * 60)
BY_ALL = Limit("sent", 300, 60 * 60)
BY_NETWORK_WHEN_BUSY = Limit("sent-busy", 1, 60 * 60)


def seconds_to_wait(request: HttpRequest) -> int:
    """Count one more thing sent and return 0, or return after how many seconds its sender may try again.

    The narrow limits come first: who sends too much alone takes nothing from others. Raises DatabaseError.
    """
    network, wide_network = request.META["NETWORK_PSEUDONYMS"]
    own = (
        (BY_ADDRESS, request.META["REMOTE_ADDR"]),
        (BY_NETWORK, network),
        (BY_WIDE_NETWORK, wide_network),
    )
    for limit, whose in own:
        if not take_slot(limit, whose):
            return limit.seconds
    if take_slot(BY_ALL) or take_slot(BY_NETWORK_WHEN_BUSY, network):
        return 0
    return BY_NETWORK_WHEN_BUSY.seconds


def take_slot(limit: Limit, whose: str = "") -> bool:
    """Take one of the limit's slots; False when all are taken. Raises DatabaseError."""
    slots = [f"{limit.name}:{whose}:{number}" for number in range(limit.most)]
    return any(caches[CACHE].add(slot, 1, timeout=limit.seconds) for slot in free_slots(slots))


def free_slots(slots: Sequence[str]) -> list[str]:
    """Return the slots that nobody has taken, in their order."""
    taken = caches[CACHE].get_many(slots)
    return [slot for slot in slots if slot not in taken]
