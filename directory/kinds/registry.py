"""The registry of kinds of listing."""

from typing import TYPE_CHECKING

from directory.kinds.base import Kind

if TYPE_CHECKING:
    pass


class KindRegistry(dict[str, Kind]):
    """All kinds by slug, in the order in which they are shown."""

    def register(self, kind: Kind) -> None:
        self[kind.slug] = kind
        ordered = sorted(self.values(), key=lambda each: each.order)
        self.clear()
        self.update({each.slug: each for each in ordered})

    def primary_kinds(self) -> list[Kind]:
        return [kind for kind in self.values() if kind.is_primary]

    def other_kinds(self) -> list[Kind]:
        return [kind for kind in self.values() if not kind.is_primary]

    def kinds_for_support(self, support: str) -> list[Kind]:
        return [kind for kind in self.values() if kind.support_type == support]

    def accessors(self) -> list[str]:
        """For `select_related`: listing and own facts in one query, whatever the kind."""
        return [kind.accessor for kind in self.values()]


kinds = KindRegistry()
