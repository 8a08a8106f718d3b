"""Register the work queues of this app: submissions, reviews of listings, duplicates, and dead links."""
# i18n: admin only

from core.work_queues import register_queues
from curation.duplicates.services import duplicate_queues
from curation.links import services as link_services
from curation.roles.review_queues import listing_queues
from curation.submissions.presenters import submission_queues

register_queues(submission_queues)
register_queues(listing_queues)
register_queues(duplicate_queues)
register_queues(link_services.queues)
