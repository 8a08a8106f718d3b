"""Peer programs: recovery coaches, certified peer specialists, recovery community centers, sponsors, mentors."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.fields import ChoiceSetField, labels, mid_sentence
from directory.kinds import Fact, Kind, Section, kinds
from directory.models.listing import Listing
from directory.search.filters import ChoiceFilter
from directory.vocabulary import PeerKind


class PeerProgram(Listing):
    what = ChoiceSetField(PeerKind, verbose_name=gettext_lazy("what it offers"))
    certification = models.CharField(gettext_lazy("certification"), max_length=200, blank=True)
    led_by = models.CharField(gettext_lazy("who leads it"), max_length=200, blank=True)
    how_to_join = models.TextField(gettext_lazy("how to join"), blank=True)

    class Meta:
        verbose_name = gettext_lazy("peer program")
        verbose_name_plural = gettext_lazy("peer programs")


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
