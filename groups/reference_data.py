"""The mutual-aid organizations that ship with the site, loaded as support groups without meetings."""

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
    """Load the organizations and return how many are "new", "changed", "same" and "withdrawn"."""
    return sync_listings(SupportGroup, [prepare_organization(fact) for fact in read_mutual_aid()])


def prepare_organization(fact: MutualAidFact) -> PreparedFact:
    """Return the values and rows of an organization for the database."""
    own = {"fellowship": fact.fellowship, "modes": tuple(sorted(fact.modes))}
    return PreparedFact(
        slug=fact.slug,
        values={**shared_values(fact), **own},
        source=source_values(fact),
        rows={"channels": channels(fact, website=fact.website, finder=fact.finder)},
    )
