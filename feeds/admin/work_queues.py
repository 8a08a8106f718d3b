"""Provide the work queue of held imports."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.admin.base import allowed_region_ids
from core.work_queues import CuratorUser, WorkQueue, register_queues
from feeds.models import ImportRun


def held_runs(curator: CuratorUser) -> list[WorkQueue]:
    """Return the queue of held imports, if this curator may decide about them."""
    if not curator.has_perm("feeds.change_importrun") or allowed_region_ids(curator):
        return []
    runs = ImportRun.objects.filter(state=ImportRun.State.HELD).order_by("started_at")
    first = runs.first()
    url = reverse("admin:feeds_importrun_change", args=(first.pk,)) if first else ""
    oldest = first.started_at.date() if first else None
    return [WorkQueue("held", _("Held imports"), runs.count(), oldest, url, requested=True)]


register_queues(held_runs)
