"""The admin of synonyms and of searches without a result."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.listings.availability import AskedAt
from directory.models import SynonymEntry, ZeroResultQuery
from directory.models.synonym import non_blank_lines
from directory.search import engine
from directory.search.filter_registry import are_known_options
from directory.search.query import SearchQuery
from directory.search.zero_result_queries import MIN_COUNT_SHOWN


class SynonymEntryForm(forms.ModelForm):
    """The form of a synonym."""

    def clean_meanings(self) -> str:
        """Refuse an option that no filter has."""
        meanings: str = self.cleaned_data["meanings"]
        if unknown := [line for line in non_blank_lines(meanings) if not are_known_options(line)]:
            raise ValidationError(_("There is no such option: %(what)s") % {"what": ", ".join(unknown)})
        return meanings


class SynonymEntryAdmin(admin.ModelAdmin):
    """The admin of synonyms: what people type, and what it means for the search."""

    form = SynonymEntryForm
    fields = ("language", "phrases", "meanings", "crisis", "active", "note")
    list_display = ("__str__", "others", "meaning", "finds", "language", "crisis", "active", "origin")
    list_filter = ("language", "active", "crisis")
    search_fields = ("phrases", "meanings")
    search_help_text = gettext_lazy("What people say, or what it means")
    list_per_page = 50

    def has_delete_permission(self, request: HttpRequest, obj: SynonymEntry | None = None) -> bool:
        """Return False for a synonym that ships with the site, because the next version would add it again."""
        added_here = obj is None or not obj.ref
        return added_here and super().has_delete_permission(request, obj)

    @admin.display(description=gettext_lazy("also"))
    def others(self, row: SynonymEntry) -> str:
        """Return the first of the further phrases."""
        return ", ".join(row.phrase_list[1:6]) + ("…" if len(row.phrase_list) > 6 else "")

    @admin.display(description=gettext_lazy("means"))
    def meaning(self, row: SynonymEntry) -> str:
        """Return the meanings of the synonym for the column of the list."""
        return ", ".join(row.meaning_list)

    @admin.display(description=gettext_lazy("finds today"))
    def finds(self, row: SynonymEntry) -> str:
        """Return how many listings a search for the first phrase finds, as a link to that search.

        An inactive synonym gives "switched off" instead.
        """
        if not row.active:
            return _("switched off")
        phrase = str(row)
        (total,) = engine.count_totals([(SearchQuery(q=phrase), None, AskedAt.now_in_zone())])
        return format_html('<a href="{}?{}">{}</a>', reverse("find"), urlencode({"q": phrase}), total)

    @admin.display(description=gettext_lazy("from"))
    def origin(self, row: SynonymEntry) -> str:
        """Return whether the synonym came with the site and whether it was changed here."""
        if not row.ref:
            return _("added here")
        changed = any(getattr(row, name) != value for name, value in row.shipped.items())
        return _("changed here") if changed else _("came with the site")


class ZeroResultQueryAdmin(admin.ModelAdmin):
    """The admin of searches without a result. It is read-only."""

    list_display = ("text", "count", "week", "answer")
    list_filter = ("week",)
    list_display_links = None
    search_fields = ("text",)
    search_help_text = gettext_lazy("Words")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ZeroResultQuery]:
        """Return the searches that came often enough to identify nobody."""
        return super().get_queryset(request).filter(count__gte=MIN_COUNT_SHOWN)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False, because the search itself counts what visitors typed."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False, because a count of what visitors typed is not edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False, because the search itself deletes old counts."""
        return False

    @admin.display(description=gettext_lazy("what to do"))
    def answer(self, row: ZeroResultQuery) -> str:
        """Return a link to a new synonym with these words."""
        url = reverse("admin:directory_synonymentry_add")
        return format_html(
            '<a href="{}?{}">{}</a>', url, urlencode({"phrases": row.text}), _("Say what it means")
        )
