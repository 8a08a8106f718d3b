"""The model of self-help listings: books, podcasts, apps and courses."""

from django.db import models
from django.utils.translation import gettext_lazy

from directory.models.listing import Listing
from directory.vocabulary import Medium


class SelfHelp(Listing):
    """A book, podcast, app or course that people use on their own."""

    medium = models.CharField(gettext_lazy("medium"), max_length=10, choices=Medium, blank=True)
    made_by = models.CharField(gettext_lazy("who made it"), max_length=200, blank=True)

    class Meta:
        verbose_name = gettext_lazy("self-help")
        verbose_name_plural = gettext_lazy("self-help")
