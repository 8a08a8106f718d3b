"""Sources and import runs on the curators' desk. A run is a record: it is read, never changed."""

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

SHOWN_ROWS = 500


class SourceForm(forms.ModelForm):
    def clean_address(self) -> str:
        """A path is given on the command line alone: the desk opens no files of the server."""
        address: str = self.cleaned_data["address"]
        if address and address != self.instance.address:
            try:
                ssrf.parse_public_url(address)
            except FetchError as problem:
                raise ValidationError(str(problem)) from problem
        return address


class AllRegionsAdmin(admin.ModelAdmin):
    """A feed holds listings of any region: a curator who is limited to some sees nothing of it."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.none() if allowed_region_ids(request.user, self.admin_site) else rows


@admin.register(Source)
class SourceAdmin(AllRegionsAdmin):
    form = SourceForm
    fields = (
        "name", "slug", "format", "fellowship", "address", "enabled", "refresh_hours", "max_change_percent",
        "owner", "license",
    )  # fmt: skip
    list_display = ("name", "format", "enabled", "refresh_hours", "owner", "license", "address")
    list_filter = ("enabled", "format")
    list_per_page = 50
    search_fields = ("name", "owner", "address")
    search_help_text = gettext_lazy("Name, publisher or address")

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Source | None = None
    ) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> tuple[str, ...]:
        """The slug stands on each listing of a source."""
        return ("slug",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Source, form: forms.ModelForm, change: bool) -> None:
        """After any change the next run reads the whole feed again, also when its server has nothing new."""
        obj.etag = obj.last_modified = ""
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """With a source its record of imports would go."""
        return False


@admin.register(ImportRun)
class ImportRunAdmin(AllRegionsAdmin, RunActionsMixin):
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
                    ("rows", "listings", "meetings"),
                    ("created", "updated", "unchanged", "merged", "retired"),
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
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("left out"))
    def left_out(self, run: ImportRun) -> int:
        return len(run.rejected)

    @admin.display(description=gettext_lazy("left out"))
    def rejected_rows(self, run: ImportRun) -> str:
        return table(run.rejected)

    @admin.display(description=gettext_lazy("notes"))
    def noted_rows(self, run: ImportRun) -> str:
        return table(run.notes)


def table(rows: Sequence[dict[str, Any]]) -> str:
    """`{row, id, reason}` each, as a table; "None" in words when there are none."""
    if not rows:
        return _("None.")
    lines = format_html_join(
        "",
        "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
        ((row.get("row", ""), row.get("id", ""), row.get("reason", "")) for row in rows[:SHOWN_ROWS]),
    )
    columns = ((_("Row"),), (_("Id in the feed"),), (_("Why"),))
    head = format_html_join("", '<th scope="col">{}</th>', columns)
    made = format_html('<table class="rows"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', head, lines)
    others = len(rows) - SHOWN_ROWS
    if others <= 0:
        return made
    words = ngettext("%(n)d more is not shown here.", "%(n)d more are not shown here.", others) % {
        "n": others
    }
    return format_html("{}<p>{}</p>", made, words)
