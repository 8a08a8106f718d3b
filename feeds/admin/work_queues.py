"""What the feeds leave for a curator to decide."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.admin.base import regions_of
from core.work_queues import Actor, Queue, register
from feeds.models import ImportRun


def held(curator: Actor) -> list[Queue]:
    """Runs that wait, for whoever may decide of them."""
    if not curator.has_perm("feeds.change_importrun") or regions_of(curator):
        return []
    runs = ImportRun.objects.filter(state=ImportRun.State.HELD).order_by("started")
    first = runs.first()
    url = reverse("admin:feeds_importrun_change", args=(first.pk,)) if first else ""
    oldest = first.started.date() if first else None
    return [Queue("held", _("Held imports"), runs.count(), oldest, url, asked=True)]


register(held)
