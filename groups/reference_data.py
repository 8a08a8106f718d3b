"""Puts the mutual-aid organizations that ship into the database, as support groups without meetings."""

from collections import Counter

from directory.reference_data.loader import (
    PreparedFact,
    channels,
    shared_values,
    source_values,
    sync_listings,
)
from directory.reference_data.parser import MutualAidFact, read_mutual_aid
from groups.models import SupportGroup


def load_mutual_aid() -> Counter[str]:
    """How many organizations are "new", "changed", "same" and "withdrawn"."""
    return sync_listings(SupportGroup, [prepare_organization(fact) for fact in read_mutual_aid()])


def prepare_organization(fact: MutualAidFact) -> PreparedFact:
    own = {"fellowship": fact.fellowship, "modes": tuple(sorted(fact.modes))}
    return PreparedFact(
        slug=fact.slug,
        values={**shared_values(fact), **own},
        source=source_values(fact),
        rows={"channels": channels(fact, website=fact.website, finder=fact.finder)},
    )
