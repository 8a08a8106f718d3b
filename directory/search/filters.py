"""Filters: each is declared once and serves form, chips, words, counts and addresses alike.

A filter has a key (its name in addresses), a label, options, and a condition on `Listing`. Within a filter any of
the chosen options will do; between filters all must hold. Filters that must hold for one and the same thing (a
meeting on Monday evening) name each other in `together`; each of them then asks for what all of them want.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory.countries import COUNTRIES
from directory.vocabulary import Access, Answer, Audience, ChannelType, Concern, Language, Mode, Payment

if TYPE_CHECKING:
    from directory.moments import At

Chosen = Mapping[str, tuple[str, ...]]
Words = str | Promise
Options = Sequence[tuple[str, Words]]

NOTHING = Q(pk__in=())


def any_of(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, NOTHING)


@dataclass(frozen=True)
class Filter:
    key: str
    label: Words
    folded: bool = field(default=True, kw_only=True)
    """Whether the page folds the options away until one is chosen."""
    single: bool = field(default=False, kw_only=True)
    """Whether only one option can be chosen at a time."""
    together: tuple[str, ...] = field(default=(), kw_only=True)
    everywhere: bool = field(default=False, kw_only=True)
    """Whether a kind's own filter is offered as well where no kind was chosen."""

    @property
    def options(self) -> Options:
        """Value and label of each option, in the order shown."""
        raise NotImplementedError

    def condition(self, chosen: Chosen, at: "At") -> Q:
        """Holds for the listings that have any of the options chosen for this filter."""
        raise NotImplementedError

    def reads(self, value: str) -> bool:
        """Whether `value`, as it stands in an address, is an option."""
        return any(value == option for option, _label in self.options)

    def words(self, value: str) -> str:
        """What a chip says of one chosen option."""
        return str(dict(self.options)[value])


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    """Options are a vocabulary's; `path` leads to the `ChoiceSetField` that holds them."""

    vocabulary: type[TextChoices]
    path: str = field(kw_only=True)

    @property
    def options(self) -> Options:
        return self.vocabulary.choices

    def condition(self, chosen: Chosen, at: "At") -> Q:
        return any_of(Q(**{f"{self.path}__has": value}) for value in chosen[self.key])


@dataclass(frozen=True)
class ValueFilter(ChoiceFilter):
    """Like `ChoiceFilter`, for a field that holds one value."""

    def condition(self, chosen: Chosen, at: "At") -> Q:
        return Q(**{f"{self.path}__in": chosen[self.key]})


@dataclass(frozen=True)
class AnswerFilter(Filter):
    """One option, "1": the field at `path` says yes."""

    path: str = field(kw_only=True)

    @property
    def options(self) -> Options:
        return (("1", self.label),)

    def condition(self, chosen: Chosen, at: "At") -> Q:
        return Q(**{self.path: Answer.YES})


@dataclass(frozen=True)
class DatedAnswerFilter(AnswerFilter):
    """An answer that only holds for some days: the date at `dated` must not lie before what `oldest` says of today."""

    dated: str = field(kw_only=True)
    oldest: Callable[[datetime.date], datetime.date] = field(kw_only=True)

    def condition(self, chosen: Chosen, at: "At") -> Q:
        return super().condition(chosen, at) & Q(**{f"{self.dated}__gte": self.oldest(at.today)})


@dataclass(frozen=True)
class ModeFilter(ChoiceFilter):
    """How one takes part. Whoever comes in person must have the place in reach; the rest is as near as a phone.

    Where a place but no mode was asked for, what has told no mode is hidden only if its own place is out of reach.
    """

    def condition(self, chosen: Chosen, at: "At") -> Q:
        if modes := chosen.get(self.key):
            return any_of(self.one(mode, at) for mode in modes)
        untold = Q(**{self.path: ()}) & (Q(place__isnull=True) | Q(place_id__in=at.places or ()))
        return any_of(self.one(mode, at) for mode in Mode.values) | untold

    def one(self, mode: str, at: "At") -> Q:
        has = Q(**{f"{self.path}__has": mode})
        if mode == Mode.IN_PERSON and at.places is not None:
            return has & Q(place_id__in=at.places)
        return has


@dataclass(frozen=True)
class ChannelFilter(Filter):
    @property
    def options(self) -> Options:
        return [(way.value, way.label) for way in (ChannelType.CALL, ChannelType.TEXT, ChannelType.CHAT)]

    def condition(self, chosen: Chosen, at: "At") -> Q:
        from directory.models import Channel

        return Q(pk__in=Channel.objects.filter(type__in=chosen[self.key]).values("listing"))


@dataclass(frozen=True)
class CountryFilter(Filter):
    """The country that a line serves. Nobody is shown another country's numbers unless they ask for them."""

    @property
    def options(self) -> Options:
        return tuple(COUNTRIES.items())

    def condition(self, chosen: Chosen, at: "At") -> Q:
        return Q(country__in=("", *chosen[self.key]))


@dataclass(frozen=True)
class OpenFilter(Filter):
    @property
    def options(self) -> Options:
        return (("now", _("Open now")),)

    def condition(self, chosen: Chosen, at: "At") -> Q:
        from directory.opening import open_now

        return Q(pk__in=open_now(at))


MODE = ModeFilter("mode", _("How"), Mode, path="modes", folded=False)
COUNTRY = CountryFilter("country", _("Country"), single=True)

SHARED: tuple[Filter, ...] = (
    MODE,
    ChoiceFilter("concern", _("What for"), Concern, path="concerns", folded=False),
    ChannelFilter("channel", _("Ways to reach")),
    OpenFilter("open", _("Opening hours"), single=True),
    ChoiceFilter("language", _("Language"), Language, path="languages"),
    ChoiceFilter("audience", _("Especially for"), Audience, path="audiences"),
    ChoiceFilter("payment", _("Cost"), Payment, path="payment"),
    ChoiceFilter("access", _("Getting in"), Access, path="access"),
    COUNTRY,
)


def all_filters() -> dict[str, Filter]:
    """Each filter of the product by its key."""
    from directory.kinds import kinds

    own = (each for kind in kinds.values() for each in kind.filters)
    return {each.key: each for each in (*SHARED, *own)}


def offered(slugs: Sequence[str], chosen: Chosen) -> list[Filter]:
    """What a page of these kinds offers: their own filters first, what all share, and whatever was chosen besides."""
    from directory.kinds import kinds

    own = (each for slug in slugs or kinds for each in kinds[slug].filters if slugs or each.everywhere)
    offered = {each.key: each for each in (*own, *SHARED)}
    return list({**offered, **{key: each for key, each in all_filters().items() if key in chosen}}.values())
