"""Define the admin of sources and import runs. A run is a record and cannot be edited."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.admin.base import allowed_region_ids
from core.net import ssrf
from core.net.errors import FetchError
from feeds.admin.run_actions import RunActionsMixin
from feeds.models import ImportRun, Source

MAX_ROWS = 500


class SourceForm(forms.ModelForm):
    """The form of a source."""

    def clean_address(self) -> str:
        """Refuse anything but a public URL. Paths are for the command line: the admin opens no files of the server."""
        address: str = self.cleaned_data["address"]
        if address and address != self.instance.address:
            try:
                ssrf.parse_public_url(address)
            except FetchError as problem:
                raise ValidationError(str(problem)) from problem
        return address


class AllRegionsAdmin(admin.ModelAdmin):
    """An admin that is empty for curators who are limited to regions: a feed holds listings of any region."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return all rows, or none for a curator who is limited to regions."""
        rows = super().get_queryset(request)
        return rows.none() if allowed_region_ids(request.user, self.admin_site) else rows


@admin.register(Source)
class SourceAdmin(AllRegionsAdmin):
    """The admin of sources."""

    form = SourceForm
    fields = (
        "name", "slug", "format", "fellowship", "zone", "language", "address", "enabled", "refresh_hours",
        "max_change_percent", "owner", "license",
    )  # fmt: skip
    list_display = ("name", "format", "enabled", "refresh_hours", "owner", "license", "address")
    list_filter = ("enabled", "format")
    list_per_page = 50
    search_fields = ("name", "owner", "address")
    search_help_text = gettext_lazy("Name, publisher or address")

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Source | None = None
    ) -> dict[str, Sequence[str]]:
        """Fill in the slug of a new source from its name."""
        return {} if obj else {"slug": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> tuple[str, ...]:
        """Protect the slug of an existing source, which its listings carry."""
        return ("slug",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Source, form: forms.ModelForm, change: bool) -> None:
        """Save the source without validators, so that the next run reads the whole feed again."""
        obj.etag = obj.last_modified = ""
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return False, because the record of the imports would be deleted with the source."""
        return False


@admin.register(ImportRun)
class ImportRunAdmin(AllRegionsAdmin, RunActionsMixin):
    """The read-only admin of import runs, with the buttons of `RunActionsMixin`."""

    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("source", "state"),
                    "error",
                    "hold_reason",
                    "not_modified",
                    ("started_at", "ended_at"),
                    "address",
                    "checksum",
                )
            },
        ),
        (
            gettext_lazy("What it found and did"),
            {
                "fields": (
                    ("rows", "used", "merged"),
                    ("listings", "meetings"),
                    ("created", "updated", "unchanged", "retired"),
                )
            },
        ),
        (gettext_lazy("What a held run would change"), {"fields": ("difference_rows",)}),
        (gettext_lazy("Rows left out"), {"fields": ("rejected_rows",)}),
        (gettext_lazy("Taken in, yet worth a look"), {"fields": ("noted_rows",)}),
    )
    list_display = (
        "started_at", "source", "state", "rows", "created", "updated", "unchanged", "retired", "left_out",
        "not_modified", "hold_reason", "error",
    )  # fmt: skip
    list_filter = ("state", "source")
    list_per_page = 50
    list_select_related = ("source",)
    date_hierarchy = "started_at"
    search_fields = ("source__name", "address", "hold_reason", "error")
    search_help_text = gettext_lazy("Source, address, or why it was held or failed")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False, because only an import creates a run."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return False, because a run is the record of an import that nobody edits or deletes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return False, because a run is the record of an import that nobody edits or deletes."""
        return False

    @admin.display(description=gettext_lazy("left out"))
    def left_out(self, run: ImportRun) -> int:
        """Return the number of rejected rows."""
        return len(run.rejected)

    @admin.display(description=gettext_lazy("left out"))
    def rejected_rows(self, run: ImportRun) -> str:
        """Return the rejected rows as a table."""
        return _problem_table(run.rejected)

    @admin.display(description=gettext_lazy("notes"))
    def noted_rows(self, run: ImportRun) -> str:
        """Return the rows that were imported with a note, as a table."""
        return _problem_table(run.notes)


def _problem_table(rows: Sequence[dict[str, Any]]) -> str:
    """Return rows of {row, id, reason} as an HTML table, or "None." if there are none."""
    if not rows:
        return _("None.")
    lines = format_html_join(
        "",
        "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
        ((row.get("row", ""), row.get("id", ""), row.get("reason", "")) for row in rows[:MAX_ROWS]),
    )
    columns = ((_("Row"),), (_("Id in the feed"),), (_("Why"),))
    head = format_html_join("", '<th scope="col">{}</th>', columns)
    table = format_html(
        '<table class="rows"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', head, lines
    )
    further = len(rows) - MAX_ROWS
    if further <= 0:
        return table
    words = ngettext("%(n)d more is not shown here.", "%(n)d more are not shown here.", further) % {
        "n": further
    }
    return format_html("{}<p>{}</p>", table, words)
