"""Declare the kind "therapists": licensed people who offer therapy or counseling."""

import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.fields import lower_first_word, set_labels
from directory.kinds.base import Kind, PageFact, PageSection, PerishableFact, opening_hours_fact
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.listings.availability import AskedAt, Availability
from directory.models.listing import Listing
from directory.models.therapist import Therapist
from directory.search.filters import ChoiceFilter, DatedYesNoFilter
from directory.vocabulary import Approach, Credential, Offer, YesNo


def earliest_reliable_day(today: datetime.date) -> datetime.date:
    """Return the earliest day of an answer about new clients that may still be relied on."""
    return freshness.oldest_reliable_day("accepting", "therapists", today)


class Therapists(Kind):
    """Licensed people: counselors, psychologists, social workers, therapists, psychiatrists."""

    slug = "therapists"
    model = Therapist
    name = gettext_lazy("Therapist")
    plural = gettext_lazy("Therapists")
    tagline = gettext_lazy("A trained person to talk with, one to one")
    icon = "chairs"
    support_type = "therapy"
    is_primary = True
    order = 20
    counts_as_open = False
    # Who takes new people comes first, who is full for now last; an old answer counts as none.
    soonest_by = "accepting"
    schema_type = "MedicalBusiness"
    schema_has_hours = True
    filters = (
        DatedYesNoFilter(
            "accepting",
            gettext_lazy("Accepting new clients"),
            paths=("therapist__accepting", "therapist__accepting_on"),
            collapsed=False,
            fact="accepting",
            kind="therapists",
        ),
        ChoiceFilter("approach", gettext_lazy("Approach"), Approach, paths=("therapist__approaches",)),
        ChoiceFilter(
            "credential", gettext_lazy("Credentials"), Credential, paths=("therapist__credentials",)
        ),
        ChoiceFilter("offers", gettext_lazy("Alone or with others"), Offer, paths=("therapist__offers",)),
    )
    primary_filter = "accepting"
    phone_check_fields = (
        "accepting",
        "accepting_on",
        "credentials",
        "approaches",
        "price_low",
        "price_high",
        "insurance",
    )
    perishable_facts = (
        PerishableFact("accepting", gettext_lazy("accepting new clients"), 60, day_field="accepting_on"),
        opening_hours_fact(),
    )
    finder_fields = ("credentials", "approaches")
    extra_fields = ("offers", "license_number", "license_region")

    def card_labels(self, listing: Listing) -> list[str]:
        """Return the first credential, and how one takes part."""
        own = self.own_row(listing)
        credentials = [lower_first_word(label) for label in set_labels(own, "credentials")[:1]]
        return [*credentials, *super().card_labels(listing)]

    def sentences(self, listing: Listing) -> list[str]:
        """Return the price of a session and two approaches."""
        own = self.own_row(listing)
        approaches = set_labels(own, "approaches")[:2]
        price = [_("%(price)s a session.") % {"price": own.price}] if own.price else []
        return [*price, *([", ".join(approaches) + "."] if approaches else [])]

    def sections(self, listing: Listing) -> list[PageSection]:
        """Return all facts about working together."""
        own = self.own_row(listing)
        license_words = " ".join(filter(None, (own.license_number, own.license_region)))
        return [
            PageSection(
                _("Working together"),
                (
                    PageFact(_("Accepting new clients"), accepting_words(own)),
                    PageFact(_("Credentials"), ", ".join(set_labels(own, "credentials"))),
                    PageFact(_("License"), license_words),
                    PageFact(_("Approaches"), ", ".join(set_labels(own, "approaches"))),
                    PageFact(_("Sessions"), ", ".join(set_labels(own, "offers"))),
                    PageFact(_("Price of a session"), own.price),
                    PageFact(_("Insurance"), own.insurance),
                ),
            )
        ]

    def tile_condition(self, today: datetime.date) -> Q:
        """Return the condition on therapists who are known to accept new clients."""
        return Q(therapist__accepting=YesNo.YES, therapist__accepting_on__gte=earliest_reliable_day(today))

    def fallback_text(self, total: int) -> str:
        """Return the text of the home page that says how many therapists accept new clients."""
        return ngettext("%(n)d taking new people", "%(n)d taking new people", total) % {"n": total}

    def availability(self, listing: Listing, at: AskedAt) -> Availability:
        """Return whether the therapist accepts new clients, with the day of that answer.

        An answer that is unknown or too old gives "by arrangement".
        """
        own = self.own_row(listing)
        if own.accepting == YesNo.UNKNOWN or own.accepting_on is None:
            return Availability.text_only(_("By arrangement"), [])
        takes, day = own.accepting == YesNo.YES, freshness.day_text(own.accepting_on, at.today)
        if own.accepting_on < earliest_reliable_day(at.today):
            return Availability.text_only(
                _("By arrangement"), [(was_accepting_text if takes else was_full_text)(day)]
            )
        answer = _("Taking new people") if takes else _("Full for now")
        return Availability.text_only(answer, [_("as of %(day)s") % {"day": day}])


def was_accepting_text(day: str) -> str:
    """Return the text for a therapist who accepted new clients on `day`, which is too long ago to rely on."""
    return _("was taking new people on %(day)s") % {"day": day}


def was_full_text(day: str) -> str:
    """Return the words for a no that is too old to be relied on."""
    return _("was full on %(day)s") % {"day": day}


def accepting_words(own: Therapist) -> str:
    """Return whether new clients are accepted and since when; empty where it is unknown."""
    if own.accepting == YesNo.UNKNOWN or own.accepting_on is None:
        return ""
    takes, day = own.accepting == YesNo.YES, date_format(own.accepting_on, "DATE_FORMAT")
    if own.accepting_on < earliest_reliable_day(timezone.localdate()):
        return capfirst((was_accepting_text if takes else was_full_text)(day))
    answer = _("Yes") if takes else _("Not at the moment")
    return _("%(answer)s, as of %(day)s") % {"answer": answer, "day": day}


kinds.register(Therapists())
