"""What can be found: listings and what they share. The kinds' own models come from their modules."""

from directory.kinds import discover
from directory.models.change import Change
from directory.models.gazetteer import GazetteerPlace
from directory.models.listing import (
    Channel,
    HoursException,
    Listing,
    ListingQuerySet,
    OpeningInterval,
    Verification,
)
from directory.models.place import Organization, Place
from directory.models.region import Region
from directory.models.speech import FruitlessWord, PlainSpeech
from directory.models.translation import ReadTranslation

KIND_MODULES = tuple(discover())

__all__ = [
    "KIND_MODULES",
    "Change",
    "Channel",
    "FruitlessWord",
    "GazetteerPlace",
    "HoursException",
    "Listing",
    "ListingQuerySet",
    "OpeningInterval",
    "Organization",
    "Place",
    "PlainSpeech",
    "ReadTranslation",
    "Region",
    "Verification",
]
