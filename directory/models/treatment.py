"""The model of treatment programs and clinics."""

from django.utils.translation import gettext_lazy

from core.fields import ChoiceSetField
from directory.models.listing import Listing
from directory.vocabulary import Age, Care, Medication


class Treatment(Listing):
    """A treatment program or clinic."""

    care = ChoiceSetField(Care, verbose_name=gettext_lazy("level of care"))
    medications = ChoiceSetField(Medication, verbose_name=gettext_lazy("medications"))
    ages = ChoiceSetField(Age, verbose_name=gettext_lazy("age groups"))

    class Meta:
        verbose_name = gettext_lazy("treatment")
        verbose_name_plural = gettext_lazy("treatment")
