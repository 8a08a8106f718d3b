"""Hotlines: lines to call, text or chat with."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.kinds import Fact, Kind, Section, kinds
from directory.languages import translated
from directory.models.listing import Listing


class Hotline(Listing):
    main = models.BooleanField(
        gettext_lazy("the main line of its country"),
        default=False,
        help_text=gettext_lazy("It stands in the strip on every page."),
    )
    who_answers = models.CharField(gettext_lazy("who answers"), max_length=200, blank=True)
    happens = models.TextField(
        gettext_lazy("what happens when you call"), blank=True, help_text=gettext_lazy("One step a line.")
    )

    class Meta:
        verbose_name = gettext_lazy("hotline")
        verbose_name_plural = gettext_lazy("hotlines")

    @property
    def steps(self) -> list[str]:
        return [line.strip() for line in self.happens.splitlines() if line.strip()]


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
    asks = ("who_answers", "happens", "main")

    def words(self, listing: Listing) -> list[str]:
        ways = dict.fromkeys(str(channel.get_type_display()).lower() for channel in listing.channels.all())
        return list(ways)

    def sentences(self, listing: Listing) -> list[str]:
        own = self.own(listing)
        return (
            [_("Answered by: %(who)s.") % {"who": translated(own.who_answers).rstrip(".")}]
            if own.who_answers
            else []
        )

    def sections(self, listing: Listing) -> list[Section]:
        own = self.own(listing)
        steps = tuple(Fact(str(number), translated(step)) for number, step in enumerate(own.steps, start=1))
        who = Section(_("Who is there"), (Fact(_("Who answers"), translated(own.who_answers)),))
        return [who, Section(_("What happens when you call"), steps)] if steps else [who]


kinds.register(Hotlines())
