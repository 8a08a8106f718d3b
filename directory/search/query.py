"""A search query as one frozen value, which is read from the parameters of a URL and written back to them.

Only values that differ from the default are written, so that URLs are short and can be shared. A parameter with an
invalid value becomes a problem, in a sentence for the visitor; the rest of the query still counts.
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

# Miles where the country uses them, otherwise kilometres.
DEFAULT_RADIUS = "10"
RADII = ("2", "5", "10", "25", "50", "100")
DEFAULT_METRIC_RADIUS = "15km"
METRIC_RADII = ("3km", "8km", "15km", "40km", "80km", "160km")
SORTS = ("best", "soonest", "nearest")
MAX_TEXT_LENGTH = 200  # characters
MAX_PAGE = 10_000
MAX_KM = 1000.0


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search: text, kinds, place, chosen filter options, order and page."""

    q: str = ""
    """The text, without the place that was found in it."""
    kinds: tuple[str, ...] = ()
    """Slugs of the kinds to search in; empty for all."""
    near: str = ""
    """A place, as `geocoding` reads it back."""
    radius: str = DEFAULT_RADIUS
    """Miles ("10"), or kilometres ("25km")."""
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Pairs of filter key and chosen options, in the order in which the filters are declared."""
    sort: str = ""
    """The chosen order; empty for the one that suits the query, see `order`."""
    page: int = 1
    metric: bool = False
    """Whether the country of the place measures in kilometres; only the radius options depend on it."""

    @property
    def default_radius(self) -> str:
        """Return the radius that applies when none is chosen."""
        return DEFAULT_METRIC_RADIUS if self.metric else DEFAULT_RADIUS

    @property
    def radii(self) -> tuple[str, ...]:
        """Return the radii that the form offers."""
        return METRIC_RADII if self.metric else RADII

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """Return the chosen options by filter key."""
        return dict(self.chosen)

    @property
    def km(self) -> float:
        """Return the radius of the query in kilometres."""
        return radius_km(self.radius) or 0.0

    @property
    def order(self) -> str:
        """Return the order of the results: the chosen one, or the default for this query.

        Without a chosen one, it is "best" for a text, "nearest" for a place without anything else, otherwise "soonest".
        """
        return self.sort or ("best" if self.q else "nearest" if self.has_only_place else "soonest")

    @property
    def has_only_place(self) -> bool:
        """Return whether the query names a place and nothing else."""
        return bool(self.near) and not (self.q or self.kinds or self.chosen)

    def url_parameters(self) -> list[tuple[str, str]]:
        """Return the names and values of the URL's parameters, without defaults."""
        pairs = [("q", self.q), *(("kind", slug) for slug in self.kinds), ("near", self.near)]
        pairs.append(("radius", self.radius if self.near and self.radius != self.default_radius else ""))
        pairs.extend((key, value) for key, values in self.chosen for value in values)
        pairs.extend((("sort", self.sort), ("page", str(self.page) if self.page > 1 else "")))
        return [(name, value) for name, value in pairs if value]

    def query_string(self) -> str:
        """Return the part of the URL behind the question mark."""
        return urlencode(self.url_parameters())

    def with_options(self, key: str, values: Iterable[str]) -> Self:
        """Return the query with these options chosen for one filter, on its first page."""
        choices = {**self.choices, key: tuple(values)}
        ordered = tuple((name, choices[name]) for name in all_filters() if choices.get(name))
        return replace(self, chosen=ordered, page=1)

    def without_option(self, key: str, value: str) -> Self:
        """Return the query without one chosen option, or without its kind ("kind"), text ("q") or place ("near")."""
        if key == "kind":
            return replace(self, kinds=tuple(slug for slug in self.kinds if slug != value), page=1)
        if key == "q":
            return replace(self, q="", page=1)
        if key == "near":
            sort = "" if self.sort == "nearest" else self.sort
            return replace(self, near="", radius=DEFAULT_RADIUS, metric=False, sort=sort, page=1)
        return self.with_options(key, (other for other in self.choices.get(key, ()) if other != value))


def radius_km(text: str) -> float | None:
    """Return a radius in kilometres: "10" means miles, "25km" kilometres.

    Return None for any other text, and for a radius that is not between 0 and 1,000 km.
    """
    parts = re.fullmatch(r"([0-9]{1,4}(?:\.[0-9]{1,2})?)(km)?", text)
    if not parts:
        return None
    km = float(parts[1]) * (1 if parts[2] else KM_PER_MILE)
    return km if 0 < km <= MAX_KM else None


def clean_text(text: str) -> str:
    """Return a text without control characters, lone surrogates and repeated blanks."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    printable = (" " if unicodedata.category(sign) in ("Cc", "Cs", "Co") else sign for sign in text)
    return " ".join("".join(printable).split())


def _shorten(text: str) -> str:
    """Return at most 40 characters of a value, as a message may repeat it."""
    text = clean_text(text)
    return text if len(text) <= 40 else text[:40] + "…"


@dataclass
class QueryReader:
    """Read a query from the parameters of a URL, and collect a problem for each value that is invalid."""

    params: QueryDict
    keep_place_in_text: bool = False
    """Whether a place that the text names stays part of the text."""

    def __post_init__(self) -> None:
        """Create the empty list of problems."""
        self.problems: list[str] = []
        self.extracted_place: ExtractedPlace | None = None
        """The place that was found in the text."""

    def read_query(
        self, fixed_kind: str = ""
    ) -> tuple[SearchQuery, GeoPoint | None, list[GeoPoint], list[str]]:
        """Return the query, the point of its place, other points that the place may mean, and the problems.

        With `fixed_kind`, the query searches in that kind whatever the parameters say.
        """
        text, (near, spots) = self._text(), self._place()
        if text and not near and not self.keep_place_in_text:
            text, near, spots = self._extract_place(text)
        metric = bool(spots) and not geocoding.uses_miles(spots[0].country)
        query = SearchQuery(
            q=text,
            kinds=(fixed_kind,) if fixed_kind else self._kinds(),
            near=near,
            radius=self._radius() or (DEFAULT_METRIC_RADIUS if metric else DEFAULT_RADIUS),
            metric=metric,
            chosen=self._chosen(),
            sort=self._sort(has_place=bool(spots)),
            page=self._page(),
        )
        return query, spots[0] if spots else None, spots[1:], self.problems

    def _last_value(self, name: str) -> str:
        """Return the last value of a parameter, which counts as it does in Django."""
        return clean_text(self.params.get(name, ""))

    def _text(self) -> str:
        """Return the typed words, cut at `MAX_TEXT_LENGTH`, and report the cut as a problem."""
        text = self._last_value("q")
        if len(text) > MAX_TEXT_LENGTH:
            self.problems.append(
                _("Only the first %(n)d letters of what you typed were used.") % {"n": MAX_TEXT_LENGTH}
            )
        return text[:MAX_TEXT_LENGTH].strip()

    def _kinds(self) -> tuple[str, ...]:
        """Return the chosen kinds in the order of the registry."""
        known = self._known_values("kind", kinds)
        return tuple(slug for slug in kinds if slug in known)

    def _known_values(self, name: str, options: Iterable[str]) -> set[str]:
        """Return the values of a repeatable parameter that are options; the others become problems."""
        values = {clean_text(value) for value in self.params.getlist(name)} - {""}
        for value in sorted(values - set(options))[:5]:
            self.problems.append(
                _("“%(value)s” is not something we can filter by.") % {"value": _shorten(value)}
            )
        return values & set(options)

    def _chosen(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the chosen options of all filters, and report unknown values as problems."""
        chosen = []
        for key, known_filter in all_filters().items():
            if key not in self.params:
                continue
            options = [value for value, _label in known_filter.options]
            known = self._known_values(key, options)
            values = tuple(value for value in options if value in known)
            if known_filter.single and len(values) > 1:
                values = (self._single_option(key, values),)
            if values:
                chosen.append((key, values))
        return tuple(chosen)

    def _single_option(self, key: str, values: Sequence[str]) -> str:
        """Return the last option of a filter that takes only one; a problem names the others."""
        last = next(
            value for typed in reversed(self.params.getlist(key)) if (value := clean_text(typed)) in values
        )
        labels = [all_filters()[key].option_label(value) for value in values if value != last]
        self.problems.append(
            _("Only one can be chosen here, so “%(value)s” is left out.") % {"value": ", ".join(labels)}
        )
        return last

    def _place(self) -> tuple[str, list[GeoPoint]]:
        """Return the place of the parameter "near" as the query keeps it, and the points that it may mean."""
        near = self._last_value("near")
        if not near:
            return "", []
        spots = location.find_points(near, settings.DEFAULT_COUNTRY)
        if not spots:
            self._report_unknown_place(near)
            return "", []
        return spots[0].value, spots

    def _report_unknown_place(self, typed: str) -> None:
        """Add the problem that the gazetteer does not know the typed place."""
        self.problems.append(
            _("We don’t know a place called “%(value)s”. Try a ZIP code or a city.")
            % {"value": _shorten(typed)}
        )

    def _extract_place(self, text: str) -> tuple[str, str, list[GeoPoint]]:
        """Return the text without the place in it, that place, and the points that it may mean."""
        place = location.extract_place(text, settings.DEFAULT_COUNTRY)
        if place is None:
            return text, "", []
        if place.points:
            self.extracted_place = place
            return place.rest, place.points[0].value, list(place.points)
        if place.typed:
            self._report_unknown_place(place.typed)
        else:
            self.problems.append(_("To see what is near you, type a ZIP or a city under “Near”."))
        return place.rest, "", []

    def _radius(self) -> str:
        """Return the chosen radius, or "" for none, and report a value that is no distance as a problem."""
        radius = self._last_value("radius").lower().replace(" ", "")
        if not radius:
            return ""
        if radius_km(radius) is None:
            self.problems.append(
                _("“%(value)s” is not a distance we can use. Try 10, or 25km.") % {"value": _shorten(radius)}
            )
            return ""
        return radius

    def _sort(self, *, has_place: bool) -> str:
        """Return the chosen order, and report one that cannot apply as a problem."""
        sort = self._last_value("sort")
        if sort == "nearest" and not has_place:
            self.problems.append(_("To see the nearest first, say near where."))
            return ""
        if sort and sort not in SORTS:
            self.problems.append(_("“%(value)s” is not an order we know.") % {"value": _shorten(sort)})
            return ""
        return sort

    def _page(self) -> int:
        """Return the number of the page, 1 by default, and report an impossible number as a problem."""
        page = self._last_value("page")
        if not page:
            return 1
        if not re.fullmatch(r"[0-9]{1,5}", page) or not 1 <= int(page) <= MAX_PAGE:
            self.problems.append(
                _("There is no page “%(value)s”; this is the first.") % {"value": _shorten(page)}
            )
            return 1
        return int(page)
