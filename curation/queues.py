"""Work queues on the desk's first page: what waits for a curator, how much of it, and since when."""

import datetime
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Queue:
    """`oldest` is the day since which its oldest card waits, None when it is empty; `url` opens its first card."""

    key: str
    label: str | Promise
    count: int
    oldest: datetime.date | None
    url: str
