"""Declare the filters of the search. The form, chips, synonyms, counts and URLs all follow from one declaration.

A filter has a key (its parameter in URLs), a label and options. `paths` names the columns, as lookups from `Listing`,
that say which options a listing has; `index_values` translates them for the index. `matching` finds the listings:
within a filter any chosen option suffices, and all filters must match.

The filters in `MEETING_FILTER_KEYS` are about single meetings. Of a listing with meetings, one and the same meeting
must match all of these filters; each of them alone finds what has any such meeting.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from django.apps import apps
from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from core.fields import unpack_set, vocabulary_choices
from core.i18n import TranslatableText
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
FilterOptions = Sequence[tuple[str, TranslatableText]]
# A value that the index stores for a listing, and the last day on which it is valid; None means for ever.
IndexedValue = tuple[str, datetime.date | None]


class SegmentProtocol(Protocol):
    """What a filter can ask of one segment of the index, at the moment and near the place of a query.

    Every answer is a set of document numbers.
    """

    @property
    def near(self) -> BitMap | None:
        """Return the documents within the radius; None where the query names no place."""

    def with_any_value(self, key: str, values: Iterable[str]) -> BitMap:
        """Return the documents for which any of these values of a filter is stored."""

    def open_now(self) -> BitMap:
        """Return the documents that are open now."""

    def with_meeting_at(self, key: str, values: Iterable[str]) -> BitMap:
        """Return the documents that have a meeting to which any of these options of a filter on time applies."""


@dataclass(frozen=True)
class Filter:
    """A filter of the search. Its options follow from the subclass."""

    key: str
    """Its parameter in URLs."""
    label: TranslatableText
    collapsed: bool = field(default=True, kw_only=True)
    """Whether the page hides the options until one is chosen or the visitor opens them."""
    single: bool = field(default=False, kw_only=True)
    """Whether only one option can be chosen at a time."""
    offered_without_kind: bool = field(default=False, kw_only=True)
    """Whether a filter of a kind is also offered where no kind is chosen."""
    paths: tuple[str, ...] = field(default=(), kw_only=True)
    """Columns with one value for each listing, as lookups from `Listing`."""

    @property
    def options(self) -> FilterOptions:
        """Return the value and label of each option, in the order of the page."""
        raise NotImplementedError

    def related_rows(self, listings: "QuerySet[Listing]") -> "QuerySet[Any, Any] | None":
        """Return rows of (listing id, cells …) where the facts stand in a table of their own; otherwise None."""
        return None

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        """Return the values that the index stores for a listing.

        The cells are its columns at `paths`, or the cells of a related row, as text that the database holds.
        """
        return ((value, None) for value in unpack_set(cells[0] or ""))

    def matching(self, chosen: ChosenOptions, segment: SegmentProtocol) -> BitMap:
        """Return the documents that have any of the options chosen for this filter."""
        return segment.with_any_value(self.key, chosen[self.key])

    def counts(self, documents: BitMap, segment: SegmentProtocol) -> dict[str, int]:
        """Return how many of the documents have each option."""
        return {
            value: documents.intersection_cardinality(self.matching({self.key: (value,)}, segment))
            for value, _label in self.options
        }

    def is_option(self, value: str) -> bool:
        """Return whether a value from a URL is an option."""
        return any(value == option for option, _label in self.options)

    def option_label(self, value: str) -> str:
        """Return the label of an option as a chip shows it."""
        return str(dict(self.options)[value])


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    """A filter whose options are a vocabulary; its path leads to the `ChoiceSetField` with a listing's values."""

    vocabulary: type[TextChoices]

    @property
    def options(self) -> FilterOptions:
        """Return the values and labels of the vocabulary."""
        return vocabulary_choices(self.vocabulary)


@dataclass(frozen=True)
class MeetingFactFilter(ChoiceFilter):
    """A filter on a fact that only meetings have, such as their format; its values come from the meetings."""


@dataclass(frozen=True)
class ConcernFilter(ChoiceFilter):
    """A filter that also finds a listing for a narrower concern ("cannabis") under the wider one ("other drugs")."""

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        """Return the concerns of a listing and the wider ones that contain them."""
        return ((value, None) for value in add_wider_concerns(unpack_set(cells[0] or "")))


@dataclass(frozen=True)
class ValueFilter(ChoiceFilter):
    """A filter whose options are a vocabulary; its paths lead to fields with a single value."""

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        """Return the value of each field that has one."""
        return ((cell, None) for cell in cells if cell)


@dataclass(frozen=True)
class YesNoFilter(Filter):
    """A filter with one option, "1": the field at its path says yes. The index stores a "no" as "0"."""

    @property
    def options(self) -> FilterOptions:
        """Return the one option, which has the label of the filter."""
        return (("1", self.label),)

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        """Return "1" for yes and "0" for no."""
        return ((YES_NO_VALUES[cell], None) for cell in cells if cell in YES_NO_VALUES)


@dataclass(frozen=True)
class GivenFilter(YesNoFilter):
    """A filter with one option, "1": the text at its path is not empty."""

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        """Return "1" where the text is not empty."""
        return (("1", None) for cell in cells if cell)


@dataclass(frozen=True)
class DatedYesNoFilter(YesNoFilter):
    """A filter with one option, "1": the field at the first path says yes, and the date at the second is recent.

    The index stores a "no" as "0", since listings that are known to be full come last.
    """

    fact: str = field(kw_only=True)
    """Key of a perishable fact of the kind, which says for how many days the answer is valid."""
    kind: str = field(kw_only=True)

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        """Return "1" or "0" with the last day on which the answer is valid."""
        answer, day = cells
        if answer in YES_NO_VALUES and day:
            life = datetime.timedelta(days=freshness.perishable_fact(self.kind, self.fact).days)
            yield YES_NO_VALUES[answer], min(datetime.date.fromisoformat(day[:10]), LAST_DAY) + life


@dataclass(frozen=True)
class ModeFilter(ChoiceFilter):
    """A filter on how a person takes part.

    Near a place, "in person" finds only what is in reach; online and phone can be reached from anywhere. A listing
    without a mode is hidden near a place only if its own place is out of reach.
    """

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        """Return the modes of a listing, or one value that means unknown."""
        return list(super().index_values(*cells)) or [(MODE_UNKNOWN, None)]

    def matching(self, chosen: ChosenOptions, segment: SegmentProtocol) -> BitMap:
        """Return the documents that can be reached remotely or take place within the radius."""
        modes = chosen.get(self.key) or (*Mode.values, MODE_UNKNOWN)
        on_site = segment.with_any_value(
            self.key, (mode for mode in modes if mode in (Mode.IN_PERSON, MODE_UNKNOWN))
        )
        in_reach = on_site if segment.near is None else on_site & segment.near
        return self.reachable_remotely(chosen, segment) | in_reach

    def reachable_remotely(self, chosen: ChosenOptions, segment: SegmentProtocol) -> BitMap:
        """Return the documents that can be reached from anywhere, online or by phone; the place does not matter."""
        modes = chosen.get(self.key) or (*Mode.values, MODE_UNKNOWN)
        remote = segment.with_any_value(
            self.key, (mode for mode in modes if mode in (Mode.ONLINE, Mode.PHONE))
        )
        if MODE_UNKNOWN not in modes:
            return remote
        without_place = segment.with_any_value(WITHOUT_PLACE, ("",))
        return remote | without_place & segment.with_any_value(self.key, (MODE_UNKNOWN,))

    def counts(self, documents: BitMap, segment: SegmentProtocol) -> dict[str, int]:
        """Return how many documents have each mode; near a place, "in person" counts only those in reach.

        Only that set depends on the place, so the large sets need no copies.
        """
        in_reach = documents if segment.near is None else documents & segment.near
        return {
            mode.value: (in_reach if mode == Mode.IN_PERSON else documents).intersection_cardinality(
                segment.with_any_value(self.key, (mode.value,))
            )
            for mode in Mode
        }


@dataclass(frozen=True)
class ChannelFilter(Filter):
    """A filter on the ways to reach a person: call, text, chat."""

    @property
    def options(self) -> FilterOptions:
        """Return the channels that lead to a person."""
        return [(channel.value, channel.label) for channel in PERSONAL_CHANNELS]

    def related_rows(self, listings: "QuerySet[Listing]") -> "QuerySet[Any, Any] | None":
        """Return the listing and the type of each channel."""
        rows = apps.get_model("directory", "Channel")._default_manager
        return rows.filter(listing__in=listings.values("pk")).values_list("listing", "type")

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        """Yield the type of a channel as the value under which the index stores the listing."""
        return ((cell, None) for cell in cells if cell)


@dataclass(frozen=True)
class CountryFilter(Filter):
    """A filter on the country that a hotline serves.

    Hotlines of other countries appear only when a visitor chooses a country.
    """

    @property
    def options(self) -> FilterOptions:
        """Return code and name of every country as the options of the filter."""
        return tuple(COUNTRIES.items())

    def index_values(self, *cells: str | None) -> Iterable[IndexedValue]:
        """Return the country, which is empty for a listing that serves any."""
        return ((cells[0] or "", None),)

    def matching(self, chosen: ChosenOptions, segment: SegmentProtocol) -> BitMap:
        """Return the documents that serve the chosen country, or all countries."""
        return segment.with_any_value(self.key, ("", *chosen[self.key]))

    def counts(self, documents: BitMap, segment: SegmentProtocol) -> dict[str, int]:
        """Return the number of documents that serve each country, by its code.

        A listing serves one country or all, so the two counts add up; a union would copy the larger set each time.
        """
        anywhere = documents.intersection_cardinality(segment.with_any_value(self.key, ("",)))
        return {
            value: anywhere + documents.intersection_cardinality(segment.with_any_value(self.key, (value,)))
            for value, _label in self.options
        }


@dataclass(frozen=True)
class OpenFilter(Filter):
    """A filter on what is open now."""

    @property
    def options(self) -> FilterOptions:
        """Return the only option of the filter, "open now"."""
        return (("now", _("Open now")),)

    def matching(self, chosen: ChosenOptions, segment: SegmentProtocol) -> BitMap:
        """Return the documents that are open at the moment of the query."""
        return segment.open_now()


# The filters on facts that each meeting has of its own: the fields of `MeetingRow.facts`, in their order.
MEETING_FACT_KEYS = ("mode", "format", "language", "audience", "slips")
# The filters on the time of a meeting.
TIME_FILTER_KEYS = ("day", "time", "when")
MEETING_FILTER_KEYS = (*TIME_FILTER_KEYS, *MEETING_FACT_KEYS)

# Channels that lead to a person. A website is not among them: any listing may have one.
PERSONAL_CHANNELS = (
    ChannelType.CALL, ChannelType.TEXT, ChannelType.CHAT, ChannelType.VIDEOPHONE, ChannelType.TTY,
)  # fmt: skip
YES_NO_VALUES = {YesNo.YES.value: "1", YesNo.NO.value: "0"}
# Stored for a listing without a mode, and the key under which listings without a place are stored.
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
