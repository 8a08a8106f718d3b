"""The table of kinds in the developers' guide and the registry of kinds are the same."""

from directory.kinds.registry import kinds
from tests.docs.tables import differences, names, table

DOCS, HEADING = "docs/developers.md", "### Kinds"


def kind_line(slug, model, support, filters):
    return f"{slug} (model {model}, support {support or 'none'}, filters {', '.join(filters) or 'none'})"


def test_kinds_are_described_and_exist():
    registered = [
        kind_line(
            kind.slug,
            f"{kind.model.__module__}.{kind.model.__name__}",
            kind.support_type,
            [one_filter.key for one_filter in kind.filters],
        )
        for kind in kinds.values()
    ]
    written = [
        kind_line(names(slug)[0], names(model)[0], "".join(names(support)), names(filters))
        for slug, model, support, filters in table(DOCS, HEADING)
    ]
    assert differences(registered, written, code="the registered kinds", docs=f"{DOCS} (Kinds)") == []
