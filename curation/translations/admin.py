"""The admin of translation reviews.

A curator records that a native speaker has read a translation. Its page then no longer warns that it is not reviewed.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from directory.guides.parser import guides
from directory.models import TranslationReview

PAGES = ("about", "privacy", "safety", "hotlines")


def reviewable_texts() -> list[tuple[str, str]]:
    """Return the texts that are reviewed one by one: the guides, and the pages on which people must rely."""
    slugs = [f"guides/{slug}" for slug in guides(settings.LANGUAGE_CODE)]
    return [(text, text) for text in (*PAGES, *slugs)]


class TranslationReviewForm(forms.ModelForm):
    """Records the review of one text in one language."""

    language = forms.ChoiceField(label=_("Language"))
    page_path = forms.ChoiceField(label=_("Text"), choices=reviewable_texts)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        translations = [
            (code, name) for code, name in settings.LANGUAGES if code != settings.LANGUAGE_CODE and name
        ]
        self.fields["language"].choices = translations  # type: ignore[attr-defined]


class TranslationReviewAdmin(admin.ModelAdmin):
    """Reviews are added and deleted, not changed. A curator deletes one when its text was rewritten."""

    form = TranslationReviewForm
    fields = ("language", "page_path")
    list_display = ("page_path", "language", "reviewed_by", "reviewed_on")
    list_filter = ("language",)
    list_select_related = ("reviewed_by",)

    def has_change_permission(self, request: HttpRequest, obj: TranslationReview | None = None) -> bool:
        """Return False, because a review is a record that is added or deleted and never edited."""
        return False

    def save_model(self, request: HttpRequest, obj: TranslationReview, form: Any, change: bool) -> None:
        """Store the curator as the reviewer."""
        obj.reviewed_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)


admin.site.register(TranslationReview, TranslationReviewAdmin)
