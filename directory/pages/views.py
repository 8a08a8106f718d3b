"""The views of the public pages. At one moment, each page is the same for everyone."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from core.htmx import cache_publicly, render_page
from core.site_origin import absolute_url
from directory.geo.countries import COUNTRIES
from directory.guides.parser import guides as all_guides
from directory.hotlines import by_country
from directory.hotlines import help_now as someone_now
from directory.hotlines.crisis_strip import strip_context
from directory.kinds.registry import kinds
from directory.listings import availability, detail, schema_org
from directory.listings.availability import AskedAt
from directory.listings.cards import build_cards
from directory.listings.merged_redirects import merge_targets
from directory.listings.translation_review import is_unreviewed
from directory.models import Listing
from directory.pages import home_tiles
from directory.pages.cached_page import render_cached_page
from directory.pages.context_processors import chosen_country
from directory.search import engine, zero_result_queries
from directory.search.query import QueryReader, SearchQuery
from directory.search_ui.autocomplete import place_suggestions, suggestions
from directory.search_ui.results_page import ResultsPage

SOON_ON_HOME = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Render the home page, with a tile or a link for each kind of listing."""
    at = AskedAt.now_in_zone()
    soon = build_cards(
        engine.soonest_listings(SearchQuery(kinds=kinds.meeting_slugs()), at, SOON_ON_HOME), at
    )
    context = {
        "greeting": f"{capfirst(date_format(at.local, 'l'))}, {availability.clock_text(at.local)}",
        "evening": at.local.hour >= availability.EVENING,
        **home_tiles.page_context(at),
        "soon": soon,
    }
    return cache_publicly(render_page(request, "directory/home.html", context))


@require_safe
def find(request: HttpRequest, kind: str = "") -> HttpResponse:
    """Render the search page, or the page of one kind; for htmx, only the results."""
    if kind and kind not in kinds:
        raise Http404
    finding = results_page(QueryReader(request.GET), kind)
    if not finding.results.total and finding.taken and not finding.taken.sure:
        # What looked like a place was none: "phoenix house".
        finding = results_page(QueryReader(request.GET, keep_place_in_text=True), kind)
    if finding.is_fruitless:
        zero_result_queries.record_zero_result(finding.query.q, finding.at.today)
    return cache_publicly(
        render_cached_page(
            request, "directory/find.html", finding.context(), part="directory/_search_results.html"
        )
    )


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Return suggestions for what is typed into one of the two search boxes, as JSON; nothing is stored."""
    near = request.GET.get("near")
    found = suggestions(request.GET.get("q", "")) if near is None else place_suggestions(near)
    return JsonResponse(found, safe=False, headers={"Cache-Control": "no-store"})


def results_page(reader: QueryReader, kind: str) -> ResultsPage:
    """Run the search that an address asks for, and return what its page shows."""
    query, spot, others, problems = reader.read_query(fixed_kind=kind)
    at = AskedAt.now_in_zone(spot.zone if spot else "")
    results = engine.search(query, spot=spot, at=at)
    return ResultsPage(query, results, at, spot, others, problems, kinds.get(kind), reader.extracted_place)


@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Render the page of a listing, or redirect to the one that replaced it."""
    found = get_object_or_404(detail.visible_listings(), slug=slug)
    now = merge_targets([found.pk]) if found.replaced_by_id else {}
    if now:
        return redirect(get_object_or_404(Listing, pk=now[found.pk]))
    context = detail.page_context(found, AskedAt.now_in_zone(found.place.zone if found.place else ""))
    # Who reads about a line of another country must not take the strip's number for one of that country.
    chosen = found.country if kinds[found.kind].is_crisis_line else ""
    if (chosen := chosen_country(request) or chosen) in COUNTRIES:
        context["crisis"] = strip_context(settings.DEFAULT_COUNTRY, chosen=chosen)
    context["structured"] = schema_org.json_ld_block(found, absolute_url(found.get_absolute_url()))
    return cache_publicly(render_page(request, "directory/listing.html", context))


@require_safe
def hotlines(request: HttpRequest) -> HttpResponse:
    """Render the page of all lines of a country."""
    context = by_country.hotlines_context(
        request.GET.get("country", ""), request.GET.get("concern", ""), AskedAt.now_in_zone()
    )
    return cache_publicly(
        render_page(
            request, "directory/hotlines.html", {**context, "is_unreviewed": is_unreviewed("hotlines")}
        )
    )


@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """Render who can be reached now. It needs no form, and opens without a database too."""
    context = someone_now.page_context(request.GET.get("country", ""), AskedAt.now_in_zone())
    return cache_publicly(render_page(request, "directory/now.html", context))


@require_safe
def static_page(request: HttpRequest, name: str) -> HttpResponse:
    """Render a page of text, such as the one about privacy."""
    days, months = settings.BACKUP_DAYS, settings.IDLE_MONTHS
    context = {"backup_days": days, "idle_months": months, "is_unreviewed": is_unreviewed(name)}
    return cache_publicly(render_page(request, f"directory/{name}.html", context))


@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """Render the page that lists all guides."""
    return cache_publicly(
        render_page(request, "directory/guides.html", {"guides": all_guides(get_language()).values()})
    )


@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """Render the page of one guide. Raises Http404 for an unknown one."""
    known = all_guides(get_language())
    if slug not in known:
        raise Http404
    others = [each for each in known.values() if each.slug != slug]
    context = {"guide": known[slug], "others": others, "is_unreviewed": is_unreviewed(f"guides/{slug}")}
    return cache_publicly(render_page(request, "directory/guide.html", context))
