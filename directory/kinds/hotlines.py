"""Hotlines: lines to call, text or chat with."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import mid_sentence
from core.i18n import translated
from directory.kinds.base import Fact, Kind, Section
from directory.kinds.registry import kinds
from directory.models.hotline import Hotline
from directory.models.listing import Listing
from directory.search.filters import GivenFilter


class Hotlines(Kind):
    slug = "hotlines"
    model = Hotline
    name = gettext_lazy("Hotline")
    plural = gettext_lazy("Hotlines")
    line = gettext_lazy("Call, text or chat. No name needed")
    icon = "line"
    support = "hotlines"
    leads = True
    position = 40
    schema_type = "Organization"
    protected = True
    filters = (
        GivenFilter("deaf", gettext_lazy("Says how deaf people reach it"), paths=("hotline__deaf_access",)),
    )
    asks = ("who_answers", "happens", "deaf_access", "main")

    def words(self, listing: Listing) -> list[str]:
        ways = dict.fromkeys(
            mid_sentence(str(channel.get_type_display())) for channel in listing.channels.all()
        )
        return list(ways)

    def sentences(self, listing: Listing) -> list[str]:
        own = self.own(listing)
        who = (
            [_("Answered by: %(who)s.") % {"who": translated(own.who_answers).rstrip(".")}]
            if own.who_answers
            else []
        )
        return [*who, translated(own.deaf_access)] if own.deaf_access else who

    def sections(self, listing: Listing) -> list[Section]:
        own = self.own(listing)
        steps = tuple(Fact(str(number), translated(step)) for number, step in enumerate(own.steps, start=1))
        who = Section(
            _("Who is there"),
            (
                Fact(_("Who answers"), translated(own.who_answers)),
                Fact(_("If you are deaf or hard of hearing"), translated(own.deaf_access)),
            ),
        )
        return [who, Section(_("What happens when you call"), steps)] if steps else [who]


kinds.register(Hotlines())
