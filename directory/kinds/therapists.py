"""Therapists: licensed people."""

import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.fields import labels, mid_sentence
from directory.kinds.base import Fact, Kind, Section
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.listings.availability import At, Moment
from directory.models.listing import Listing
from directory.models.therapist import Therapist
from directory.search.filters import ChoiceFilter, DatedAnswerFilter
from directory.vocabulary import Answer, Approach, Credential, Offer


def taken_since(today: datetime.date) -> datetime.date:
    """The earliest day of an answer on new clients that may still be relied on."""
    return freshness.oldest_day("accepting", "therapists", today)


class Therapists(Kind):
    slug = "therapists"
    model = Therapist
    name = gettext_lazy("Therapist")
    plural = gettext_lazy("Therapists")
    line = gettext_lazy("A trained person to talk with, one to one")
    icon = "chairs"
    support = "therapy"
    leads = True
    position = 20
    by_the_clock = False
    # Who takes new people comes first, who is full for now last; an old answer counts as none.
    soonest = "accepting"
    schema_type = "MedicalBusiness"
    filters = (
        DatedAnswerFilter(
            "accepting",
            gettext_lazy("Accepting new clients"),
            paths=("therapist__accepting", "therapist__accepting_on"),
            folded=False,
            fact="accepting",
            kind="therapists",
        ),
        ChoiceFilter("approach", gettext_lazy("Approach"), Approach, paths=("therapist__approaches",)),
        ChoiceFilter(
            "credential", gettext_lazy("Credentials"), Credential, paths=("therapist__credentials",)
        ),
        ChoiceFilter("offers", gettext_lazy("Alone or with others"), Offer, paths=("therapist__offers",)),
    )
    narrows = "accepting"
    asks = ("accepting", "accepting_on", "credentials", "approaches", "price_low", "price_high", "insurance")
    fragile = ("accepting", "hours")
    more = ("offers", "license_number", "license_region")

    def words(self, listing: Listing) -> list[str]:
        own = self.own(listing)
        credentials = [mid_sentence(label) for label in labels(own, "credentials")[:1]]
        return [*credentials, *super().words(listing)]

    def sentences(self, listing: Listing) -> list[str]:
        own = self.own(listing)
        approaches = labels(own, "approaches")[:2]
        price = [_("%(price)s a session.") % {"price": own.price}] if own.price else []
        return [*price, *([", ".join(approaches) + "."] if approaches else [])]

    def sections(self, listing: Listing) -> list[Section]:
        own = self.own(listing)
        license_words = " ".join(filter(None, (own.license_number, own.license_region)))
        return [
            Section(
                _("Working together"),
                (
                    Fact(_("Accepting new clients"), accepting_words(own)),
                    Fact(_("Credentials"), ", ".join(labels(own, "credentials"))),
                    Fact(_("License"), license_words),
                    Fact(_("Approaches"), ", ".join(labels(own, "approaches"))),
                    Fact(_("Sessions"), ", ".join(labels(own, "offers"))),
                    Fact(_("Price of a session"), own.price),
                    Fact(_("Insurance"), own.insurance),
                ),
            )
        ]

    def counted_on_tile(self, today: datetime.date) -> Q:
        return Q(therapist__accepting=Answer.YES, therapist__accepting_on__gte=taken_since(today))

    def beckons(self, total: int) -> str:
        return ngettext("%(n)d taking new people", "%(n)d taking new people", total) % {"n": total}

    def moment(self, listing: Listing, at: At) -> Moment:
        own = self.own(listing)
        if own.accepting == Answer.UNKNOWN or own.accepting_on is None:
            return Moment.words_only(_("By arrangement"), [])
        takes, day = own.accepting == Answer.YES, freshness.as_of(own.accepting_on, at.today)
        if own.accepting_on < taken_since(at.today):
            return Moment.words_only(_("By arrangement"), [(was_taking if takes else was_full)(day)])
        answer = _("Taking new people") if takes else _("Full for now")
        return Moment.words_only(answer, [_("as of %(day)s") % {"day": day}])


def was_taking(day: str) -> str:
    return _("was taking new people on %(day)s") % {"day": day}


def was_full(day: str) -> str:
    return _("was full on %(day)s") % {"day": day}


def accepting_words(own: Therapist) -> str:
    if own.accepting == Answer.UNKNOWN or own.accepting_on is None:
        return ""
    takes, day = own.accepting == Answer.YES, date_format(own.accepting_on, "DATE_FORMAT")
    if own.accepting_on < taken_since(timezone.localdate()):
        return capfirst((was_taking if takes else was_full)(day))
    answer = _("Yes") if takes else _("Not at the moment")
    return _("%(answer)s, as of %(day)s") % {"answer": answer, "day": day}


kinds.register(Therapists())
