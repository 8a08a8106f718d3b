"""Let curators decide about an import run in the admin: release it, dismiss it or undo it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from feeds.models import ImportRun
from feeds.pipeline import rollback
from feeds.pipeline import run as pipeline_run
from feeds.pipeline.diff import previously_missing

DECIDE_PERMISSION = "feeds.change_importrun"
MAX_VALUE_LENGTH = 200  # characters


class RunActionsMixin(admin.ModelAdmin):
    """The buttons on the page of a run."""

    change_form_template = "admin/feeds/run.html"

    def get_urls(self) -> list[Any]:
        """Return the URL patterns of the admin, with the one to which the buttons of a run post."""
        view = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<int:pk>/decide/", view, name="feeds_importrun_decide"), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Offer the decisions that the run allows, to curators who may take them."""
        run = self.get_object(request, object_id)
        offered = available_decisions(run) if run and request.user.has_perm(DECIDE_PERMISSION) else []
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "choices": offered}
        )

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Carry out the posted decision and redirect to the run."""
        if not request.user.has_perm(DECIDE_PERMISSION):
            raise PermissionDenied
        run = get_object_or_404(self.get_queryset(request), pk=pk)
        decide = DECISIONS.get(request.POST.get("decision", ""))
        try:
            message = decide(run, request.user) if decide else _("Nothing was chosen.")
            messages.success(request, message)
        except (pipeline_run.FeedImportError, rollback.UndoError) as problem:
            messages.error(request, str(problem))
        return redirect("admin:feeds_importrun_change", pk)

    @admin.display(description=gettext_lazy("difference"))
    def difference_rows(self, run: ImportRun) -> SafeString | str:
        """Return the changes that a held run would make, as a table with one row for each field."""
        if not run.differences:
            return _("None.")
        rows = (
            (row["name"], row["field"], _short_text(row["before"]), _short_text(row["after"]))
            for row in run.differences
        )
        lines = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", rows)
        columns = ((_("Listing"),), (_("Fact"),), (_("Now"),), (_("In the feed"),))
        head = format_html_join("", '<th scope="col">{}</th>', columns)
        return format_html(
            '<table class="rows"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', head, lines
        )


def _short_text(value: Any) -> str:
    """Return a value as a text of limited length, and "nothing" for an empty one."""
    text = _("nothing") if value in (None, "", [], {}) else str(value)
    return text if len(text) <= MAX_VALUE_LENGTH else text[:MAX_VALUE_LENGTH] + "…"


def available_decisions(run: ImportRun) -> list[tuple[str, str]]:
    """Return the decisions that this run still allows, as (value, label)."""
    if run.state == ImportRun.State.HELD:
        return [("release", _("Let it through")), ("dismiss", _("Throw it away"))]
    return [("undo", _("Take it back"))] if rollback.can_undo(run) else []


def _release(run: ImportRun, by: Any) -> str:
    """Apply an import that was held, and return a message with the numbers."""
    finished = pipeline_run.release_run(run, by=by).run
    message = _("Let through: %(created)d created, %(updated)d updated, %(retired)d retired.") % {
        "created": finished.created,
        "updated": finished.updated,
        "retired": finished.retired,
    }
    number = previously_missing(finished.source, run=finished.pk).count()
    return f"{message} {_describe_missing(number)}" if number else message


def _describe_missing(number: int) -> str:
    """Return the sentence about what happens to listings that are missing from the feed for the first time."""
    return ngettext(
        "%(n)d listing was missing for the first time. It stays; if the next run misses it too, it is paused, and "
        "nobody is asked again.",
        "%(n)d listings were missing for the first time. They stay; if the next run misses them too, they are paused, "
        "and nobody is asked again.",
        number,
    ) % {"n": number}


def _dismiss(run: ImportRun, by: Any) -> str:
    """Discard an import that was held, and return a message."""
    pipeline_run.dismiss_run(run, by=by)
    return _("Thrown away. Nothing was changed.")


def _undo(run: ImportRun, by: Any) -> str:
    """Undo an import, and return a message with the number of listings."""
    number = rollback.undo_run(run, by=by)
    return ngettext(
        "Taken back: %(n)d listing is as it was.", "Taken back: %(n)d listings are as they were.", number
    ) % {"n": number}


DECISIONS: dict[str, Callable[[ImportRun, Any], str]] = {
    "release": _release,
    "dismiss": _dismiss,
    "undo": _undo,
}
