"""Work queues on the desk's first page: what waits for a curator, how much of it, and since when.

A room that has work for curators registers what counts it in its own `work_queues.py`, which Django's
autodiscovery finds.
"""
# i18n: admin only

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.utils.functional import Promise

CuratorUser = PermissionsMixin | AnonymousUser


@dataclass(frozen=True, slots=True)
class WorkQueue:
    """`oldest` is the day since which its oldest card waits, None when it is empty; `url` opens its first card.
    `asked`: somebody sent it and waits for an answer, or stands before a closed door meanwhile."""

    key: str
    label: str | Promise
    count: int
    oldest: datetime.date | None
    url: str
    requested: bool = False


QueueCounter = Callable[[CuratorUser], list[WorkQueue]]
_counters: list[QueueCounter] = []


def register_queues(counter: QueueCounter) -> None:
    """`counter` is asked with the curator's account and answers with queues of what that curator may see."""
    if counter not in _counters:
        _counters.append(counter)


def sorted_queues(curator: CuratorUser) -> list[WorkQueue]:
    """All queues, those with work first: what somebody asked for on top, then the longest waiting."""
    queues = [queue for counter in _counters for queue in counter(curator)]
    return sorted(
        queues, key=lambda queue: (not queue.count, not queue.requested, queue.oldest or datetime.date.max)
    )
