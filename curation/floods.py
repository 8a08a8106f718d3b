"""How much may be sent in a while, by one address and by everybody together. No outside service is asked.

Each thing sent takes a seat that is free again after a while. A seat is taken by adding a key to the shared cache,
which only one of several processes can do, so that the limit holds for many at once. The address is the made-up one
that changes each day; it stands in the cache until the seat is free, and nowhere else.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.core.cache import cache


class Room(NamedTuple):
    name: str
    seats: int
    seconds: int


BY_ADDRESS = Room("sent-by", 5, 10 * 60)
BY_ALL = Room("sent", 300, 60 * 60)


def may_send(address: str) -> bool:
    """Whether one more may be sent now; counts it when it may.

    The address is asked first: who sends too much alone takes no seat from all others.
    """
    return take_seat(BY_ADDRESS, address) and take_seat(BY_ALL)


def take_seat(room: Room, whose: str = "") -> bool:
    seats = [f"{room.name}:{whose}:{number}" for number in range(room.seats)]
    return any(cache.add(seat, 1, timeout=room.seconds) for seat in free(seats))


def free(seats: Sequence[str]) -> list[str]:
    taken = cache.get_many(seats)
    return [seat for seat in seats if seat not in taken]
