"""What waits for curators in this room: what visitors sent, what is due or lacking, links that died."""
# i18n: admin only

from core.work_queues import register_queues
from curation.duplicates import services
from curation.links import services as link_services
from curation.roles import review_queues
from curation.submissions import presenters

register_queues(presenters.queues)
register_queues(review_queues.queues)
register_queues(services.queues)
register_queues(link_services.queues)
