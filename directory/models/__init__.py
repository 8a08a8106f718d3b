"""The models of the directory: listings of every kind, and the tables that they share."""

from directory.models.change import Change
from directory.models.community import Community
from directory.models.gazetteer import GazetteerPlace
from directory.models.hotline import Hotline
from directory.models.listing import (
    Channel,
    HoursException,
    Listing,
    ListingQuerySet,
    OpeningInterval,
    Verification,
)
from directory.models.peer_program import PeerProgram
from directory.models.place import Organization, Place
from directory.models.recovery_housing import RecoveryHousing
from directory.models.region import Region
from directory.models.self_help import SelfHelp
from directory.models.synonym import SynonymEntry, ZeroResultQuery
from directory.models.therapist import Therapist
from directory.models.translation_review import TranslationReview
from directory.models.treatment import Treatment

__all__ = [
    "Change",
    "Channel",
    "Community",
    "GazetteerPlace",
    "Hotline",
    "HoursException",
    "Listing",
    "ListingQuerySet",
    "OpeningInterval",
    "Organization",
    "PeerProgram",
    "Place",
    "RecoveryHousing",
    "Region",
    "SelfHelp",
    "SynonymEntry",
    "Therapist",
    "TranslationReview",
    "Treatment",
    "Verification",
    "ZeroResultQuery",
]
