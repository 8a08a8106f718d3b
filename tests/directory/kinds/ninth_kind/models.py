from django.db import models

from core.fields import ChoiceSetField
from directory.models import Listing
from directory.vocabulary import YesNo


class Topic(models.TextChoices):
    HOUSING = "housing", "Housing"
    CUSTODY = "custody", "Custody"
    RECORDS = "records", "Clearing a record"


class Fee(models.TextChoices):
    NONE = "none", "No fee"
    SLIDING = "sliding", "Sliding fee"


class LegalClinic(Listing):
    topics = ChoiceSetField(Topic, verbose_name="topics")
    fee = models.CharField("fee", max_length=10, choices=Fee, blank=True)
    walk_ins = models.CharField("walk-ins", max_length=7, choices=YesNo, blank=True)
    walk_ins_on = models.DateField("walk-ins as of", null=True, blank=True)
    what_to_bring = models.CharField("what to bring", max_length=200, blank=True)

    class Meta:
        verbose_name = "legal clinic"
        verbose_name_plural = "legal clinics"


class Court(models.Model):
    """A court whose cases a clinic takes: rows of a table of their own, which the search index reads."""

    class County(models.TextChoices):
        NORTH = "north", "North County"
        SOUTH = "south", "South County"

    clinic = models.ForeignKey(LegalClinic, on_delete=models.CASCADE, related_name="courts")
    county = models.CharField("county", max_length=10, choices=County)

    def __str__(self) -> str:
        return self.county
