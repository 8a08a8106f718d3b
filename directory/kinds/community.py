"""Community: sober recreation and fitness, workshops, faith and online communities, rides, food, errands."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.fields import ChoiceSetField, labels, mid_sentence
from directory.kinds import Fact, Kind, Section, kinds
from directory.models.listing import Listing
from directory.search.filters import ChoiceFilter
from directory.vocabulary import CommunityKind


class Community(Listing):
    category = ChoiceSetField(CommunityKind, verbose_name=gettext_lazy("what it is"))
    schedule = models.CharField(gettext_lazy("when it happens"), max_length=200, blank=True)

    class Meta:
        verbose_name = gettext_lazy("community offer")
        verbose_name_plural = gettext_lazy("community")


class CommunityOffers(Kind):
    slug = "community"
    model = Community
    name = gettext_lazy("Community")
    plural = gettext_lazy("Sober life and rides")
    line = gettext_lazy("Company, classes and practical help")
    icon = "out"
    position = 70
    filters = (
        ChoiceFilter("category", gettext_lazy("What it is"), CommunityKind, paths=("community__category",)),
    )
    asks = ("category", "schedule")

    def words(self, listing: Listing) -> list[str]:
        own = self.own(listing)
        return [mid_sentence(word) for word in labels(own, "category")]

    def sentences(self, listing: Listing) -> list[str]:
        own = self.own(listing)
        return [own.schedule + "."] if own.schedule else []

    def sections(self, listing: Listing) -> list[Section]:
        own = self.own(listing)
        what = ", ".join(labels(own, "category"))
        return [Section(_("What it is"), (Fact(_("Kind"), what), Fact(_("When it happens"), own.schedule)))]


kinds.register(CommunityOffers())
