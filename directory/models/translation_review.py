"""The table of pages whose translation a native speaker has reviewed."""
# i18n: admin only

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import validate_day


class TranslationReview(models.Model):
    """A record that a native speaker has read one page in one language.

    A translated page without such a record says that nobody has reviewed it yet.
    """

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
