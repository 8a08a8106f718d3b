"""A search with its text parsed and its place and moment resolved, and what it asks of one meeting."""

from dataclasses import dataclass
from functools import cached_property

from directory.geo.geocoding import GeoPoint
from directory.search.filters import (
    COUNTRY_FILTER,
    MEETING_FILTER_KEYS,
    MODE_FILTER,
    ChosenOptions,
)
from directory.search.parsing.parsed_query import (
    AllOf,
    FacetOption,
    ParsedQuery,
    QueryOption,
    RequiredTerm,
)
from directory.search.query import SearchQuery


@dataclass(frozen=True)
class PreparedQuery:
    """A query with its text parsed and its place and moment resolved, ready to be matched against segments."""

    query: SearchQuery
    parsed: ParsedQuery
    spot: GeoPoint | None
    country: str
    """The country whose hotlines are found unless another one is chosen."""
    minute: int
    """Minutes since 1970 in UTC."""
    today: int
    """The ordinal of the visitor's local date."""
    min_terms: int | None = None
    """How many of the terms must match; None for all of them."""
    allow_semantic: bool = False
    """Whether documents that match the meaning of the text, though not every word, are found as well and rank first."""

    @cached_property
    def meeting_choices(self) -> ChosenOptions:
        """Return the options in force of the filters that one and the same meeting must match."""
        return {key: values for key, values in self.choices.items() if key in MEETING_FILTER_KEYS}

    @cached_property
    def meeting_terms(self) -> tuple[RequiredTerm, ...]:
        """Return the terms of the text that may mean a fact of a meeting, such as "women" or "thursday".

        Where not all terms must match, none has to match at the same meeting as another.
        """
        terms = self.parsed.required if self.min_terms is None else ()
        return tuple(term for term in terms if any(meeting_facets(option) for option in term.options))

    @property
    def choices(self) -> ChosenOptions:
        """Return the options in force: those that were chosen, and the defaults of country and mode.

        Without a choice, nobody sees hotlines of another country, or what takes place out of reach.
        """
        near: ChosenOptions = {MODE_FILTER.key: ()} if self.spot else {}
        return {COUNTRY_FILTER.key: (self.country,), **near, **self.query.choices}


def meeting_facets(option: QueryOption) -> ChosenOptions:
    """Return the options of filters on single meetings that an option of a term means, by key of the filter."""
    facets = option.facets if isinstance(option, AllOf) else (option,)
    return {
        facet.key: (facet.value,)
        for facet in facets
        if isinstance(facet, FacetOption) and facet.key in MEETING_FILTER_KEYS
    }
