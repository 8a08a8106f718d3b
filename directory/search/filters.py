"""Filters: each is declared once and serves form, chips, words, counts and addresses alike.

A filter has a key (its name in addresses), a label and options. `paths` are the columns, seen from `Listing`, that tell
which options a listing has, and `values_of` reads them: so the index is built. `found` finds the listings again: within
a filter any of the chosen options will do; between filters all must hold. Filters that must hold for one and the same
thing (a meeting on Monday evening) name each other in `together`; each of them then asks for what all of them want.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from django.apps import apps
from django.db.models import QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from core.fields import unpack_set, vocabulary_choices
from core.recurrence import LAST_DAY
from directory.geo.countries import COUNTRIES
from directory.listings import freshness
from directory.vocabulary import (
    Access,
    Audience,
    ChannelType,
    Concern,
    Language,
    Mode,
    Payment,
    YesNo,
    add_wider_concerns,
)

if TYPE_CHECKING:
    from directory.models import Listing


ChosenOptions = Mapping[str, tuple[str, ...]]
Label = str | Promise
FilterOptions = Sequence[tuple[str, Label]]
# A value that the index notes of a listing, and the last day on which it holds; None: for good.
IndexedValue = tuple[str, datetime.date | None]


class SegmentProtocol(Protocol):
    """What a filter can ask of the index: sets of document numbers, at the moment and near the place of a query."""

    @property
    def near(self) -> BitMap | None:
        """What lies in reach; None where no place was asked for."""

    def having(self, key: str, values: Iterable[str]) -> BitMap:
        """What has any of the values that were noted for a filter."""

    def open_now(self) -> BitMap: ...

    def meeting(self, wanted: ChosenOptions) -> BitMap:
        """What has one meeting to which any of the options of each of these filters applies."""


@dataclass(frozen=True)
class Filter:
    key: str
    label: Label
    collapsed: bool = field(default=True, kw_only=True)
    """Whether the page folds the options away until one is chosen."""
    single: bool = field(default=False, kw_only=True)
    """Whether only one option can be chosen at a time."""
    combined_with: tuple[str, ...] = field(default=(), kw_only=True)
    offered_without_kind: bool = field(default=False, kw_only=True)
    """Whether a kind's own filter is offered as well where no kind was chosen."""
    paths: tuple[str, ...] = field(default=(), kw_only=True)
    """Columns of which each listing has one."""

    @property
    def options(self) -> FilterOptions:
        """Value and label of each option, in the order shown."""
        raise NotImplementedError

    def related_rows(self, listings: "QuerySet[Listing]") -> "QuerySet[Any, Any] | None":
        """Where the facts stand in rows of their own, beside a listing: its id and the cells of each row."""
        return None

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        """What the index notes of a listing, from its columns at `paths`, or a row beside it, as the database holds
        them, in text."""
        return ((value, None) for value in unpack_set(cells[0] or ""))

    def matching(self, chosen: ChosenOptions, view: SegmentProtocol) -> BitMap:
        """The listings that have any of the options chosen for this filter."""
        return view.having(self.key, chosen[self.key])

    def counts(self, rest: BitMap, others: ChosenOptions, view: SegmentProtocol) -> dict[str, int]:
        """How many of `rest` each option would leave, with what was chosen for filters that hold together with it."""
        return {
            value: rest.intersection_cardinality(self.matching({**others, self.key: (value,)}, view))
            for value, _label in self.options
        }

    def is_option(self, value: str) -> bool:
        """Whether `value`, as it stands in an address, is an option."""
        return any(value == option for option, _label in self.options)

    def option_label(self, value: str) -> str:
        """What a chip says of one chosen option."""
        return str(dict(self.options)[value])


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    """Options are a vocabulary's; its one path leads to the `ChoiceSetField` that holds them."""

    vocabulary: type[TextChoices]

    @property
    def options(self) -> FilterOptions:
        return vocabulary_choices(self.vocabulary)


@dataclass(frozen=True)
class ConcernFilter(ChoiceFilter):
    """A listing for a narrower concern ("cannabis") is also found and counted under its wider one ("other drugs")."""

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        return ((value, None) for value in add_wider_concerns(unpack_set(cells[0] or "")))


@dataclass(frozen=True)
class ValueFilter(ChoiceFilter):
    """Like `ChoiceFilter`, for a field that holds one value."""

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        return ((cell, None) for cell in cells if cell)


@dataclass(frozen=True)
class YesNoFilter(Filter):
    """One option, "1": the field at its path says yes. A "no" is noted as "0"."""

    @property
    def options(self) -> FilterOptions:
        return (("1", self.label),)

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        return ((YES_NO_VALUES[cell], None) for cell in cells if cell in YES_NO_VALUES)


@dataclass(frozen=True)
class GivenFilter(YesNoFilter):
    """One option, "1": the text at its path says something."""

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        return (("1", None) for cell in cells if cell)


@dataclass(frozen=True)
class DatedYesNoFilter(YesNoFilter):
    """One option, "1": the field at the first path says yes, on the day at the second, which is not too long ago.

    A "no" is noted as "0": whoever is known to be full stands last. `fact` is the key of a perishable fact of `kind`.
    """

    fact: str = field(kw_only=True)
    kind: str = field(kw_only=True)

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        answer, day = cells
        if answer in YES_NO_VALUES and day:
            life = datetime.timedelta(days=freshness.perishable_fact(self.kind, self.fact).days)
            yield YES_NO_VALUES[answer], min(datetime.date.fromisoformat(day[:10]), LAST_DAY) + life


@dataclass(frozen=True)
class ModeFilter(ChoiceFilter):
    """How one takes part. Whoever comes in person must have the place in reach; the rest is as near as a phone.

    Where a place but no mode was asked for, what has told no mode is hidden only if its own place is out of reach.
    """

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        return list(super().index_values(*cells)) or [(MODE_UNKNOWN, None)]

    def matching(self, chosen: ChosenOptions, view: SegmentProtocol) -> BitMap:
        modes = chosen.get(self.key) or (*Mode.values, MODE_UNKNOWN)
        there = view.having(self.key, (mode for mode in modes if mode in (Mode.IN_PERSON, MODE_UNKNOWN)))
        return self.reachable_remotely(chosen, view) | (there if view.near is None else there & view.near)

    def reachable_remotely(self, chosen: ChosenOptions, view: SegmentProtocol) -> BitMap:
        """What fits wherever one is; the same for all places."""
        modes = chosen.get(self.key) or (*Mode.values, MODE_UNKNOWN)
        found = view.having(self.key, (mode for mode in modes if mode in (Mode.ONLINE, Mode.PHONE)))
        if MODE_UNKNOWN not in modes:
            return found
        return found | view.having(WITHOUT_PLACE, ("",)) & view.having(self.key, (MODE_UNKNOWN,))

    def counts(self, rest: BitMap, others: ChosenOptions, view: SegmentProtocol) -> dict[str, int]:
        """Near a place only what one goes to is narrowed: the wide sets need not be made anew."""
        there = rest if view.near is None else rest & view.near
        return {
            mode.value: (there if mode == Mode.IN_PERSON else rest).intersection_cardinality(
                view.having(self.key, (mode.value,))
            )
            for mode in Mode
        }


@dataclass(frozen=True)
class ChannelFilter(Filter):
    @property
    def options(self) -> FilterOptions:
        return [(way.value, way.label) for way in PERSONAL_WAYS]

    def related_rows(self, listings: "QuerySet[Listing]") -> "QuerySet[Any, Any] | None":
        rows = apps.get_model("directory", "Channel")._default_manager
        return rows.filter(listing__in=listings.values("pk")).values_list("listing", "type")

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        return ((cell, None) for cell in cells if cell)


@dataclass(frozen=True)
class CountryFilter(Filter):
    """The country that a line serves. Nobody is shown another country's numbers unless they ask for them."""

    @property
    def options(self) -> FilterOptions:
        return tuple(COUNTRIES.items())

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        return ((cells[0] or "", None),)

    def matching(self, chosen: ChosenOptions, view: SegmentProtocol) -> BitMap:
        return view.having(self.key, ("", *chosen[self.key]))

    def counts(self, rest: BitMap, others: ChosenOptions, view: SegmentProtocol) -> dict[str, int]:
        """Each serves one country or any, so that the two add up; joining the sets would copy the larger each time."""
        anywhere = rest.intersection_cardinality(view.having(self.key, ("",)))
        return {
            value: anywhere + rest.intersection_cardinality(view.having(self.key, (value,)))
            for value, _label in self.options
        }


@dataclass(frozen=True)
class OpenFilter(Filter):
    @property
    def options(self) -> FilterOptions:
        return (("now", _("Open now")),)

    def matching(self, chosen: ChosenOptions, view: SegmentProtocol) -> BitMap:
        return view.open_now()


# Ways to a person, which one can ask for; each listing may have a website.
PERSONAL_WAYS = (
    ChannelType.CALL, ChannelType.TEXT, ChannelType.CHAT, ChannelType.VIDEOPHONE, ChannelType.TTY,
)  # fmt: skip
YES_NO_VALUES = {YesNo.YES.value: "1", YesNo.NO.value: "0"}
# Noted of a listing that has told no mode, and of one that has no place.
MODE_UNKNOWN, WITHOUT_PLACE = "", "placeless"

MODE_FILTER = ModeFilter("mode", _("How"), Mode, paths=("modes",), collapsed=False)
COUNTRY_FILTER = CountryFilter("country", _("Country"), single=True, paths=("country",))

SHARED_FILTERS: tuple[Filter, ...] = (
    MODE_FILTER,
    ConcernFilter("concern", _("What for"), Concern, paths=("concerns",), collapsed=False),
    ChannelFilter("channel", _("Ways to reach")),
    OpenFilter("open", _("Opening hours"), single=True),
    ChoiceFilter("language", _("Language"), Language, paths=("languages",)),
    ChoiceFilter("audience", _("Especially for"), Audience, paths=("audiences",)),
    ChoiceFilter("payment", _("Cost"), Payment, paths=("payment",)),
    ChoiceFilter("access", _("Getting in"), Access, paths=("access",)),
    COUNTRY_FILTER,
)
