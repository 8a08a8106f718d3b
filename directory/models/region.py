"""The model of regions: each curator may be limited to the listings of some regions."""
# i18n: admin only

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models.place import Place


class Region(models.Model):
    """A part of the map that a group of curators looks after.

    A place lies in it by country, state and postal code.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    country = models.CharField(_("country"), max_length=2, help_text=_("Two letters, such as US."))
    states = models.CharField(
        _("states or provinces"),
        max_length=300,
        blank=True,
        help_text=_("Between commas, such as CA, NV. Empty: all of them."),
    )
    postal_prefixes = models.CharField(
        _("beginnings of postal codes"),
        max_length=500,
        blank=True,
        help_text=_("Between commas, such as 950, 951. Empty: all of them."),
    )

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ("name",)
        constraints = (models.CheckConstraint(name="region_has_a_country", condition=~Q(country="")),)

    def __str__(self) -> str:
        return self.name

    def covers(self, place: Place) -> bool:
        """Return whether the place lies in this region."""
        states, prefixes = split_codes(self.states), split_codes(self.postal_prefixes)
        return (
            place.country.upper() == self.country.upper()
            and (not states or place.region.upper() in states)
            and (not prefixes or place.postal_code.upper().startswith(tuple(prefixes)))
        )


def split_codes(text: str) -> list[str]:
    """Return the codes of a comma-separated text in capital letters."""
    return [part.strip().upper() for part in text.split(",") if part.strip()]
