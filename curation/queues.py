"""What visitors sent, as work for curators."""

from curation import sent
from directory.queues import Queue, register

__all__ = ["Queue"]

register(sent.queues)
