"""The models of the organization that runs a listing and of the place where it is."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.fields import validate_zone

# A private point is rounded to two decimals of a degree (about a kilometre) before a distance to it is worked out.
# Exact distances from a few points would reveal the address.
PRIVATE_POINT_DECIMALS = 2


class Organization(models.Model):
    """An organization that runs one or more listings."""

    name = models.CharField(_("name"), max_length=255)
    website = models.URLField(_("website"), blank=True, max_length=500)
    source = models.SlugField(_("source"), blank=True, max_length=80, editable=False)

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ("name",)
        # The index for the suggestions in the search box.
        indexes = (models.Index(Lower("name"), name="organization_lower_name"),)
        constraints = (models.CheckConstraint(name="organization_has_a_name", condition=~Q(name="")),)

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """A place that people can go to.

    The public page of a place with a private address shows only `area` and the town.
    """

    name = models.CharField(_("building or venue"), max_length=255, blank=True)
    street = models.CharField(_("street and number"), max_length=255, blank=True)
    area = models.CharField(
        _("part of town"),
        max_length=120,
        blank=True,
        help_text=_("What people call it; shown when the address is private."),
    )
    city = models.CharField(_("town or city"), max_length=120, blank=True)
    region = models.CharField(_("state or province"), max_length=60, blank=True)
    postal_code = models.CharField(_("ZIP or postal code"), max_length=20, blank=True)
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("Two letters, such as US.")
    )
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=(MinValueValidator(-90), MaxValueValidator(90))
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=(MinValueValidator(-180), MaxValueValidator(180))
    )
    approximate = models.BooleanField(
        _("the point is only roughly right"), default=False, help_text=_("No directions are offered then.")
    )
    zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=(validate_zone,),
        help_text=_("Such as America/Los_Angeles."),
    )
    private = models.BooleanField(
        _("the address is private"),
        default=False,
        help_text=_("Only the part of town and the town are shown."),
    )
    notes = models.TextField(_("finding the door"), blank=True)
    source = models.SlugField(_("source"), blank=True, max_length=80, editable=False)
    source_ref = models.CharField(max_length=120, blank=True, editable=False)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ("city", "name", "street")
        indexes = (
            models.Index(name="place_point", fields=("latitude", "longitude")),
            # Indexes for the venues and parts of town that people name when they search near a place.
            models.Index(Lower("name"), name="place_lower_name"),
            models.Index(Lower("area"), name="place_lower_area"),
            models.Index(Lower("city"), name="place_lower_city"),
        )
        constraints = (
            models.CheckConstraint(
                name="place_point_is_whole",
                # A check constraint passes on NULL, so the condition has to ask for NULL by name.
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
            ),
            models.CheckConstraint(
                name="place_says_where",
                condition=~Q(name="")
                | ~Q(street="")
                | ~Q(area="")
                | ~Q(city="")
                | ~Q(region="")
                | ~Q(country=""),
            ),
            models.UniqueConstraint(
                name="place_once_per_source", fields=("source", "source_ref"), condition=~Q(source_ref="")
            ),
        )

    def __str__(self) -> str:
        return (
            ", ".join(filter(None, (self.name, self.street, self.area, self.city, self.region)))
            or self.country
        )

    @property
    def public_parts(self) -> list[str]:
        """Return the public parts of the address, most exact first."""
        if self.private:
            return list(filter(None, (self.area, self.city, self.region)))
        # Some feeds repeat the address in the name of a building that has no name.
        name = "" if self.street and self.name.startswith(self.street) else self.name
        return list(filter(None, (name, self.street, self.city)))

    @property
    def town_parts(self) -> list[str]:
        """Return town and state, for what does not take place at the address."""
        return list(filter(None, (self.city, self.region)))

    @property
    def public_point(self) -> tuple[float, float] | None:
        """Return latitude and longitude for directions, or None for a private, rough or unknown point."""
        if self.private or self.approximate or self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude

    @property
    def distance_point(self) -> tuple[float, float] | None:
        """Return latitude and longitude for working out distances, rounded for a private place; None if unknown."""
        if self.latitude is None or self.longitude is None:
            return None
        if self.private:
            return round(self.latitude, PRIVATE_POINT_DECIMALS), round(self.longitude, PRIVATE_POINT_DECIMALS)
        return self.latitude, self.longitude
