"""The public pages on which visitors report, suggest and read our answer. They ask for no account and set no cookie.

A code is never part of an address: it is shown on the page that answers a form, and typed into one.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.htmx import cache_publicly, render_page
from core.same_origin import same_origin
from curation.models import Report, Suggestion
from curation.submissions import presenters, rate_limit, services
from curation.submissions.forms import CodeForm, ReportForm, SubmissionForm, SuggestionForm, WriteBackForm
from directory.models import Listing
from directory.pages.error_views import RETRY_SECONDS, is_database_outage, is_full

Result = TypeVar("Result")
OK, TOO_OFTEN, DOWN, FULL = 200, 429, 503, 507


class NotSent(Exception):
    """What was written could not be taken; the form says why.

    Holds the status of the answer that shows the form again, and after how many seconds to try again, or 0.
    """

    def __init__(self, status: int, retry: int = 0) -> None:
        super().__init__(status)
        self.status, self.retry = status, retry


def takes_forms(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """GET and POST from our own pages.

    Forms are read as UTF-8 whatever they call themselves: Python knows character sets that make no text.
    """

    @same_origin
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def taking(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST":
            request.encoding = "utf-8"
        return view(request, *args, **kwargs)

    return taking


@takes_forms
def report(request: HttpRequest, slug: str) -> HttpResponse:
    listing = listing_at(slug)
    context = {"listing": listing}
    if request.method != "POST":
        form = ReportForm(listing, initial=prefilled_values(request, "meeting", "problem"))
        return cache_publicly(render_page(request, "curation/report.html", {**context, "form": form}))
    form = ReportForm(listing, request.POST)
    try:
        code = send(request, form, partial(services.send_report, listing=listing))
    except NotSent as refused:
        return redisplay_form(request, "curation/report.html", {**context, "form": form}, refused)
    return render_page(request, "curation/sent.html", {**context, "code": code})


@takes_forms
def suggest(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        form = SuggestionForm(initial=prefilled_values(request, "kind"))
        return cache_publicly(render_page(request, "curation/suggest.html", {"form": form}))
    form = SuggestionForm(request.POST)
    try:
        code = send(request, form, services.send_suggestion)
    except NotSent as refused:
        return redisplay_form(request, "curation/suggest.html", {"form": form}, refused)
    return render_page(request, "curation/sent.html", {"code": code})


@takes_forms
def answer(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return cache_publicly(render_page(request, "curation/answer.html", {"form": CodeForm()}))
    form = CodeForm(request.POST)
    found = presenters.submission_by_code(form.cleaned_data["code"]) if form.is_valid() else None
    if found is None:
        if form.is_valid():
            form.add_error("code", _("Nothing was sent with this code. A sign may be missing or mistaken."))
        return render_page(request, "curation/answer.html", {"form": form})
    if "text" in request.POST and presenters.may_write(found):
        return save_reply(request, found)
    return thread(request, found, WriteBackForm())


def save_reply(request: HttpRequest, found: Report | Suggestion) -> HttpResponse:
    form = WriteBackForm(request.POST)
    try:
        send(request, form, partial(services.add_reply, found))
    except NotSent as refused:
        return thread(request, found, form, refused)
    found.original.refresh_from_db()
    return thread(request, found, WriteBackForm())


def thread(
    request: HttpRequest, found: Report | Suggestion, form: WriteBackForm, refused: NotSent | None = None
) -> HttpResponse:
    """What its sender may read."""
    context = {
        "facts": presenters.submission_facts(found),
        "sent_on": found.created,
        "details": found.details,
        "status_words": presenters.status_words(found),
        "public": visible_listing(found.original.listing),
        "lines": presenters.thread(found),
        "form": form if presenters.may_write(found) else None,
        "code": request.POST["code"],
    }
    return redisplay_form(request, "curation/thread.html", context, refused or NotSent(OK))


def send(request: HttpRequest, form: SubmissionForm, action: Callable[..., Result]) -> Result:
    """Do what the form asks for. Raises NotSent; the form then says why, and what was typed is still in it."""
    if not form.is_valid():
        raise NotSent(OK)
    try:
        wait = rate_limit.seconds_to_wait(request)
        if not wait:
            return action(**form.facts())
    except DatabaseError as fault:
        if not (is_full(fault) or is_database_outage(fault)):
            raise
        form.add_error(None, cannot_save(fault))
        raise NotSent(FULL if is_full(fault) else DOWN, RETRY_SECONDS) from None
    form.add_error(None, too_often(wait))
    raise NotSent(TOO_OFTEN, wait)


def too_often(wait: int) -> str:
    if wait <= rate_limit.BY_ADDRESS.seconds:
        return _(
            "A lot was sent in a short time, so we could not take this yet. What you wrote is still here: please "
            "send it again in ten minutes."
        )
    return _(
        "A lot was sent from your network in a short time, so we could not take this yet. What you wrote is still "
        "here: please send it again in an hour."
    )


def cannot_save(fault: DatabaseError) -> str:
    if is_full(fault):
        return _(
            "This site has no room left just now, so nothing was sent. What you wrote is still here: please send it "
            "again later."
        )
    return _(
        "The site cannot save at this moment, so nothing was sent. What you wrote is still here: please send it again "
        "in a minute."
    )


def redisplay_form(
    request: HttpRequest, template: str, context: dict[str, Any], refused: NotSent
) -> HttpResponse:
    response = render_page(request, template, context, status=refused.status)
    if refused.retry:
        response.headers["Retry-After"] = str(refused.retry)
    return response


def listing_at(slug: str) -> Listing:
    """The listing that visitors see at this address, or the one that took its place. Raises Http404."""
    found = Listing.objects.visible().select_related("replaced_by", "place").filter(slug=slug).first()
    found = (found.replaced_by or found) if found else None
    if found is None or visible_listing(found) is None:
        raise Http404
    return found


def visible_listing(listing: Listing | None) -> Listing | None:
    """The listing, when visitors may open it."""
    return Listing.objects.visible().filter(pk=listing.pk).first() if listing else None


def prefilled_values(request: HttpRequest, *names: str) -> dict[str, str]:
    """What a link to the form chose beforehand."""
    return {name: request.GET[name] for name in names if name in request.GET}
