"""Translations that a native speaker has read."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import validate_day


class TranslationReview(models.Model):
    """A native speaker has read this text in this language; while there is no such row, its page says so."""

    language = models.CharField(_("language"), max_length=10)
    text = models.CharField(
        _("text"), max_length=60, help_text=_("The end of its address, such as guides/network or privacy.")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False)
    on = models.DateField(_("read on"), auto_now_add=True, validators=(validate_day,))

    class Meta:
        verbose_name = _("translation that was read")
        verbose_name_plural = _("translations that were read")
        ordering = ("language", "text")
        constraints = (models.UniqueConstraint(fields=("language", "text"), name="translation_is_read_once"),)

    def __str__(self) -> str:
        return f"{self.text} ({self.language})"
