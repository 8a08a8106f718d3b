"""Declare the kind "self-help": books, podcasts, apps and online courses."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.kinds.base import Kind, PageFact, PageSection
from directory.kinds.registry import kinds
from directory.listings.availability import AskedAt, Availability
from directory.models.listing import Listing
from directory.models.self_help import SelfHelp
from directory.search.filters import ValueFilter
from directory.vocabulary import Medium


class SelfHelpKind(Kind):
    """Books, podcasts, apps and online courses."""

    slug = "self-help"
    model = SelfHelp
    name = gettext_lazy("Self-help")
    plural = gettext_lazy("Books, podcasts, apps")
    tagline = gettext_lazy("To read, hear or do on one's own")
    icon = "book"
    order = 80
    schema_type = "CreativeWork"
    filters = (ValueFilter("medium", gettext_lazy("Medium"), Medium, paths=("selfhelp__medium",)),)
    perishable_facts = ()
    phone_check_fields = ("medium", "made_by")

    def card_labels(self, listing: Listing) -> list[str]:
        """Return the medium, such as "book", as the only label of the card; none where it is unknown."""
        own = self.own_row(listing)
        return [str(own.get_medium_display()).lower()] if own.medium else []

    def sections(self, listing: Listing) -> list[PageSection]:
        """Return the medium and who made it."""
        own = self.own_row(listing)
        medium = str(own.get_medium_display()) if own.medium else ""
        return [
            PageSection(_("What it is"), (PageFact(_("Medium"), medium), PageFact(_("Made by"), own.made_by)))
        ]

    def availability(self, listing: Listing, at: AskedAt) -> Availability:
        """Return the availability "any time", since a book or an app needs no appointment."""
        return Availability.text_only(_("Any time"), [])


kinds.register(SelfHelpKind())
