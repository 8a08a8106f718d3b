"""Declare the kind "hotlines": crisis and support lines to call, text or chat with."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import lower_first_word
from core.i18n import translate_fact
from directory.kinds.base import Kind, PageFact, PageSection, opening_hours_fact
from directory.kinds.registry import kinds
from directory.models.hotline import Hotline
from directory.models.listing import Listing
from directory.search.filters import GivenFilter


class Hotlines(Kind):
    """Lines to call, text or chat with."""

    slug = "hotlines"
    model = Hotline
    name = gettext_lazy("Hotline")
    plural = gettext_lazy("Hotlines")
    tagline = gettext_lazy("Call, text or chat. No name needed")
    icon = "line"
    support_type = "hotlines"
    is_primary = True
    order = 40
    schema_type = "Organization"
    protected = True
    auto_merge = False
    is_crisis_line = True
    main_field = "is_main"
    search_text_fields = ("deaf_access",)
    due_days = 90
    perishable_facts = (opening_hours_fact(90),)
    filters = (
        GivenFilter("deaf", gettext_lazy("Says how deaf people reach it"), paths=("hotline__deaf_access",)),
    )
    phone_check_fields = ("who_answers", "what_to_expect", "deaf_access", "is_main")

    @property
    def page_url(self) -> str:
        """The address of the page of all lines, which shows them by country."""
        return reverse("hotlines")

    def card_labels(self, listing: Listing) -> list[str]:
        """Return the ways to reach the line, each once."""
        ways = dict.fromkeys(
            lower_first_word(str(channel.get_type_display())) for channel in listing.channels.all()
        )
        return list(ways)

    def sentences(self, listing: Listing) -> list[str]:
        """Return the sentences about who answers and about how a deaf person reaches the line."""
        own = self.own_row(listing)
        who = (
            [_("Answered by: %(who)s.") % {"who": translate_fact(own.who_answers).rstrip(".")}]
            if own.who_answers
            else []
        )
        return [*who, translate_fact(own.deaf_access)] if own.deaf_access else who

    def sections(self, listing: Listing) -> list[PageSection]:
        """Return the section about who answers and what happens during a call, step by step."""
        own = self.own_row(listing)
        steps = tuple(
            PageFact(str(number), translate_fact(step)) for number, step in enumerate(own.steps, start=1)
        )
        who = PageSection(
            _("Who is there"),
            (
                PageFact(_("Who answers"), translate_fact(own.who_answers)),
                PageFact(_("If you are deaf or hard of hearing"), translate_fact(own.deaf_access)),
            ),
        )
        return [who, PageSection(_("What happens when you call"), steps)] if steps else [who]


kinds.register(Hotlines())
