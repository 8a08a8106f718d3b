"""Words that a person types, as a condition: each must be found somewhere in the listing, in any order."""

from functools import reduce
from operator import and_

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable

from directory.gazetteer import fold
from directory.search import filters

FIELDS = ("name", "summary", "description", "organization__name", "place__area", "place__city")
MAX_WORDS = 12


def split(text: str) -> list[str]:
    return text.split()[:MAX_WORDS]


def matching(text: str) -> Q:
    return reduce(and_, (anywhere(word) for word in split(text)), Q())


def anywhere(word: str) -> Q:
    """The word in any text of the listing, or as a word of its kind or of a facet that it has ("women", "AA")."""
    # The building of a private place is not shown, and cannot be found out by asking for it.
    found = Q(place__name__icontains=word, place__private=False)
    for field in FIELDS:
        found |= Q(**{f"{field}__icontains": word})
    return found | in_kinds(word) | in_facets(word)


def in_kinds(word: str) -> Q:
    from directory.kinds import kinds

    slugs = [kind.slug for kind in kinds.values() if has_word(f"{kind.name} {kind.plural}", word)]
    return Q(kind__in=slugs)


def in_facets(word: str) -> Q:
    """Facets are found by the words of their labels and by their own values, which are the initials people say."""
    found = Q()
    for each in filters.all_filters().values():
        if not isinstance(each, filters.ChoiceFilter) or each is filters.MODE:
            continue
        values = tuple(
            value for value, label in each.options if fold(word) == value or has_word(str(label), word)
        )
        if values:
            found |= each.condition({each.key: values}, None)  # type: ignore[arg-type]
    return found


def has_word(label: str, word: str) -> bool:
    """Whether the label has this word, a plural s aside; "in" and "and" are too common to mean a facet."""
    wanted = fold(word).removesuffix("s")
    return len(wanted) > 2 and any(part.removesuffix("s") == wanted for part in fold(label).split())


def names_first(text: str) -> Combinable:
    """Listings that have every word in their name come before those that have it elsewhere."""
    named = reduce(and_, (Q(name__icontains=word) for word in split(text)), Q())
    if not named:
        return Value(0)
    return Case(When(named, then=Value(0)), default=Value(1), output_field=IntegerField())
