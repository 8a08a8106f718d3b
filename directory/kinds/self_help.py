"""Self-help: books, podcasts, apps, online courses."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.kinds.base import Fact, Kind, Section
from directory.kinds.registry import kinds
from directory.listings.availability import At, Moment
from directory.models.listing import Listing
from directory.models.self_help import SelfHelp
from directory.search.filters import ValueFilter
from directory.vocabulary import Medium


class SelfHelpKind(Kind):
    slug = "self-help"
    model = SelfHelp
    name = gettext_lazy("Self-help")
    plural = gettext_lazy("Books, podcasts, apps")
    line = gettext_lazy("To read, hear or do on one's own")
    icon = "book"
    position = 80
    schema_type = "CreativeWork"
    filters = (ValueFilter("medium", gettext_lazy("Medium"), Medium, paths=("selfhelp__medium",)),)
    fragile = ()
    asks = ("medium", "made_by")

    def words(self, listing: Listing) -> list[str]:
        own = self.own(listing)
        return [str(own.get_medium_display()).lower()] if own.medium else []

    def sections(self, listing: Listing) -> list[Section]:
        own = self.own(listing)
        medium = str(own.get_medium_display()) if own.medium else ""
        return [Section(_("What it is"), (Fact(_("Medium"), medium), Fact(_("Made by"), own.made_by)))]

    def moment(self, listing: Listing, at: At) -> Moment:
        return Moment.words_only(_("Any time"), [])


kinds.register(SelfHelpKind())
