"""Puts the mutual-aid organizations that ship into the database, as support groups without meetings."""

from collections import Counter

from directory.reference_data.loader import Ready, channels, load, shared_values, source_of
from directory.reference_data.parser import MutualAidFact, read_mutual_aid
from groups.models import SupportGroup


def load_mutual_aid() -> Counter[str]:
    """How many organizations are "new", "changed", "same" and "withdrawn"."""
    return load(SupportGroup, "support-groups", [ready_organization(fact) for fact in read_mutual_aid()])


def ready_organization(fact: MutualAidFact) -> Ready:
    own = {"fellowship": fact.fellowship, "modes": tuple(sorted(fact.modes))}
    return Ready(
        slug=fact.slug,
        values={**shared_values(fact), **own},
        source=source_of(fact),
        rows={"channels": channels(fact, website=fact.website, finder=fact.finder)},
    )
