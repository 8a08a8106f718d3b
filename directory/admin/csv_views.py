"""CSV files in the admin: download a list, preview a file, and apply its differences.

Nothing is stored between preview and decision: the page carries the differences, compressed and signed. They are
compared with the listings once more before they are written.
"""

import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from reversion.admin import VersionAdmin

from core.request_body_limits import allow_body_size
from directory.admin import csv_io
from directory.listings import services
from directory.listings.publisher_rights import PUBLISHER_PERMISSION
from directory.models import Listing

# Largest request body that an account of the admin may send to the upload page. It is larger than the largest file, so
# that the page can answer with the limit.
MAX_UPLOAD_BYTES = 8 * 1024 * 1024
MAX_SIGNED_LENGTH = 200 * 1024  # characters; with the rest of the form under DATA_UPLOAD_MAX_MEMORY_SIZE
MAX_PREVIEW_AGE = datetime.timedelta(hours=12)
MAX_ROWS_SHOWN = 200


class UploadForm(forms.Form):
    """Asks for a CSV file."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=gettext_lazy("At most 2 MB and 5,000 rows. Listings are found by the column “slug”."),
    )


class CsvAdmin(VersionAdmin):
    """A mixin for the admin of one kind of listing, which has the kind as `kind`."""

    change_list_template = "admin/directory/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Return the URL patterns of the admin, with that of the page on which a CSV file is uploaded."""
        view = self.admin_site.admin_view(self.upload_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_upload"
        return [path("upload/", view, name=name), *super().get_urls()]

    @admin.action(description=gettext_lazy("Download as CSV"), permissions=("view",))
    def download(self, request: HttpRequest, queryset: QuerySet[Listing]) -> HttpResponseBase:
        """Stream the chosen listings as CSV."""
        rows = queryset.select_related("organization").iterator(chunk_size=500)
        filename = f"{self.kind.slug}-{timezone.localdate():%Y-%m-%d}.csv"
        return StreamingHttpResponse(
            csv_io.csv_lines(self.kind, rows),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{filename}"'},
        )

    @allow_body_size(MAX_UPLOAD_BYTES, when=lambda request: admin.site.has_permission(request))
    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Show the differences of an uploaded file, or apply differences that were shown."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method == "POST" and "changes" in request.POST:
            return self.apply_signed_preview(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        preview = self.preview_file(request, form) if request.method == "POST" and form.is_valid() else None
        return self.upload_page(request, form, preview)

    def preview_file(self, request: HttpRequest, form: UploadForm) -> csv_io.CsvPreview | None:
        """Return the differences of a file; None where it cannot be read, with the reason on the form."""
        file = form.cleaned_data["file"]
        try:
            # Read one byte more than is allowed, to notice a file that is too large.
            rows = csv_io.parse_csv(file.read(csv_io.MAX_FILE_BYTES + 1), self.kind)
        except csv_io.UnreadableFile as problem:
            form.add_error("file", str(problem))
            return None
        return self.preview_rows(request, rows)

    def preview_rows(self, request: HttpRequest, rows: list[csv_io.CsvRow]) -> csv_io.CsvPreview:
        """Return the differences between rows and the listings that the curator may change."""
        may_publish = request.user.has_perm(PUBLISHER_PERMISSION)
        return csv_io.preview_changes(rows, self.kind, self.get_queryset(request), may_publish=may_publish)

    def apply_signed_preview(self, request: HttpRequest) -> HttpResponse:
        """Write all differences or none. Where a listing changed in the meantime, show the differences again."""
        try:
            signed = signing.loads(
                request.POST["changes"], salt=self.signature_salt(request), max_age=MAX_PREVIEW_AGE
            )
        except signing.BadSignature:
            messages.error(request, _("This look is too old or not yours. Send the file again."))
            return HttpResponseRedirect(request.path)
        rows = [
            csv_io.CsvRow(
                number, {"slug": slug, **{name: after for name, (_before, after) in changes.items()}}
            )
            for number, slug, changes in signed
        ]
        with transaction.atomic():
            preview = self.preview_rows(request, rows)
            if preview.problems or serializable_preview(preview) != signed:
                messages.warning(
                    request, _("Something changed since you looked. Nothing was written; look again.")
                )
                return self.upload_page(request, UploadForm(), preview)
            number = self.write_differences(request, preview)
        message = ngettext("%(n)d listing changed.", "%(n)d listings changed.", number) % {"n": number}
        messages.success(request, message)
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    def write_differences(self, request: HttpRequest, preview: csv_io.CsvPreview) -> int:
        """Write the differences, and return how many listings changed."""
        cells = {
            difference.slug: {name: pair[1] for name, pair in difference.changes.items()}
            for difference in preview.differences
        }
        may_publish = request.user.has_perm(PUBLISHER_PERMISSION)
        listings = csv_io.find_listings(self.get_queryset(request), list(cells))

        def new_values(listing: Any) -> dict[str, Any]:
            values, _problems = csv_io.validated_values(
                cells[listing.slug], self.kind, listing, may_publish=may_publish
            )
            return values

        return services.bulk_change(
            listings.values(), new_values, by=request.user, comment=_("From a CSV file.")
        )

    def signature_salt(self, request: HttpRequest) -> str:
        """Return the salt of the signature, so that a preview is valid for one curator and one kind only."""
        return f"sheet-{self.kind.slug}-{request.user.pk}"

    def upload_page(
        self, request: HttpRequest, form: UploadForm, preview: csv_io.CsvPreview | None
    ) -> HttpResponse:
        """Return the upload page, with the differences of a file where one was sent."""
        signed = self.signed_preview(request, preview)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Upload CSV"),
            "form": form,
            "columns": csv_io.csv_columns(self.kind),
            "preview": preview,
            "changes": signed if len(signed) <= MAX_SIGNED_LENGTH else "",
            "too_much": len(signed) > MAX_SIGNED_LENGTH,
            "shown": preview.differences[:MAX_ROWS_SHOWN] if preview else [],
            "more": max(0, len(preview.differences) - MAX_ROWS_SHOWN) if preview else 0,
            "problems": preview.problems[:MAX_ROWS_SHOWN] if preview else [],
            "more_problems": max(0, len(preview.problems) - MAX_ROWS_SHOWN) if preview else 0,
        }
        return TemplateResponse(request, "admin/directory/csv_upload.html", context)

    def signed_preview(self, request: HttpRequest, preview: csv_io.CsvPreview | None) -> str:
        """Return the differences compressed and signed; empty where nothing can be applied."""
        if preview is None or preview.problems or not preview.differences:
            return ""
        return signing.dumps(serializable_preview(preview), salt=self.signature_salt(request), compress=True)


def serializable_preview(preview: csv_io.CsvPreview) -> list[Any]:
    """Return the differences as lists and dictionaries, as `json.loads` returns them."""
    return [
        [difference.row, difference.slug, {name: list(pair) for name, pair in difference.changes.items()}]
        for difference in preview.differences
    ]
