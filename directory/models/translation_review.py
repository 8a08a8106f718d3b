"""Translations that a native speaker has read."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import validate_day


class TranslationReview(models.Model):
    """A native speaker has read this text in this language; while there is no such row, its page says so."""

    language = models.CharField(_("language"), max_length=10)
    page_path = models.CharField(
        _("text"), max_length=60, help_text=_("The end of its address, such as guides/network or privacy.")
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False
    )
    reviewed_on = models.DateField(_("read on"), auto_now_add=True, validators=(validate_day,))

    class Meta:
        verbose_name = _("translation that was read")
        verbose_name_plural = _("translations that were read")
        ordering = ("language", "page_path")
        constraints = (
            models.UniqueConstraint(fields=("language", "page_path"), name="translation_is_read_once"),
        )

    def __str__(self) -> str:
        return f"{self.page_path} ({self.language})"
