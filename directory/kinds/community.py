"""Community: sober recreation and fitness, workshops, faith and online communities, rides, food, errands."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import labels, mid_sentence
from directory.kinds.base import Fact, Kind, Section
from directory.kinds.registry import kinds
from directory.models.community import Community
from directory.models.listing import Listing
from directory.search.filters import ChoiceFilter
from directory.vocabulary import CommunityKind


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
