"""Recovery housing: sober living homes."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from directory.kinds.base import Fact, Kind, Section, yes_no
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.listings.availability import At, Moment
from directory.models.listing import Listing
from directory.models.recovery_housing import RecoveryHousing
from directory.search.filters import AnswerFilter, ValueFilter
from directory.vocabulary import Answer, HouseLevel


class RecoveryHousingKind(Kind):
    slug = "recovery-housing"
    model = RecoveryHousing
    name = gettext_lazy("Recovery house")
    plural = gettext_lazy("Recovery housing")
    line = gettext_lazy("Sober homes to live in")
    icon = "house"
    position = 60
    schema_type = "LodgingBusiness"
    filters = (
        ValueFilter(
            "house", gettext_lazy("Level of the house"), HouseLevel, paths=("recoveryhousing__level",)
        ),
        AnswerFilter(
            "moud", gettext_lazy("Medication is welcome"), paths=("recoveryhousing__medication_friendly",)
        ),
    )
    fragile = ("beds", "hours")
    asks = ("level", "beds", "beds_on", "price", "medication_friendly", "rules")

    def words(self, listing: Listing) -> list[str]:
        own = self.own(listing)
        return [_("level %(n)s") % {"n": own.level}] if own.level else []

    def sentences(self, listing: Listing) -> list[str]:
        own = self.own(listing)
        friendly = [_("Welcomes people on medication.")] if own.medication_friendly == Answer.YES else []
        return [*([own.price + "."] if own.price else []), *friendly]

    def sections(self, listing: Listing) -> list[Section]:
        own = self.own(listing)
        return [
            Section(
                _("The house"),
                (
                    Fact(_("Level"), own.get_level_display() if own.level else ""),
                    Fact(_("Free beds"), beds_words(own)),
                    Fact(_("Price"), own.price),
                    Fact(_("Welcomes people on medication"), yes_no(own.medication_friendly)),
                    Fact(_("House rules"), own.rules),
                ),
            )
        ]

    def moment(self, listing: Listing, at: At) -> Moment:
        own = self.own(listing)
        if own.beds is None or own.beds_on is None:
            return Moment.words_only(_("By arrangement"), [])
        day = freshness.as_of(own.beds_on, at.today)
        if freshness.lapsed(own, "beds", at.today):
            return Moment.words_only(_("By arrangement"), [old_beds_words(own.beds, day)])
        beds = beds_number(own.beds) if own.beds else _("Full for now")
        return Moment.words_only(beds, [_("as of %(day)s") % {"day": day}])


def beds_number(beds: int) -> str:
    return ngettext("%(n)d bed", "%(n)d beds", beds) % {"n": beds}


def old_beds_words(beds: int, day: str) -> str:
    """ "2 beds on 3 March; ask"."""
    if not beds:
        return _("full on %(day)s; ask") % {"day": day}
    return _("%(beds)s on %(day)s; ask") % {"beds": beds_number(beds), "day": day}


def beds_words(own: RecoveryHousing) -> str:
    if own.beds is None or own.beds_on is None:
        return ""
    day = date_format(own.beds_on, "DATE_FORMAT")
    if freshness.lapsed(own, "beds", timezone.localdate()):
        return capfirst(old_beds_words(own.beds, day))
    return _("%(n)d, as of %(day)s") % {"n": own.beds, "day": day}


kinds.register(RecoveryHousingKind())
