"""Peer programs: recovery coaches, certified peer specialists, recovery community centers, sponsors, mentors."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import labels, mid_sentence
from directory.kinds.base import Fact, Kind, Section
from directory.kinds.registry import kinds
from directory.models.listing import Listing
from directory.models.peer_program import PeerProgram
from directory.search.filters import ChoiceFilter
from directory.vocabulary import PeerKind


class PeerPrograms(Kind):
    slug = "peer-programs"
    model = PeerProgram
    name = gettext_lazy("Peer program")
    plural = gettext_lazy("Peer programs")
    line = gettext_lazy("Coaches, mentors and places to drop in")
    icon = "peer"
    support = "peers"
    leads = True
    position = 30
    filters = (ChoiceFilter("peer", gettext_lazy("What it offers"), PeerKind, paths=("peerprogram__what",)),)
    asks = ("what", "how_to_join", "led_by", "certification")

    def words(self, listing: Listing) -> list[str]:
        own = self.own(listing)
        return [mid_sentence(word) for word in labels(own, "what")[:1]] + super().words(listing)

    def sentences(self, listing: Listing) -> list[str]:
        own = self.own(listing)
        return [_("Led by %(who)s.") % {"who": own.led_by}] if own.led_by else []

    def sections(self, listing: Listing) -> list[Section]:
        own = self.own(listing)
        return [
            Section(
                _("Joining"),
                (
                    Fact(_("What it offers"), ", ".join(labels(own, "what"))),
                    Fact(_("How to join"), own.how_to_join),
                    Fact(_("Who leads it"), own.led_by),
                    Fact(_("Certification"), own.certification),
                ),
            )
        ]


kinds.register(PeerPrograms())
