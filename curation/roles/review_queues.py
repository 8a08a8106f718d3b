"""What is in review, due for a check, never confirmed here, or lacks a point or a zone: a queue for each kind.

The desk lists listings kind by kind, so a queue holds those of one kind and its address is that list, filtered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.work_queues import CuratorUser, WorkQueue
from curation.roles import regions
from directory.kinds.base import Kind
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.models import Listing
from directory.vocabulary import Status

# The day since which a listing waits: when its check was due, when it was checked where no day was set, when it was
# written where nobody ever did.
SINCE_DUE = Min(Coalesce("checked_due", "checked_on"))
SINCE_WRITTEN = Min(TruncDate("created"))


@dataclass(frozen=True, slots=True)
class ReviewWork:
    """One kind of work: which listings, since when, and how the list of a kind is filtered to them."""

    key: str
    label: str | Promise
    listings: QuerySet[Any]
    since: Any
    filtered: dict[str, str]


def listing_queues(curator: CuratorUser) -> list[WorkQueue]:
    """Only what may be opened: kinds that the curator may see, and their regions' listings."""
    return [queue for work in review_work(curator) for queue in by_kind(work, curator)]


def review_work(curator: CuratorUser) -> list[ReviewWork]:
    every = listings_of_curator(curator)
    mine = every.published()
    states = freshness.last_check_conditions(timezone.localdate())
    checks = [("overdue", _("Overdue"), SINCE_DUE), ("due", _("Due this month"), SINCE_DUE),
              ("never", _("Not yet confirmed here"), SINCE_WRITTEN)]  # fmt: skip
    missing = [("point", _("No point on the map"), mine.without_point()),
               ("zone", _("No time zone"), mine.without_zone())]  # fmt: skip
    review = every.filter(status=Status.IN_REVIEW)
    return [
        ReviewWork("review", _("In review"), review, SINCE_WRITTEN, {"status__exact": Status.IN_REVIEW}),
        *(
            ReviewWork(key, label, listings_in_state(mine, states[key]), since, {"checked": key})
            for key, label, since in checks
        ),
        *(
            ReviewWork(f"no-{key}", label, found, SINCE_WRITTEN, {"missing": key})
            for key, label, found in missing
        ),
    ]


def listings_in_state(listings: Any, state: Q) -> QuerySet[Any]:
    found: QuerySet[Any] = listings.with_last_check().filter(state)
    return found


def listings_of_curator(curator: CuratorUser) -> Any:
    """The listings that a curator looks after: those of their regions, or all without any."""
    return Listing.objects.filter(regions.listings_of(curator))


def by_kind(work: ReviewWork, curator: CuratorUser) -> Iterator[WorkQueue]:
    """A queue for each kind with something in it; one empty one where there is nothing at all."""
    rows = work.listings.order_by().values("kind").annotate(number=Count("pk"), oldest=work.since)
    found = {row["kind"]: row for row in rows if may_see(curator, row["kind"])}
    if not found:
        yield WorkQueue(work.key, work.label, 0, None, "")
    for slug, kind in kinds.items():
        if row := found.get(slug):
            label = format_lazy("{}: {}", work.label, kind.model._meta.verbose_name_plural)
            yield WorkQueue(f"{work.key}-{slug}", label, row["number"], row["oldest"], review_url(kind, work))


def may_see(curator: CuratorUser, slug: str) -> bool:
    options = kinds[slug].model._meta
    return any(
        curator.has_perm(f"{options.app_label}.{verb}_{options.model_name}") for verb in ("view", "change")
    )


def review_url(kind: Kind, work: ReviewWork) -> str:
    options = kind.model._meta
    page = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    return f"{page}?{urlencode({'status__exact': Status.PUBLISHED, **work.filtered})}"
