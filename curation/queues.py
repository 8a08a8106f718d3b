"""What waits for curators in this room: what visitors sent, what is due or lacking, links that died."""

from curation import doubles, due, links, sent
from directory.queues import register

register(sent.queues)
register(due.queues)
register(doubles.queues)
register(links.queues)
