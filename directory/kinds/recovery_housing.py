"""Declare the kind "recovery housing": homes in which people live together in recovery."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from directory.kinds.base import Kind, PageFact, PageSection, PerishableFact, opening_hours_fact, yes_no
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.listings.availability import AskedAt, Availability
from directory.models.listing import Listing
from directory.models.recovery_housing import RecoveryHousing
from directory.search.filters import ValueFilter, YesNoFilter
from directory.vocabulary import HouseLevel, YesNo


class RecoveryHousingKind(Kind):
    """Sober living homes."""

    slug = "recovery-housing"
    model = RecoveryHousing
    name = gettext_lazy("Recovery house")
    plural = gettext_lazy("Recovery housing")
    tagline = gettext_lazy("Sober homes to live in")
    icon = "house"
    order = 60
    schema_type = "LodgingBusiness"
    schema_has_hours = True
    filters = (
        ValueFilter(
            "house", gettext_lazy("Level of the house"), HouseLevel, paths=("recoveryhousing__level",)
        ),
        YesNoFilter(
            "moud", gettext_lazy("Medication is welcome"), paths=("recoveryhousing__medication_friendly",)
        ),
    )
    perishable_facts = (
        PerishableFact("beds", gettext_lazy("free beds"), 7, day_field="beds_on"),
        opening_hours_fact(),
    )
    finder_fields = ("level",)
    phone_check_fields = ("level", "beds", "beds_on", "price", "medication_friendly", "rules")

    def card_labels(self, listing: Listing) -> list[str]:
        """Return the level of the house as the only label of the card; none where it is unknown."""
        own = self.own_row(listing)
        return [_("level %(n)s") % {"n": own.level}] if own.level else []

    def sentences(self, listing: Listing) -> list[str]:
        """Return the price, and whether people on medication are welcome."""
        own = self.own_row(listing)
        friendly = [_("Welcomes people on medication.")] if own.medication_friendly == YesNo.YES else []
        return [*([own.price + "."] if own.price else []), *friendly]

    def sections(self, listing: Listing) -> list[PageSection]:
        """Return the level, free beds, price and rules of the house."""
        own = self.own_row(listing)
        return [
            PageSection(
                _("The house"),
                (
                    PageFact(_("Level"), own.get_level_display() if own.level else ""),
                    PageFact(_("Free beds"), current_beds_text(own)),
                    PageFact(_("Price"), own.price),
                    PageFact(_("Welcomes people on medication"), yes_no(own.medication_friendly)),
                    PageFact(_("House rules"), own.rules),
                ),
            )
        ]

    def availability(self, listing: Listing, at: AskedAt) -> Availability:
        """Return the availability, which shows how many beds are free and on which day they were counted.

        A count that is unknown or too old gives "by arrangement".
        """
        own = self.own_row(listing)
        if own.beds is None or own.beds_on is None:
            return Availability.text_only(_("By arrangement"), [])
        day = freshness.day_text(own.beds_on, at.today)
        if freshness.is_lapsed(own, "beds", at.today):
            return Availability.text_only(_("By arrangement"), [old_beds_text(own.beds, day)])
        beds = beds_text(own.beds) if own.beds else _("Full for now")
        return Availability.text_only(beds, [_("as of %(day)s") % {"day": day}])


def beds_text(beds: int) -> str:
    """Return a number of free beds as a text, such as "2 beds"."""
    return ngettext("%(n)d bed", "%(n)d beds", beds) % {"n": beds}


def old_beds_text(beds: int, day: str) -> str:
    """Return a count of beds that is too old to be relied on: "2 beds on 3 March; ask"."""
    if not beds:
        return _("full on %(day)s; ask") % {"day": day}
    return _("%(beds)s on %(day)s; ask") % {"beds": beds_text(beds), "day": day}


def current_beds_text(own: RecoveryHousing) -> str:
    """Return the free beds and the day of the count for the listing's page; empty where they are unknown."""
    if own.beds is None or own.beds_on is None:
        return ""
    day = date_format(own.beds_on, "DATE_FORMAT")
    if freshness.is_lapsed(own, "beds", timezone.localdate()):
        return capfirst(old_beds_text(own.beds, day))
    return _("%(n)d, as of %(day)s") % {"n": own.beds, "day": day}


kinds.register(RecoveryHousingKind())
