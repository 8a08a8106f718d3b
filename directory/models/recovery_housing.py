"""The model of houses in which people live together in recovery."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from core.fields import validate_day
from directory.models.listing import Listing
from directory.vocabulary import HouseLevel, YesNo


class RecoveryHousing(Listing):
    """A house in which people live together in recovery."""

    level = models.CharField(gettext_lazy("level"), max_length=1, choices=HouseLevel, blank=True)
    rules = models.TextField(gettext_lazy("house rules"), blank=True)
    medication_friendly = models.CharField(
        gettext_lazy("welcomes people on medication"),
        max_length=3,
        choices=YesNo,
        default=YesNo.UNKNOWN,
        blank=True,
    )
    beds = models.PositiveSmallIntegerField(gettext_lazy("free beds"), null=True, blank=True)
    beds_on = models.DateField(gettext_lazy("as of"), null=True, blank=True, validators=(validate_day,))
    price = models.CharField(gettext_lazy("price"), max_length=120, blank=True)

    class Meta:
        verbose_name = gettext_lazy("recovery house")
        verbose_name_plural = gettext_lazy("recovery housing")
        constraints = (
            models.CheckConstraint(
                name="house_beds_are_dated",
                condition=Q(beds__isnull=True) | Q(beds_on__isnull=False),
                violation_error_message=gettext_lazy("Say on which day this many beds were free."),
            ),
        )
