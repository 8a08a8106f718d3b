"""The model of community listings, such as sports, classes, rides and jobs."""

from django.db import models
from django.utils.translation import gettext_lazy

from core.fields import ChoiceSetField
from directory.models.listing import Listing
from directory.vocabulary import CommunityCategory


class Community(Listing):
    """Company and practical help for daily life: sports, classes, rides, jobs and so on."""

    category = ChoiceSetField(CommunityCategory, verbose_name=gettext_lazy("what it is"))
    schedule = models.CharField(gettext_lazy("when it happens"), max_length=200, blank=True)

    class Meta:
        verbose_name = gettext_lazy("community offer")
        verbose_name_plural = gettext_lazy("community")
