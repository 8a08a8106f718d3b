"""Build the work queues of listings: in review, due for a check, never checked, without a point or a time zone.

The admin has one list for each kind, so a queue holds listings of one kind. Its address is that list, filtered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.i18n import TranslatableText
from core.work_queues import CuratorUser, WorkQueue
from curation.roles import regions
from directory.kinds.base import Kind
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.models import Listing
from directory.vocabulary import Status

# The day since which a listing waits: when its check was due or, without such a day, when it was last checked; when
# it was created where it was never checked.
SINCE_DUE = Min(Coalesce("checked_due", "checked_on"))
SINCE_WRITTEN = Min(TruncDate("created"))


@dataclass(frozen=True, slots=True)
class ReviewWork:
    """One type of work.

    `listings` are the listings of all kinds that wait, `since` the aggregate that gives the oldest day, and `filtered`
    the parameters that filter the admin's list of a kind to them.
    """

    key: str
    label: TranslatableText
    listings: QuerySet[Any]
    since: Any
    filtered: dict[str, str]


def listing_queues(curator: CuratorUser) -> list[WorkQueue]:
    """Return the queues of listings in the curator's regions, of kinds that the curator may see."""
    return [queue for work in _review_work(curator) for queue in _queues_by_kind(work, curator)]


def _review_work(curator: CuratorUser) -> list[ReviewWork]:
    """Return the reasons for which listings need review, each with the curator's listings that have it."""
    listings = listings_in_regions_of(curator)
    published = listings.published()
    states = freshness.last_check_conditions(timezone.localdate())
    checks = [("overdue", _("Overdue"), SINCE_DUE), ("due", _("Due this month"), SINCE_DUE),
              ("never", _("Not yet confirmed here"), SINCE_WRITTEN)]  # fmt: skip
    incomplete = [
        ("point", _("No point on the map"), published.without_point()),
        ("zone", _("No time zone"), published.without_zone()),
    ]
    review = listings.filter(status=Status.IN_REVIEW)
    return [
        ReviewWork("review", _("In review"), review, SINCE_WRITTEN, {"status__exact": Status.IN_REVIEW}),
        *(
            ReviewWork(key, label, _with_check_state(published, states[key]), since, {"checked": key})
            for key, label, since in checks
        ),
        *(
            ReviewWork(f"no-{key}", label, lacking, SINCE_WRITTEN, {"missing": key})
            for key, label, lacking in incomplete
        ),
    ]


def _with_check_state(listings: Any, state: Q) -> QuerySet[Any]:
    """Return the listings whose last check is in a state, such as overdue."""
    matching: QuerySet[Any] = listings.with_last_check().filter(state)
    return matching


def listings_in_regions_of(curator: CuratorUser) -> Any:
    """Return the listings in the regions of a curator, or all listings for a curator without regions."""
    return Listing.objects.filter(regions.listings_of(curator))


def _queues_by_kind(work: ReviewWork, curator: CuratorUser) -> Iterator[WorkQueue]:
    """Yield a queue for each kind with waiting listings; one empty queue where none has any."""
    rows = work.listings.order_by().values("kind").annotate(number=Count("pk"), oldest=work.since)
    rows_by_kind = {row["kind"]: row for row in rows if _may_see_kind(curator, row["kind"])}
    if not rows_by_kind:
        yield WorkQueue(work.key, work.label, 0, None, "")
    for slug, kind in kinds.items():
        if row := rows_by_kind.get(slug):
            label = format_lazy("{}: {}", work.label, kind.model._meta.verbose_name_plural)
            yield WorkQueue(
                f"{work.key}-{slug}", label, row["number"], row["oldest"], _review_url(kind, work)
            )


def _may_see_kind(curator: CuratorUser, slug: str) -> bool:
    """Return whether the curator has the right to view or change listings of a kind."""
    options = kinds[slug].model._meta
    return any(
        curator.has_perm(f"{options.app_label}.{verb}_{options.model_name}") for verb in ("view", "change")
    )


def _review_url(kind: Kind, work: ReviewWork) -> str:
    """Return the address of the admin's list of a kind, filtered to the listings of a queue."""
    options = kind.model._meta
    page = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    return f"{page}?{urlencode({'status__exact': Status.PUBLISHED, **work.filtered})}"
