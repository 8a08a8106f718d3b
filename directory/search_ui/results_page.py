"""Build the template context of the search page from a query and its results."""

import datetime
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.cache import BoundedCache, register_clear
from core.template_cache import Placeholder, placeholder
from core.weekdays import WEEKDAY_KEYS
from directory.geo.geocoding import GeoPoint
from directory.guides.parser import Guide, guides
from directory.hotlines.crisis_strip import strip_context
from directory.kinds.base import Kind
from directory.kinds.registry import kinds
from directory.listings.availability import EVENING, AskedAt, group_by_state
from directory.listings.card_cache import render_cards
from directory.search.engine import Results
from directory.search.filter_registry import all_filters, offered_filters
from directory.search.filters import COUNTRY_FILTER, Filter, FilterOptions
from directory.search.meeting_filters import remote_choices
from directory.search.parsing.location import ExtractedPlace
from directory.search.query import SearchQuery
from directory.search_ui.alternatives import Alternatives, near_text, radius_text
from directory.search_ui.danger_panel import build_panel
from directory.search_ui.facet_html import facet_html
from directory.search_ui.summary import heading_text, sort_text, taken_place_text, total_text

MAX_CACHED_QUERIES = 1000


@dataclass(frozen=True)
class ResultsPage:
    """The results of one query, and what the page needs to describe them."""

    query: SearchQuery
    results: Results
    at: AskedAt
    spot: GeoPoint | None
    others: Sequence[GeoPoint]
    problems: Sequence[str]
    kind: Kind | None = None
    """Set on the page of a kind, whose address already names the kind."""
    taken: ExtractedPlace | None = None
    """The place that was found among the words."""

    def context(self) -> dict[str, Any]:
        """Return the context of the page. What differs from one search to the next is a placeholder."""
        results, total = self.results, total_text(self.results.total)
        query_context, filters = cached_query_context(self), self.filters()
        return {
            **query_context,
            "hidden": self.hidden_fields(set(filters)),
            "days": [{**day, "count": self.day_count(value)} for value, day in query_context["days"].items()],
            "narrowing_links": self.narrowing_links(),
            "filters": placeholder(mark_safe("".join(filters.values()))),  # noqa: S308 - each comes from a template
            "total": placeholder(results.total) if results.total else 0,
            "total_text": placeholder(total),
            "announce": placeholder(total),
            "groups": self.groups(),
            "pages": self.pages(query_context["before"], query_context["after"]),
            "problems": [placeholder(each) for each in (*self.problems, *self.past_the_end())],
            "other_places": [
                {
                    "label": placeholder(spot.label),
                    "url": self.url(replace(self.query, near=spot.value, page=1)),
                }
                for spot in self.others
            ],
            "crisis": strip_context(settings.DEFAULT_COUNTRY, chosen=self.country),
            "panel": build_panel(results, self.query, self.url, chosen=self.country),
            "guides": self.guides(),
            "is_relaxed": results.relaxed,
            "corrected": placeholder(results.corrected),
            "literal_url": self.url(replace(self.query, q=results.literal, page=1))
            if results.corrected
            else "",
            "offers": self.offers() if not results.total else [],
        }

    @property
    def country(self) -> str:
        """The country that was chosen, else the one of the place; empty for none."""
        chosen = self.query.choices.get(COUNTRY_FILTER.key, ())
        return chosen[0] if chosen else self.spot.country if self.spot else ""

    @property
    def cache_key(self) -> Hashable:
        """All that `query_context` depends on."""
        at, kind = self.at.local, self.kind.slug if self.kind else ""
        return self.query, kind, self.spot, self.taken, get_language(), at.date(), at.hour >= EVENING

    def query_context(self) -> dict[str, Any]:
        """Return the part of the context that depends on the query and not on the results."""
        query, chips = self.query, self.chips()
        heading = placeholder(heading_text(query, self.spot))
        filters = [chip for chip in chips if chip["key"] not in ("q", "near")]
        return {
            "title": heading,
            "heading": heading,
            "lead": str(self.kind.tagline) + "." if self.kind and not chips else "",
            "action": self.action,
            "q": placeholder(query.q),
            "near": placeholder(query.near),
            "today": placeholder(date_format(self.at.local, "DATE_FORMAT")),
            "radius_options": [
                (placeholder(value), placeholder(radius_text(value)), value == query.radius)
                for value in self.radii()
            ],
            "days": self.days(),
            "chosen": chips,
            "filter_count": placeholder(len(filters)) if filters else 0,
            "clear_url": self.url(
                SearchQuery(q=query.q, near=query.near, kinds=(self.kind.slug,) if self.kind else ())
            ),
            "sort_text": sort_text(query.order),
            "sorts": self.sorts(),
            "place_text": placeholder(self.spot.label if self.spot else ""),
            "used_place": placeholder(taken_place_text(self.taken, self.spot)),
            "as_words_url": self.url(self.as_words()) if self.taken else "",
            "before": self.url(replace(query, page=max(1, query.page - 1))),
            "after": self.url(replace(query, page=query.page + 1)),
        }

    @cached_property
    def action(self) -> str:
        """The address of the form: the page of the kind, or the page of all kinds."""
        return reverse("kind", args=(self.kind.slug,)) if self.kind else reverse("find")

    def form_parameters(self, query: SearchQuery) -> list[tuple[str, str]]:
        """Return name and value of each parameter of a query, without the kind on the page of a kind."""
        parameters = query.url_parameters()
        if self.kind is None:
            return parameters
        return [(name, value) for name, value in parameters if name != "kind"]

    def hidden_fields(self, filters: Collection[str]) -> list[tuple[str, Placeholder]]:
        """Return name and value of each hidden field of the form, for choices that have no visible field."""
        fields = {"q", "near", "radius", "page", *filters}
        return [
            (name, placeholder(value))
            for name, value in self.form_parameters(self.query)
            if name not in fields
        ]

    def url(self, query: SearchQuery) -> Placeholder:
        """Return the address of a query. It is the page of the kind as long as the query names that kind alone."""
        if self.kind and query.kinds != (self.kind.slug,):
            return placeholder(f"{reverse('find')}?{query.query_string()}")
        address = query.query_string()
        if self.kind:
            address = "&".join(part for part in address.split("&") if not part.startswith("kind="))
        return placeholder(f"{self.action}?{address}" if address else self.action)

    def guides(self) -> list[dict[str, Any]]:
        """Return the guides among the results, on the first page. They are no listings and in no count."""
        known = guides(get_language()) if self.results.guides and self.query.page == 1 else {}
        return [_guide_row(known[slug]) for slug in self.results.guides if slug in known]

    @property
    def is_fruitless(self) -> bool:
        """Whether the words alone, all of them, found neither a listing nor a guide."""
        fits = self.results.asks_for_guides or (self.results.total and not self.results.relaxed)
        return bool(self.query.q) and not fits and self.query == SearchQuery(q=self.query.q)

    def as_words(self) -> SearchQuery:
        """Return the query that searches the listings for the name of the place instead."""
        typed = self.taken.typed.replace('"', "") if self.taken else ""
        return replace(self.query.without_option("near", ""), q=f'{self.query.q} "{typed}"'.strip())

    def radii(self) -> list[str]:
        """Return the radii to choose from, as values of the parameter. A radius typed by hand comes first."""
        known = self.query.radii
        return [*known] if self.query.radius in known else [self.query.radius, *known]

    def days(self) -> dict[str, dict[str, Any]]:
        """Return the options of the day filter by value: any day, today, tomorrow and the five days after.

        Empty where none of the kinds has that filter.
        """
        timed = [
            slug
            for slug in self.query.kinds or kinds
            if any(each.key == "day" for each in kinds[slug].filters)
        ]
        if not timed:
            return {}
        today = self.at.local.date()
        week = [today + datetime.timedelta(days=number) for number in range(2, 7)]
        tonight = _("Tonight") if self.at.local.hour >= EVENING else _("Today")
        options = [("", _("Any day")), ("today", tonight), ("tomorrow", _("Tomorrow"))]
        options += [(WEEKDAY_KEYS[date.weekday()], capfirst(str(WEEKDAYS[date.weekday()]))) for date in week]
        chosen = self.query.choices.get("day", ("",))[0]
        any_day, some_day = (self.url(self.query.with_options("day", days)) for days in ([], ["mon"]))
        return {
            value: {
                "label": label,
                # No other name ends so, and in values "=" is written otherwise.
                "url": placeholder(some_day.replace("day=mon", f"day={value}") if value else any_day),
                "current": value == chosen,
            }
            for value, label in options
        }

    def day_count(self, value: str) -> Placeholder | None:
        """Return the number of results on a day; None for any day."""
        return placeholder(self.results.counts["day"][value]) if value else None

    def narrowing_links(self) -> list[dict[str, Any]]:
        """Return links that add one option to the query: of the kind's primary filter and, near a place, a mode.

        Each has a label, an address and the number of results. A filter in which something is chosen has no links.
        """
        filter_keys = [self.kind.primary_filter] if self.kind and self.kind.primary_filter else []
        filter_keys += ["mode"] if self.spot else []
        return [
            {"label": placeholder(label), "count": placeholder(count), "url": self.narrowed_url(key, value)}
            for key in filter_keys
            if key not in self.query.choices
            for value, label, count in self.narrowing_options(key)
        ]

    def narrowed_url(self, key: str, value: str) -> Placeholder:
        """Return the address of the query with the option `value` of the filter `key` chosen, from a cache."""
        cache_key = self.query, self.kind and self.kind.slug, get_language(), key, value
        url: Placeholder | None = _narrowed_urls.get(cache_key)
        if url is None:
            url = self.url(self.query.with_options(key, [value]))
            _narrowed_urls.store(cache_key, url, MAX_CACHED_QUERIES)
        return url

    def narrowing_options(self, key: str) -> list[tuple[str, str, int]]:
        """Return value, label and count of each option of a filter that would leave some of the results out."""
        counts, known = self.results.counts[key], all_filters()[key]
        options = [
            (value, known.option_label(value), counts.get(value, 0)) for value, _label in known.options
        ]
        return [option for option in options if 0 < option[2] < self.results.total]

    def filters(self) -> dict[str, str]:
        """Return the HTML of each filter that has any option to offer, by key."""
        shown = [each for each in offered_filters(self.query.kinds, self.query.choices) if each.key != "day"]
        found = {each.key: self.filter(each) for each in shown}
        if self.kind is None:
            first, *others = found.items()
            found = {first[0]: first[1], "kind": self.kind_filter(), **dict(others)}
        return {key: html for key, html in found.items() if html}

    def filter(self, each: Filter) -> str:
        """Return the HTML of a filter with its counts; empty where no option has results."""
        chosen = self.query.choices.get(each.key, ())
        counts = self.results.counts.get(each.key, {})
        options = partial(getattr, each, "options")
        return facet_html(
            each.key, each.label, options, counts, chosen, single=each.single, folded=each.collapsed
        )

    def kind_filter(self) -> str:
        """Return the HTML of the filter by kind with its counts."""
        return facet_html("kind", _("Kind"), kind_options, self.results.counts["kind"], self.query.kinds)

    def chips(self) -> list[dict[str, Any]]:
        """Return the chosen words, place, kinds and options, each with the address of the query without it."""
        known, query = all_filters(), self.query
        removable = [
            (query.q and f"“{query.q}”", "q", query.q),
            (near_text(query, self.spot), "near", query.near),
        ]
        if self.kind is None:
            removable += [(str(kinds[slug].plural), "kind", slug) for slug in query.kinds]
        removable += [
            (known[key].option_label(value), key, value) for key, values in query.chosen for value in values
        ]
        return [
            {"key": key, "label": placeholder(label), "url": self.url(query.without_option(key, value))}
            for label, key, value in removable
            if label
        ]

    def sorts(self) -> list[dict[str, Any]]:
        """Return the possible orders, each with its address and whether it is the current one."""
        names = {
            "soonest": _("Sort by soonest"),
            "nearest": _("Sort by nearest"),
            "best": _("Sort by best match"),
        }
        possible = {"soonest": True, "nearest": bool(self.spot), "best": bool(self.query.q)}
        return [
            {
                "label": label,
                "url": self.url(replace(self.query, sort=key, page=1)),
                "current": key == self.query.order,
            }
            for key, label in names.items()
            if possible[key]
        ]

    def groups(self) -> list[dict[str, Any]]:
        """Return the cards by availability when they are in that order; else all in one group without a heading."""
        results = self.results
        at = replace(self.at, meeting_choices=results.meeting_choices)
        # Of a group that is too far away, only a meeting online or by phone was found.
        remote = remote_choices(results.meeting_choices)
        out_of_reach = replace(self.at, meeting_choices=remote) if self.spot else None
        found = render_cards(results.ids, results.versions, at, results.km, out_of_reach)
        if self.query.order != "soonest":
            return [card_group("", "", [html for _state, html in found])] if found else []
        whole = results.pages == 1
        return [
            card_group(heading, total_text(len(each)) if whole else "", each)
            for heading, each in group_by_state(found)
        ]

    def pages(self, before: Placeholder, after: Placeholder) -> dict[str, Any]:
        """Return number, count and neighbours of the page.

        `before` and `after` are the addresses of the pages beside the requested one.
        """
        count = self.results.pages
        number = min(self.query.page, count)
        if number < self.query.page:
            before = self.url(replace(self.query, page=max(1, number - 1)))
        return {
            "number": placeholder(number),
            "count": placeholder(count),
            "previous": before if number > 1 else "",
            "next": after if number < count else "",
        }

    def past_the_end(self) -> list[str]:
        """Return a message where the query asks for a page after the last one."""
        if self.query.page <= self.results.pages:
            return []
        return [_("There is no page %(n)d; this is the last.") % {"n": self.query.page}]

    def offers(self) -> list[dict[str, Any]]:
        """Return the alternatives to a query without results."""
        found = Alternatives(self.query, self.spot, self.at, fixed_kind=self.kind is not None).find_all()
        return [
            {"label": placeholder(each.label), "count": placeholder(each.count), "url": self.url(each.query)}
            for each in found
        ]


def _guide_row(guide: Guide) -> dict[str, Any]:
    """Return the context of one guide among the results."""
    return {
        "slug": placeholder(guide.slug),
        "url": placeholder(reverse("guide", args=(guide.slug,))),
        "title": placeholder(guide.title),
        "sentence": placeholder(guide.first_sentence),
        "lang": guide.language if guide.language != get_language() else "",
    }


_query_contexts, _narrowed_urls = BoundedCache(), BoundedCache()
register_clear(_query_contexts.clear)
register_clear(_narrowed_urls.clear)


def cached_query_context(page: ResultsPage) -> dict[str, Any]:
    """Return the part of the context that depends on the query alone. Those of the last few queries are cached."""
    query_context: dict[str, Any] | None = _query_contexts.get(page.cache_key)
    if query_context is None:
        query_context = page.query_context()
        _query_contexts.store(page.cache_key, query_context, MAX_CACHED_QUERIES)
    return query_context


def kind_options() -> FilterOptions:
    """Return slug and plural of every kind."""
    return [(slug, kind.plural) for slug, kind in kinds.items()]


def card_group(heading: str, count_text: str, cards: Sequence[SafeString]) -> dict[str, Any]:
    """Return the context of a group of rendered cards under one heading."""
    return {
        "heading": heading,
        "count_text": placeholder(count_text),
        "cards": placeholder(mark_safe("\n".join(cards))),  # noqa: S308 - the cards are rendered HTML
    }
