"""The public pages on which visitors report, suggest and read our answer. They ask for no account and set no cookie.

A code is never part of an address: it is shown on the page that answers a form, and typed into one.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from curation import actions, floods, sent
from curation.forms import CodeForm, ReportForm, Sending, SuggestionForm, WriteBackForm
from curation.models import Report, Suggestion
from directory.guard import same_origin
from directory.models import Listing
from directory.pages import for_everyone, page

OK, TOO_OFTEN = 200, 429
WAIT = str(floods.BY_ADDRESS.seconds)


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
        form = ReportForm(listing, initial=chosen(request, "meeting", "what"))
        return for_everyone(page(request, "curation/report.html", {**context, "form": form}))
    form = ReportForm(listing, request.POST)
    if (status := refusal(request, form)) is not None:
        return once_more(request, "curation/report.html", {**context, "form": form}, status)
    code = actions.send_report(listing=listing, **form.facts())
    return page(request, "curation/sent.html", {**context, "code": code})


@takes_forms
def suggest(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        form = SuggestionForm(initial=chosen(request, "kind"))
        return for_everyone(page(request, "curation/suggest.html", {"form": form}))
    form = SuggestionForm(request.POST)
    if (status := refusal(request, form)) is not None:
        return once_more(request, "curation/suggest.html", {"form": form}, status)
    code = actions.send_suggestion(**form.facts())
    return page(request, "curation/sent.html", {"code": code})


@takes_forms
def answer(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return for_everyone(page(request, "curation/answer.html", {"form": CodeForm()}))
    form = CodeForm(request.POST)
    found = sent.by_code(form.cleaned_data["code"]) if form.is_valid() else None
    if found is None:
        if form.is_valid():
            form.add_error("code", _("Nothing was sent with this code. A sign may be missing or mistaken."))
        return page(request, "curation/answer.html", {"form": form})
    if "text" in request.POST and sent.may_write(found):
        return written_back(request, found)
    return thread(request, found, WriteBackForm())


def written_back(request: HttpRequest, found: Report | Suggestion) -> HttpResponse:
    form = WriteBackForm(request.POST)
    if (status := refusal(request, form)) is not None:
        return thread(request, found, form, status)
    actions.write_back(found, **form.facts())
    found.joins_or_self.refresh_from_db()
    return thread(request, found, WriteBackForm())


def thread(
    request: HttpRequest, found: Report | Suggestion, form: WriteBackForm, status: int = OK
) -> HttpResponse:
    """What its sender may read."""
    context = {
        "facts": sent.facts(found),
        "sent_on": found.created,
        "details": found.details,
        "status_words": sent.status_words(found),
        "public": public(found.joins_or_self.listing),
        "lines": sent.thread(found),
        "form": form if sent.may_write(found) else None,
        "code": request.POST["code"],
    }
    return once_more(request, "curation/thread.html", context, status)


def refusal(request: HttpRequest, form: Sending) -> int | None:
    """The status of the answer that shows the form again, what was typed still in it; None when all is well."""
    if not form.is_valid():
        return OK
    if floods.may_send(request.META["REMOTE_ADDR"]):
        return None
    form.add_error(
        None,
        _(
            "A lot was sent in a short time, so we could not take this yet. What you wrote is still here: please "
            "send it again in ten minutes."
        ),
    )
    return TOO_OFTEN


def once_more(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    response = page(request, template, context, status=status)
    if status == TOO_OFTEN:
        response.headers["Retry-After"] = WAIT
    return response


def listing_at(slug: str) -> Listing:
    """The listing that visitors see at this address, or the one that took its place. Raises Http404."""
    found = Listing.objects.visible().select_related("replaced_by", "place").filter(slug=slug).first()
    found = (found.replaced_by or found) if found else None
    if found is None or public(found) is None:
        raise Http404
    return found


def public(listing: Listing | None) -> Listing | None:
    """The listing, when visitors may open it."""
    return Listing.objects.visible().filter(pk=listing.pk).first() if listing else None


def chosen(request: HttpRequest, *names: str) -> dict[str, str]:
    """What a link to the form chose beforehand."""
    return {name: request.GET[name] for name in names if name in request.GET}
