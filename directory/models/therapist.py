"""The model of therapists and counselors."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from core.fields import ChoiceSetField, validate_day
from directory.models.listing import Listing
from directory.vocabulary import Approach, Credential, Offer, YesNo


class Therapist(Listing):
    """A therapist or counselor."""

    credentials = ChoiceSetField(Credential, verbose_name=gettext_lazy("credentials"))
    license_number = models.CharField(gettext_lazy("license number"), max_length=60, blank=True)
    license_region = models.CharField(gettext_lazy("state of the license"), max_length=60, blank=True)
    approaches = ChoiceSetField(Approach, verbose_name=gettext_lazy("approaches"))
    offers = ChoiceSetField(Offer, verbose_name=gettext_lazy("works with people"))
    accepting = models.CharField(
        gettext_lazy("accepting new clients"),
        max_length=3,
        choices=YesNo,
        default=YesNo.UNKNOWN,
        blank=True,
    )
    accepting_on = models.DateField(gettext_lazy("as of"), null=True, blank=True, validators=(validate_day,))
    price_low = models.PositiveIntegerField(gettext_lazy("price of a session, from"), null=True, blank=True)
    price_high = models.PositiveIntegerField(gettext_lazy("to"), null=True, blank=True)
    insurance = models.CharField(gettext_lazy("insurance taken"), max_length=255, blank=True)

    class Meta:
        verbose_name = gettext_lazy("therapist")
        verbose_name_plural = gettext_lazy("therapists")
        constraints = (
            models.CheckConstraint(
                name="therapist_accepting_is_dated",
                condition=Q(accepting="") | Q(accepting_on__isnull=False),
                violation_error_message=gettext_lazy("Say on which day this was true."),
            ),
            models.CheckConstraint(
                name="therapist_price_rises",
                condition=Q(price_low__isnull=True)
                | Q(price_high__isnull=True)
                | Q(price_high__gte=models.F("price_low")),
                violation_error_message=gettext_lazy("The second price should not be lower than the first."),
            ),
        )

    @property
    def price(self) -> str:
        """Return the price of a session in US dollars, such as "$80–120", or "" where it is not known."""
        if self.price_low is None:
            return ""
        if self.price_high in (None, self.price_low):
            return f"${self.price_low}"
        return f"${self.price_low}–{self.price_high}"
