"""Treatment: clinics, addiction doctors, medications for opioid use disorder, detox, outpatient, residential."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import labels, mid_sentence
from directory.kinds.base import Fact, Kind, Section
from directory.kinds.registry import kinds
from directory.models.listing import Listing
from directory.models.treatment import Treatment
from directory.search.filters import ChoiceFilter
from directory.vocabulary import Age, Care, Medication


class TreatmentKind(Kind):
    slug = "treatment"
    model = Treatment
    name = gettext_lazy("Treatment")
    plural = gettext_lazy("Treatment and medicine")
    line = gettext_lazy("Clinics, doctors and medicine")
    icon = "care"
    support = "therapy"
    position = 50
    schema_type = "MedicalClinic"
    filters = (
        ChoiceFilter("care", gettext_lazy("Level of care"), Care, paths=("treatment__care",)),
        ChoiceFilter("medication", gettext_lazy("Medication"), Medication, paths=("treatment__medications",)),
        ChoiceFilter("age", gettext_lazy("Age"), Age, paths=("treatment__ages",)),
    )
    asks = ("care", "medications", "ages")

    def words(self, listing: Listing) -> list[str]:
        own = self.own(listing)
        return [mid_sentence(word) for word in labels(own, "care")[:2]]

    def sentences(self, listing: Listing) -> list[str]:
        own = self.own(listing)
        medications = labels(own, "medications")
        return [", ".join(medications) + "."] if medications else []

    def sections(self, listing: Listing) -> list[Section]:
        own = self.own(listing)
        return [
            Section(
                _("Care"),
                (
                    Fact(_("Level of care"), ", ".join(labels(own, "care"))),
                    Fact(_("Medications"), ", ".join(labels(own, "medications"))),
                    Fact(_("Age groups"), ", ".join(labels(own, "ages"))),
                ),
            )
        ]


kinds.register(TreatmentKind())
