from dataclasses import dataclass

from directory.kinds.base import Kind, PageFact, PageSection, PerishableFact, opening_hours_fact
from directory.kinds.registry import kinds
from directory.search.filters import ChoiceFilter, DatedYesNoFilter, ValueFilter
from tests.directory.kinds.ninth_kind.models import Court, Fee, LegalClinic, Topic


@dataclass(frozen=True)
class CourtFilter(ChoiceFilter):
    def related_rows(self, listings):
        return Court.objects.filter(clinic__in=listings.values("pk")).values_list("clinic", "county")


class LegalClinics(Kind):
    slug = "legal-clinics"
    model = LegalClinic
    name = "Legal clinic"
    plural = "Legal clinics"
    tagline = "Advice on court, housing and records"
    icon = "book"
    order = 35
    is_primary = True
    schema_type = "LegalService"
    schema_has_hours = True
    filters = (
        DatedYesNoFilter(
            "walk_ins",
            "Walk-ins are welcome",
            paths=("legalclinic__walk_ins", "legalclinic__walk_ins_on"),
            fact="walk_ins",
            kind="legal-clinics",
        ),
        ChoiceFilter("topic", "Topic", Topic, paths=("legalclinic__topics",)),
        ValueFilter("fee", "Fee", Fee, paths=("legalclinic__fee",)),
        CourtFilter("court", "Court", Court.County),
    )
    primary_filter = "walk_ins"
    search_text_fields = ("what_to_bring",)
    prefetch = ("legalclinic__courts",)
    phone_check_fields = ("topics", "fee", "walk_ins", "walk_ins_on")
    extra_fields = ("what_to_bring",)
    due_days = 120
    perishable_facts = (
        PerishableFact("walk_ins", "walk-ins", 30, day_field="walk_ins_on"),
        opening_hours_fact(45),
    )
    auto_merge = False
    triggers = {Court: "clinic"}

    def card_labels(self, listing):
        return [f"{len(self.own_row(listing).topics)} topics", *super().card_labels(listing)]

    def sentences(self, listing):
        courts = sorted(court.get_county_display() for court in self.own_row(listing).courts.all())
        return [f"Courts: {', '.join(courts)}."] if courts else []

    def sections(self, listing):
        own = self.own_row(listing)
        facts = (PageFact("What to bring", own.what_to_bring), PageFact("Fee", own.get_fee_display()))
        return [PageSection("At the clinic", facts)]

    def schema_org_fields(self, listing):
        return {"areaServed": [court.get_county_display() for court in self.own_row(listing).courts.all()]}

    def fallback_text(self, total):
        return f"{total} clinics"


kinds.register(LegalClinics())
