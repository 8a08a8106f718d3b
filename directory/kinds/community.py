"""Declare the kind "community": recreation, workshops, faith and online communities, rides, food and other help."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import lower_first_word, set_labels
from directory.kinds.base import Kind, PageFact, PageSection
from directory.kinds.registry import kinds
from directory.models.community import Community
from directory.models.listing import Listing
from directory.search.filters import ChoiceFilter
from directory.vocabulary import CommunityCategory


class CommunityOffers(Kind):
    """Sober recreation, classes, faith and online communities, and practical help."""

    slug = "community"
    model = Community
    name = gettext_lazy("Community")
    plural = gettext_lazy("Sober life and rides")
    tagline = gettext_lazy("Company, classes and practical help")
    icon = "out"
    order = 70
    filters = (
        ChoiceFilter(
            "category", gettext_lazy("What it is"), CommunityCategory, paths=("community__category",)
        ),
    )
    finder_fields = ("category",)
    phone_check_fields = ("category", "schedule")

    def card_labels(self, listing: Listing) -> list[str]:
        """Return the categories of the offer."""
        own = self.own_row(listing)
        return [lower_first_word(word) for word in set_labels(own, "category")]

    def sentences(self, listing: Listing) -> list[str]:
        """Return the sentence about when it takes place."""
        own = self.own_row(listing)
        return [own.schedule + "."] if own.schedule else []

    def sections(self, listing: Listing) -> list[PageSection]:
        """Return the categories and when it happens."""
        own = self.own_row(listing)
        what = ", ".join(set_labels(own, "category"))
        return [
            PageSection(
                _("What it is"), (PageFact(_("Kind"), what), PageFact(_("When it happens"), own.schedule))
            )
        ]


kinds.register(CommunityOffers())
