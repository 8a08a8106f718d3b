"""The public pages. All of them are the same for everyone who opens them at the same moment."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from core.htmx import for_everyone, page
from core.site_origin import absolute_url
from directory.geo.countries import COUNTRIES
from directory.guides.parser import guides as all_guides
from directory.hotlines import by_country
from directory.hotlines import help_now as someone_now
from directory.hotlines.crisis_strip import crisis
from directory.kinds.registry import kinds
from directory.listings import availability, detail, schema_org
from directory.listings.availability import At
from directory.listings.cards import cards
from directory.listings.merged_redirects import replacements
from directory.listings.translation_review import is_unread
from directory.models import Listing
from directory.pages import home_tiles
from directory.pages.cached_page import moulded
from directory.pages.context_processors import chosen_country
from directory.search import engine, zero_result_queries
from directory.search.query import Reader, SearchQuery
from directory.search_ui.autocomplete import place_suggestions, suggestions
from directory.search_ui.results_page import Finding

SOON_ON_HOME = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    at = At.this_moment()
    soon = cards(engine.soonest(SearchQuery(kinds=("support-groups",)), at, SOON_ON_HOME), at)
    context = {
        "greeting": f"{capfirst(date_format(at.local, 'l'))}, {availability.clock_words(at.local)}",
        "evening": at.local.hour >= availability.EVENING,
        **home_tiles.context(at),
        "soon": soon,
    }
    return for_everyone(page(request, "directory/home.html", context))


@require_safe
def find(request: HttpRequest, kind: str = "") -> HttpResponse:
    if kind and kind not in kinds:
        raise Http404
    finding = found(Reader(request.GET), kind)
    if not finding.results.total and finding.taken and not finding.taken.sure:
        # What looked like a place was none: "phoenix house".
        finding = found(Reader(request.GET, as_words=True), kind)
    if finding.is_fruitless:
        zero_result_queries.note(finding.query.q, finding.at.today)
    return for_everyone(
        moulded(request, "directory/find.html", finding.context(), part="directory/_found.html")
    )


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """What may be meant by what is being typed into one of the two boxes; kept nowhere."""
    near = request.GET.get("near")
    found = suggestions(request.GET.get("q", "")) if near is None else place_suggestions(near)
    return JsonResponse(found, safe=False, headers={"Cache-Control": "no-store"})


def found(reader: Reader, kind: str) -> Finding:
    query, spot, others, problems = reader.read(fixed_kind=kind)
    at = At.this_moment(spot.zone if spot else "")
    results = engine.search(query, spot=spot, at=at)
    return Finding(query, results, at, spot, others, problems, kinds.get(kind), reader.taken)


@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(detail.listings(), slug=slug)
    now = replacements([found.pk]) if found.replaced_by_id else {}
    if now:
        return redirect(get_object_or_404(Listing, pk=now[found.pk]))
    context = detail.context(found, At.this_moment(found.place.zone if found.place else ""))
    # Who reads about a line of another country must not take the strip's number for one of that country.
    chosen = found.country if found.kind == "hotlines" else ""
    if (chosen := chosen_country(request) or chosen) in COUNTRIES:
        context["crisis"] = crisis(settings.DEFAULT_COUNTRY, chosen=chosen)
    context["structured"] = schema_org.data_block(found, absolute_url(found.get_absolute_url()))
    return for_everyone(page(request, "directory/listing.html", context))


@require_safe
def hotlines(request: HttpRequest) -> HttpResponse:
    context = by_country.context(
        request.GET.get("country", ""), request.GET.get("concern", ""), At.this_moment()
    )
    return for_everyone(
        page(request, "directory/hotlines.html", {**context, "unread": is_unread("hotlines")})
    )


@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """Who is there now. One screen, no form; it opens with the database stopped too."""
    context = someone_now.context(request.GET.get("country", ""), At.this_moment())
    return for_everyone(page(request, "directory/now.html", context))


@require_safe
def plain(request: HttpRequest, name: str) -> HttpResponse:
    days, months = settings.BACKUP_DAYS, settings.IDLE_MONTHS
    context = {"backup_days": days, "idle_months": months, "unread": is_unread(name)}
    return for_everyone(page(request, f"directory/{name}.html", context))


@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    return for_everyone(
        page(request, "directory/guides.html", {"guides": all_guides(get_language()).values()})
    )


@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    known = all_guides(get_language())
    if slug not in known:
        raise Http404
    others = [each for each in known.values() if each.slug != slug]
    context = {"guide": known[slug], "others": others, "unread": is_unread(f"guides/{slug}")}
    return for_everyone(page(request, "directory/guide.html", context))
