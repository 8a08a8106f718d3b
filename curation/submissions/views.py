"""The public pages on which visitors report, suggest, and read our answer. They need no account and set no cookie.

An access code is never part of an address: one page shows it after a form was sent, and another asks for it.
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
from curation.submissions.forms import CodeForm, ReplyForm, ReportForm, SubmissionForm, SuggestionForm
from directory.models import Listing
from directory.pages.error_views import RETRY_SECONDS, is_database_outage, is_full

Result = TypeVar("Result")
OK, TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE, INSUFFICIENT_STORAGE = 200, 429, 503, 507


class SubmissionRefused(Exception):
    """A submission could not be saved; the form says why.

    Holds the status of the response that shows the form again, and after how many seconds to try again, or 0.
    """

    def __init__(self, status: int, retry_seconds: int = 0) -> None:
        super().__init__(status)
        self.status, self.retry_seconds = status, retry_seconds


def accept_forms(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return the view restricted to GET, HEAD, and POST from pages of this site.

    Forms are read as UTF-8 whatever character set they name, since some of Python's sets do not decode to text.
    """

    @same_origin
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST":
            request.encoding = "utf-8"
        return view(request, *args, **kwargs)

    return wrapped


@accept_forms
def report_listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form that reports a problem with a listing, or save the report and show its access code."""
    listing = _get_listing(slug)
    context = {"listing": listing}
    if request.method != "POST":
        form = ReportForm(listing, initial=_prefilled_values(request, "meeting", "problem"))
        return cache_publicly(render_page(request, "curation/report.html", {**context, "form": form}))
    form = ReportForm(listing, request.POST)
    try:
        code = _submit(request, form, partial(services.send_report, listing=listing))
    except SubmissionRefused as error:
        return _render_form(request, "curation/report.html", {**context, "form": form}, error)
    return render_page(request, "curation/sent.html", {**context, "code": code})


@accept_forms
def suggest_listing(request: HttpRequest) -> HttpResponse:
    """Show the form that suggests a listing, or save the suggestion and show its access code."""
    if request.method != "POST":
        form = SuggestionForm(initial=_prefilled_values(request, "kind"))
        return cache_publicly(render_page(request, "curation/suggest.html", {"form": form}))
    form = SuggestionForm(request.POST)
    try:
        code = _submit(request, form, services.send_suggestion)
    except SubmissionRefused as error:
        return _render_form(request, "curation/suggest.html", {"form": form}, error)
    return render_page(request, "curation/sent.html", {"code": code})


@accept_forms
def show_answer(request: HttpRequest) -> HttpResponse:
    """Ask for an access code; with one, show the thread of its submission and save a reply."""
    if request.method != "POST":
        return cache_publicly(render_page(request, "curation/answer.html", {"form": CodeForm()}))
    form = CodeForm(request.POST)
    submission = presenters.submission_by_code(form.cleaned_data["code"]) if form.is_valid() else None
    if submission is None:
        if form.is_valid():
            form.add_error("code", _("Nothing was sent with this code. A sign may be missing or mistaken."))
        return render_page(request, "curation/answer.html", {"form": form})
    if "text" in request.POST and presenters.may_reply(submission):
        return _save_reply(request, submission)
    return _render_thread(request, submission, ReplyForm())


def _save_reply(request: HttpRequest, submission: Report | Suggestion) -> HttpResponse:
    """Store the sender's reply to a question of the curators, and render the thread again if it is refused."""
    form = ReplyForm(request.POST)
    try:
        _submit(request, form, partial(services.add_reply, submission))
    except SubmissionRefused as error:
        return _render_thread(request, submission, form, error)
    submission.original.refresh_from_db()
    return _render_thread(request, submission, ReplyForm())


def _render_thread(
    request: HttpRequest,
    submission: Report | Suggestion,
    form: ReplyForm,
    error: SubmissionRefused | None = None,
) -> HttpResponse:
    """Render the thread of a submission as its sender may read it."""
    context = {
        "facts": presenters.submission_facts(submission),
        "sent_on": submission.created,
        "details": submission.details,
        "status_text": presenters.status_text(submission),
        "listing": _visible_listing(submission.original.listing),
        "thread_messages": presenters.sender_messages(submission),
        "form": form if presenters.may_reply(submission) else None,
        "code": request.POST["code"],
    }
    return _render_form(request, "curation/thread.html", context, error or SubmissionRefused(OK))


def _submit(request: HttpRequest, form: SubmissionForm, action: Callable[..., Result]) -> Result:
    """Call `action` with the values of a valid form, within the rate limits.

    Raises SubmissionRefused; the form then says why and keeps what was typed.
    """
    if not form.is_valid():
        raise SubmissionRefused(OK)
    try:
        wait_seconds = rate_limit.count_submission(request)
        if not wait_seconds:
            return action(**form.values())
    except DatabaseError as error:
        if not (is_full(error) or is_database_outage(error)):
            raise
        form.add_error(None, _storage_error_message(error))
        raise SubmissionRefused(
            INSUFFICIENT_STORAGE if is_full(error) else SERVICE_UNAVAILABLE, RETRY_SECONDS
        ) from None
    form.add_error(None, _rate_limit_message(wait_seconds))
    raise SubmissionRefused(TOO_MANY_REQUESTS, wait_seconds)


def _rate_limit_message(wait_seconds: int) -> str:
    """Return what the sender reads when too much was sent, depending on how long to wait."""
    if wait_seconds <= rate_limit.ADDRESS_LIMIT.seconds:
        return _(
            "A lot was sent in a short time, so we could not take this yet. What you wrote is still here: please "
            "send it again in ten minutes."
        )
    return _(
        "A lot was sent from your network in a short time, so we could not take this yet. What you wrote is still "
        "here: please send it again in an hour."
    )


def _storage_error_message(error: DatabaseError) -> str:
    """Return what the sender reads when the database could not store the submission."""
    if is_full(error):
        return _(
            "This site has no room left just now, so nothing was sent. What you wrote is still here: please send it "
            "again later."
        )
    return _(
        "The site cannot save at this moment, so nothing was sent. What you wrote is still here: please send it again "
        "in a minute."
    )


def _render_form(
    request: HttpRequest, template: str, context: dict[str, Any], error: SubmissionRefused
) -> HttpResponse:
    """Render the form with an error, its status code and, where known, when to try again."""
    response = render_page(request, template, context, status=error.status)
    if error.retry_seconds:
        response.headers["Retry-After"] = str(error.retry_seconds)
    return response


def _get_listing(slug: str) -> Listing:
    """Return the listing that visitors see at this address, or the one that replaced it. Raises Http404."""
    listing = Listing.objects.visible().select_related("replaced_by", "place").filter(slug=slug).first()
    listing = (listing.replaced_by or listing) if listing else None
    if listing is None or _visible_listing(listing) is None:
        raise Http404
    return listing


def _visible_listing(listing: Listing | None) -> Listing | None:
    """Return the listing where visitors may open it, else None."""
    return Listing.objects.visible().filter(pk=listing.pk).first() if listing else None


def _prefilled_values(request: HttpRequest, *names: str) -> dict[str, str]:
    """Return the values of these fields that a link to the form chose."""
    return {name: request.GET[name] for name in names if name in request.GET}
