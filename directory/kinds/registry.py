"""The registry of kinds of listing."""

from typing import TYPE_CHECKING

from directory.kinds.base import Kind

if TYPE_CHECKING:
    pass


class Kinds(dict[str, Kind]):
    """All kinds by slug, in the order in which they are shown."""

    def register(self, kind: Kind) -> None:
        self[kind.slug] = kind
        ordered = sorted(self.values(), key=lambda each: each.position)
        self.clear()
        self.update({each.slug: each for each in ordered})

    def leading(self) -> list[Kind]:
        return [kind for kind in self.values() if kind.leads]

    def others(self) -> list[Kind]:
        return [kind for kind in self.values() if not kind.leads]

    def supporting(self, support: str) -> list[Kind]:
        return [kind for kind in self.values() if kind.support == support]

    def accessors(self) -> list[str]:
        """For `select_related`: listing and own facts in one query, whatever the kind."""
        return [kind.accessor for kind in self.values()]


kinds = Kinds()
