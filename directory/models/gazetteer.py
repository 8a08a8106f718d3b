"""The table of ZIP codes and towns with their coordinates, which a migration fills."""
# i18n: admin only

from django.db import models
from django.utils.translation import gettext_lazy as _


class GazetteerPlace(models.Model):
    """A ZIP code, or a town under one of its spellings.

    Several towns may share a key, and one town may have several keys.
    """

    key = models.CharField(max_length=120, help_text=_("The ZIP, or the name without case and accents."))
    name = models.CharField(_("town"), max_length=120)
    region = models.CharField(_("state or province"), max_length=2, blank=True)
    country = models.CharField(_("country"), max_length=2)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    population = models.PositiveIntegerField(_("people"), default=0)
    zone = models.CharField(_("time zone"), max_length=64)
    is_zip = models.BooleanField(_("is a ZIP"), default=False)

    class Meta:
        verbose_name = _("place in the gazetteer")
        verbose_name_plural = _("places in the gazetteer")
        indexes = (
            models.Index(name="gazetteer_key", fields=("key", "-population")),
            # A visitor's point takes the zone of the nearest place.
            models.Index(name="gazetteer_point", fields=("latitude", "longitude")),
        )

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.name, self.region, self.country)))
