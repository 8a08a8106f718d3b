"""The registry of the kinds of listing: a mapping from slug to declaration."""

from typing import TYPE_CHECKING

from directory.kinds.base import Kind

if TYPE_CHECKING:
    from directory.models import Listing


class KindRegistry(dict[str, Kind]):
    """All kinds by slug, in the order in which they are shown."""

    def register(self, kind: Kind) -> None:
        """Add a kind, in its place by `Kind.order`."""
        self[kind.slug] = kind
        ordered = sorted(self.values(), key=lambda each: each.order)
        self.clear()
        self.update({each.slug: each for each in ordered})

    def for_model(self, model: type["Listing"]) -> Kind:
        """Return the kind that has this model. Raise LookupError where none has."""
        found = next((kind for kind in self.values() if kind.model is model), None)
        if found is None:
            raise LookupError(f"No kind of listing has the model {model.__name__}.")
        return found

    def primary_kinds(self) -> list[Kind]:
        """Return the kinds that have a tile on the home page."""
        return [kind for kind in self.values() if kind.is_primary]

    def other_kinds(self) -> list[Kind]:
        """Return the kinds that are links below the tiles of the home page."""
        return [kind for kind in self.values() if not kind.is_primary]

    def kinds_for_support(self, support_type: str) -> list[Kind]:
        """Return the kinds that count for a type of support, such as "groups"."""
        return [kind for kind in self.values() if kind.support_type == support_type]

    def crisis_line_slugs(self) -> tuple[str, ...]:
        """Return the slugs of the kinds whose listings are lines to call in a crisis."""
        return tuple(slug for slug, kind in self.items() if kind.is_crisis_line)

    def meeting_slugs(self) -> tuple[str, ...]:
        """Return the slugs of the kinds that happen at set times."""
        return tuple(slug for slug, kind in self.items() if kind.has_meetings)

    def slugs_with_filter(self, key: str) -> tuple[str, ...]:
        """Return the slugs of the kinds that have a filter of their own with this key."""
        return tuple(
            slug for slug, kind in self.items() if any(one_filter.key == key for one_filter in kind.filters)
        )

    def accessors(self) -> list[str]:
        """Return the relations for `select_related`: a listing and its own facts come in one query."""
        return [kind.accessor for kind in self.values()]


kinds = KindRegistry()
