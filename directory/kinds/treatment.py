"""Declare the kind "treatment": clinics, addiction doctors, medications, detox, outpatient and residential care."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import lower_first_word, set_labels
from directory.kinds.base import Kind, PageFact, PageSection
from directory.kinds.registry import kinds
from directory.models.listing import Listing
from directory.models.treatment import Treatment
from directory.search.filters import ChoiceFilter
from directory.vocabulary import Age, Care, Medication


class TreatmentKind(Kind):
    """Clinics, addiction doctors, medications, detox, outpatient and residential treatment."""

    slug = "treatment"
    model = Treatment
    name = gettext_lazy("Treatment")
    plural = gettext_lazy("Treatment and medicine")
    tagline = gettext_lazy("Clinics, doctors and medicine")
    icon = "care"
    support_type = "therapy"
    order = 50
    schema_type = "MedicalClinic"
    schema_has_hours = True
    filters = (
        ChoiceFilter("care", gettext_lazy("Level of care"), Care, paths=("treatment__care",)),
        ChoiceFilter("medication", gettext_lazy("Medication"), Medication, paths=("treatment__medications",)),
        ChoiceFilter("age", gettext_lazy("Age"), Age, paths=("treatment__ages",)),
    )
    phone_check_fields = ("care", "medications", "ages")
    finder_fields = ("care", "medications", "ages")

    def card_labels(self, listing: Listing) -> list[str]:
        """Return the first two levels of care."""
        own = self.own_row(listing)
        return [lower_first_word(word) for word in set_labels(own, "care")[:2]]

    def sentences(self, listing: Listing) -> list[str]:
        """Return the sentence about the medications that the program offers."""
        own = self.own_row(listing)
        medications = set_labels(own, "medications")
        return [", ".join(medications) + "."] if medications else []

    def sections(self, listing: Listing) -> list[PageSection]:
        """Return the levels of care, medications and age groups."""
        own = self.own_row(listing)
        return [
            PageSection(
                _("Care"),
                (
                    PageFact(_("Level of care"), ", ".join(set_labels(own, "care"))),
                    PageFact(_("Medications"), ", ".join(set_labels(own, "medications"))),
                    PageFact(_("Age groups"), ", ".join(set_labels(own, "ages"))),
                ),
            )
        ]


kinds.register(TreatmentKind())
