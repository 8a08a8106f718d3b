"""What waits for curators in this room: what visitors sent, what is due or lacking, links that died."""

from core.work_queues import register
from curation.duplicates import services
from curation.links import services as link_services
from curation.roles import review_queues
from curation.submissions import presenters

register(presenters.queues)
register(review_queues.queues)
register(services.queues)
register(link_services.queues)
