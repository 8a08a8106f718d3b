"""Work queues on the first page of the admin: what waits for a curator, how much of it, and since when.

An app that has work for curators registers a counter in its module `work_queues`, which Django's autodiscovery loads.
"""
# i18n: admin only

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, PermissionsMixin

from core.i18n import TranslatableText

CuratorUser = PermissionsMixin | AnonymousUser


@dataclass(frozen=True, slots=True)
class WorkQueue:
    """One kind of work and the number of items that wait.

    `oldest` is the day since which the oldest item waits, None for an empty queue; `url` opens the first item. In a
    queue that is `requested`, somebody waits for an answer.
    """

    key: str
    label: TranslatableText
    count: int
    oldest: datetime.date | None
    url: str
    requested: bool = False


QueueCounter = Callable[[CuratorUser], list[WorkQueue]]
_counters: list[QueueCounter] = []


def register_queues(counter: QueueCounter) -> None:
    """Add a function that returns the queues of what a curator may see, given the curator's account."""
    if counter not in _counters:
        _counters.append(counter)


def sorted_queues(curator: CuratorUser) -> list[WorkQueue]:
    """Return all queues: those with work first, of these the requested ones first, then by their oldest item."""
    queues = [queue for counter in _counters for queue in counter(curator)]
    return sorted(
        queues, key=lambda queue: (not queue.count, not queue.requested, queue.oldest or datetime.date.max)
    )
