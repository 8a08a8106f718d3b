"""Declare the kind "peer programs": recovery coaches, peer specialists, community centers, sponsors and mentors."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import lower_first_word, set_labels
from directory.kinds.base import Kind, PageFact, PageSection
from directory.kinds.registry import kinds
from directory.models.listing import Listing
from directory.models.peer_program import PeerProgram
from directory.search.filters import ChoiceFilter
from directory.vocabulary import PeerProgramType


class PeerPrograms(Kind):
    """Recovery coaches, peer specialists, recovery community centers, sponsors and mentors."""

    slug = "peer-programs"
    model = PeerProgram
    name = gettext_lazy("Peer program")
    plural = gettext_lazy("Peer programs")
    tagline = gettext_lazy("Coaches, mentors and places to drop in")
    icon = "peer"
    support_type = "peers"
    is_primary = True
    order = 30
    filters = (
        ChoiceFilter(
            "peer", gettext_lazy("What it offers"), PeerProgramType, paths=("peerprogram__program_type",)
        ),
    )
    finder_fields = ("program_type",)
    phone_check_fields = ("program_type", "how_to_join", "led_by", "certification")

    def card_labels(self, listing: Listing) -> list[str]:
        """Return the first type of program, and how one takes part."""
        own = self.own_row(listing)
        return [lower_first_word(word) for word in set_labels(own, "program_type")[:1]] + super().card_labels(
            listing
        )

    def sentences(self, listing: Listing) -> list[str]:
        """Return the sentence about who leads the program."""
        own = self.own_row(listing)
        return [_("Led by %(who)s.") % {"who": own.led_by}] if own.led_by else []

    def sections(self, listing: Listing) -> list[PageSection]:
        """Return the section about the program: what it offers, how to join, who leads it and its certification."""
        own = self.own_row(listing)
        return [
            PageSection(
                _("Joining"),
                (
                    PageFact(_("What it offers"), ", ".join(set_labels(own, "program_type"))),
                    PageFact(_("How to join"), own.how_to_join),
                    PageFact(_("Who leads it"), own.led_by),
                    PageFact(_("Certification"), own.certification),
                ),
            )
        ]


kinds.register(PeerPrograms())
