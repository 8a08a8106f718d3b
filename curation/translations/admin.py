"""Translations on the desk: a curator notes that a native speaker has read one, and its page no longer warns."""

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
    """What has a note of its own: each guide, and the pages that people must be able to rely on."""
    slugs = [f"guides/{slug}" for slug in guides(settings.LANGUAGE_CODE)]
    return [(text, text) for text in (*PAGES, *slugs)]


class TranslationReviewForm(forms.ModelForm):
    language = forms.ChoiceField(label=_("Language"))
    page_path = forms.ChoiceField(label=_("Text"), choices=reviewable_texts)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        others = [pair for pair in settings.LANGUAGES if pair[0] != settings.LANGUAGE_CODE and pair[1]]
        self.fields["language"].choices = others  # type: ignore[attr-defined]


class TranslationReviewAdmin(admin.ModelAdmin):
    """Nothing is changed afterwards: when the text was rewritten, the row is taken out and the warning is back."""

    form = TranslationReviewForm
    fields = ("language", "page_path")
    list_display = ("page_path", "language", "reviewed_by", "reviewed_on")
    list_filter = ("language",)
    list_select_related = ("reviewed_by",)

    def has_change_permission(self, request: HttpRequest, obj: TranslationReview | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: TranslationReview, form: Any, change: bool) -> None:
        obj.reviewed_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)


admin.site.register(TranslationReview, TranslationReviewAdmin)
