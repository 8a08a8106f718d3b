"""What a person asks for: one small frozen value, read from an address and written back to one.

Only what differs from the default is written, so that addresses are short and can be shared. A value that cannot be
read is named as a problem, in words for the person, and the rest is still answered.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from django.conf import settings
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from directory.geo import geocoding
from directory.geo.geocoding import KM_PER_MILE, GeoPoint
from directory.kinds.registry import kinds
from directory.search.filter_registry import all_filters
from directory.search.parsing import location
from directory.search.parsing.location import ExtractedPlace

DEFAULT_RADIUS = "10"
RADII = ("2", "5", "10", "25", "50", "100")
# Where distances are told in kilometres.
DEFAULT_METRIC_RADIUS = "15km"
METRIC_RADII = ("3km", "8km", "15km", "40km", "80km", "160km")
SORTS = ("best", "soonest", "nearest")
MAX_WORDS_LENGTH = 200  # characters
MAX_PAGE = 10_000
MAX_KM = 1000.0


@dataclass(frozen=True, slots=True)
class SearchQuery:
    q: str = ""
    kinds: tuple[str, ...] = ()
    near: str = ""
    radius: str = DEFAULT_RADIUS
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Filter key and chosen options, in the order in which the filters are declared."""
    sort: str = ""
    """Empty: whatever suits the query best, see `order`."""
    page: int = 1
    metric: bool = False
    """Whether the place lies where distances are told in kilometres; decides of the default radius alone."""

    @property
    def default_radius(self) -> str:
        return DEFAULT_METRIC_RADIUS if self.metric else DEFAULT_RADIUS

    @property
    def radii(self) -> tuple[str, ...]:
        return METRIC_RADII if self.metric else RADII

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        return dict(self.chosen)

    @property
    def km(self) -> float:
        return radius_km(self.radius) or 0.0

    @property
    def order(self) -> str:
        """The sort in force: as asked, else by words, else by a place that is all there is, else soonest."""
        return self.sort or ("best" if self.q else "nearest" if self.is_place_alone else "soonest")

    @property
    def is_place_alone(self) -> bool:
        """Whether nothing but a place was asked for."""
        return bool(self.near) and not (self.q or self.kinds or self.chosen)

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of the address, defaults left out."""
        pairs = [("q", self.q), *(("kind", slug) for slug in self.kinds), ("near", self.near)]
        pairs.append(("radius", self.radius if self.near and self.radius != self.default_radius else ""))
        pairs.extend((key, value) for key, values in self.chosen for value in values)
        pairs.extend((("sort", self.sort), ("page", str(self.page) if self.page > 1 else "")))
        return [(name, value) for name, value in pairs if value]

    def address(self) -> str:
        return urlencode(self.pairs())

    def having(self, key: str, values: Iterable[str]) -> Self:
        """The same query with other options chosen for one filter, from its first page."""
        choices = {**self.choices, key: tuple(values)}
        ordered = tuple((each, choices[each]) for each in all_filters() if choices.get(each))
        return replace(self, chosen=ordered, page=1)

    def without(self, key: str, value: str) -> Self:
        """The same query with one option, or word, kind or place, taken off."""
        if key == "kind":
            return replace(self, kinds=tuple(slug for slug in self.kinds if slug != value), page=1)
        if key == "q":
            return replace(self, q="", page=1)
        if key == "near":
            sort = "" if self.sort == "nearest" else self.sort
            return replace(self, near="", radius=DEFAULT_RADIUS, metric=False, sort=sort, page=1)
        return self.having(key, (each for each in self.choices.get(key, ()) if each != value))


def radius_km(text: str) -> float | None:
    """ "10" is miles, "25km" kilometres; None for what is neither, or not between 0 and 1,000 km."""
    found = re.fullmatch(r"([0-9]{1,4}(?:\.[0-9]{1,2})?)(km)?", text)
    if not found:
        return None
    km = float(found[1]) * (1 if found[2] else KM_PER_MILE)
    return km if 0 < km <= MAX_KM else None


def clean_text(text: str) -> str:
    """Typed text without control characters, lone surrogates or runs of blanks."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (" " if unicodedata.category(sign) in ("Cc", "Cs", "Co") else sign for sign in text)
    return " ".join("".join(kept).split())


def shorten(text: str) -> str:
    """A value as a message may repeat it."""
    text = clean_text(text)
    return text if len(text) <= 40 else text[:40] + "…"


@dataclass
class QueryReader:
    """Reads one address; collects what it could not read. With `as_words`, a place among the words is left there."""

    params: QueryDict
    as_words: bool = False

    def __post_init__(self) -> None:
        self.problems: list[str] = []
        self.taken: ExtractedPlace | None = None
        """The place that was found among the words."""

    def read(self, fixed_kind: str = "") -> tuple[SearchQuery, GeoPoint | None, list[GeoPoint], list[str]]:
        words, (near, spots) = self.words(), self.near()
        if words and not near and not self.as_words:
            words, near, spots = self.place_in(words)
        metric = bool(spots) and not geocoding.uses_miles(spots[0].country)
        query = SearchQuery(
            q=words,
            kinds=(fixed_kind,) if fixed_kind else self.kinds(),
            near=near,
            radius=self.radius() or (DEFAULT_METRIC_RADIUS if metric else DEFAULT_RADIUS),
            metric=metric,
            chosen=self.chosen(),
            sort=self.sort(has_place=bool(spots)),
            page=self.page(),
        )
        return query, spots[0] if spots else None, spots[1:], self.problems

    def one(self, name: str) -> str:
        """The last value wins, as it does in Django."""
        return clean_text(self.params.get(name, ""))

    def words(self) -> str:
        words = self.one("q")
        if len(words) > MAX_WORDS_LENGTH:
            self.problems.append(
                _("Only the first %(n)d letters of what you typed were used.") % {"n": MAX_WORDS_LENGTH}
            )
        return words[:MAX_WORDS_LENGTH].strip()

    def kinds(self) -> tuple[str, ...]:
        known = self.known("kind", kinds)
        return tuple(slug for slug in kinds if slug in known)

    def known(self, name: str, options: Iterable[str]) -> set[str]:
        """The values of a repeatable parameter that are options; the others become problems."""
        values = {clean_text(value) for value in self.params.getlist(name)} - {""}
        for value in sorted(values - set(options))[:5]:
            self.problems.append(
                _("“%(value)s” is not something we can filter by.") % {"value": shorten(value)}
            )
        return values & set(options)

    def chosen(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        chosen = []
        for key, each in all_filters().items():
            if key not in self.params:
                continue
            options = [value for value, _label in each.options]
            known = self.known(key, options)
            values = tuple(value for value in options if value in known)
            if each.single and len(values) > 1:
                values = (self.last_of(key, values),)
            if values:
                chosen.append((key, values))
        return tuple(chosen)

    def last_of(self, key: str, values: Sequence[str]) -> str:
        """Of a filter that takes one option; the others are named."""
        last = next(
            value for each in reversed(self.params.getlist(key)) if (value := clean_text(each)) in values
        )
        words = [all_filters()[key].option_label(value) for value in values if value != last]
        self.problems.append(
            _("Only one can be chosen here, so “%(value)s” is left out.") % {"value": ", ".join(words)}
        )
        return last

    def near(self) -> tuple[str, list[GeoPoint]]:
        near = self.one("near")
        if not near:
            return "", []
        spots = location.find_points(near, settings.DEFAULT_COUNTRY)
        if not spots:
            self.unknown_place(near)
            return "", []
        return spots[0].value, spots

    def unknown_place(self, typed: str) -> None:
        self.problems.append(
            _("We don’t know a place called “%(value)s”. Try a ZIP code or a city.")
            % {"value": shorten(typed)}
        )

    def place_in(self, words: str) -> tuple[str, str, list[GeoPoint]]:
        """Takes a place out of the words: what is left of them, the place's address and what it may be."""
        taken = location.extract_place(words, settings.DEFAULT_COUNTRY)
        if taken is None:
            return words, "", []
        if taken.spots:
            self.taken = taken
            return taken.rest, taken.spots[0].value, list(taken.spots)
        if taken.typed:
            self.unknown_place(taken.typed)
        else:
            self.problems.append(_("To see what is near you, type a ZIP or a city under “Near”."))
        return taken.rest, "", []

    def radius(self) -> str:
        radius = self.one("radius").lower().replace(" ", "")
        if not radius:
            return ""
        if radius_km(radius) is None:
            self.problems.append(
                _("“%(value)s” is not a distance we can use. Try 10, or 25km.") % {"value": shorten(radius)}
            )
            return ""
        return radius

    def sort(self, *, has_place: bool) -> str:
        sort = self.one("sort")
        if sort == "nearest" and not has_place:
            self.problems.append(_("To see the nearest first, say near where."))
            return ""
        if sort and sort not in SORTS:
            self.problems.append(_("“%(value)s” is not an order we know.") % {"value": shorten(sort)})
            return ""
        return sort

    def page(self) -> int:
        page = self.one("page")
        if not page:
            return 1
        if not re.fullmatch(r"[0-9]{1,5}", page) or not 1 <= int(page) <= MAX_PAGE:
            self.problems.append(
                _("There is no page “%(value)s”; this is the first.") % {"value": shorten(page)}
            )
            return 1
        return int(page)
