"""The model of peer programs, in which people with their own experience of recovery support others."""

from django.db import models
from django.utils.translation import gettext_lazy

from core.fields import ChoiceSetField
from directory.models.listing import Listing
from directory.vocabulary import PeerProgramType


class PeerProgram(Listing):
    """A program in which people with their own experience of recovery support others."""

    program_type = ChoiceSetField(PeerProgramType, verbose_name=gettext_lazy("what it offers"))
    certification = models.CharField(gettext_lazy("certification"), max_length=200, blank=True)
    led_by = models.CharField(gettext_lazy("who leads it"), max_length=200, blank=True)
    how_to_join = models.TextField(gettext_lazy("how to join"), blank=True)

    class Meta:
        verbose_name = gettext_lazy("peer program")
        verbose_name_plural = gettext_lazy("peer programs")
