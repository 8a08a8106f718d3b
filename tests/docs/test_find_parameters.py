"""The table of the parameters of /find/ in the developers' guide is what the search reads."""

from directory.kinds.registry import kinds
from directory.search.filter_registry import all_filters
from directory.search.filters import SHARED_FILTERS
from directory.search.query import SORTS, SearchQuery
from tests.docs.tables import differences, names, table

DOCS, HEADING = "docs/developers.md", "### Parameters of `/find/`"
EVERY_KIND = "all"


def other_parameters():
    """Return the parameters that are no filters: those that a full query writes into its URL."""
    full = SearchQuery(q="a", kinds=tuple(kinds), near="95112", radius="50", sort=SORTS[0], page=2)
    return {name for name, _value in full.url_parameters()}


def kinds_of(key):
    if any(one_filter.key == key for one_filter in SHARED_FILTERS):
        return [EVERY_KIND]
    return list(kinds.slugs_with_filter(key))


def values_of(one_filter):
    """Return the class of the values in directory/vocabulary.py, or else the values themselves."""
    vocabulary = getattr(one_filter, "vocabulary", None)
    return [vocabulary.__name__] if vocabulary else [value for value, _label in one_filter.options]


def written_rows():
    return {names(row[0])[0]: row for row in table(DOCS, HEADING)}


def test_parameters_are_described_and_exist():
    known = other_parameters() | all_filters().keys()
    written = [names(row[0])[0] for row in table(DOCS, HEADING)]
    assert differences(known, written, code="directory/search", docs=f"{DOCS} (Parameters)") == []


def test_kinds_of_each_filter_are_described():
    rows = written_rows()
    wrong = [
        f"{key}: write “{', '.join(kinds_of(key))}” into {DOCS}."
        for key in all_filters()
        if (names(rows[key][1]) or [rows[key][1]]) != kinds_of(key)
    ]
    assert wrong == []


def test_values_of_each_filter_are_described():
    rows = written_rows()
    # The countries follow from the bundled crisis lines; their list is in directory/geo/countries.py.
    wrong = [
        f"{key}: write {values_of(one_filter)} into {DOCS}."
        for key, one_filter in all_filters().items()
        if key != "country" and names(rows[key][2]) != values_of(one_filter)
    ]
    assert wrong == []


def test_orders_are_described():
    assert names(written_rows()["sort"][2]) == list(SORTS)
