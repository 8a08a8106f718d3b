"""Return what a person typed in a private form whenever saving it fails, so that nothing is lost.

The script static/personal_forms.js sends the forms without leaving the page and asks for JSON: `message`, and
`csrf_token`, `version`, `other_version` and `invalid_fields` where they apply. Without the script the response to a
failure is a page with a form that contains everything that was typed. Nothing of it is stored.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from directory.pages.context_processors import site_context
from directory.pages.error_views import error_page, is_full
from network.decorators import never_store
from network.models import Account
from network.pages.item_forms import text_field_labels
from network.vault import store
from network.vault.user_data import form_owner_token

ViewFunction = Callable[..., HttpResponse]
PROTOCOL_FIELDS = ("csrfmiddlewaretoken", "whose")


def private_page(view: ViewFunction) -> ViewFunction:
    """Restrict a view to signed-in people, and return a form with its typed values when saving fails.

    Covers a sign-in that ended, another account, a row that is gone, a stale CSRF token and a database that does not
    answer.
    """

    @never_store
    @sensitive_post_parameters()
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            if not isinstance(request.user, Account):
                return answer_signed_out(request)
            if (
                request.method == "POST"
                and request.POST.get("whose", mark := form_owner_token(request.user)) != mark
            ):
                return render_not_saved(request, 409, _("Somebody else is signed in here now."))
            return view(request, *args, **kwargs)
        except store.ItemNotFound:
            return answer_missing_item(request)
        except DatabaseError as problem:
            return answer_database_error(request, problem)

    vars(guarded).update(without_token=answer_stale_token, when_broken=answer_server_error)
    return guarded


def answer_signed_out(request: HttpRequest) -> HttpResponse:
    """Redirect to the sign-in page, or return the typed values with a request to sign in."""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    return render_not_saved(
        request, 401, _("You are signed out. Sign in again in another tab, then save once more here.")
    )


def answer_stale_token(request: HttpRequest) -> HttpResponse:
    """Return the typed values with a fresh CSRF token, for a form that is older than the sign-in."""
    return render_not_saved(request, 403, _("This page waited for a while. Save once more."))


def answer_missing_item(request: HttpRequest) -> HttpResponse:
    """Return 404, with the typed values where there are any."""
    if request.method != "POST":
        raise Http404
    return render_not_saved(
        request, 404, _("This is not in your account any more. Copy your words before you leave this page.")
    )


def answer_database_error(request: HttpRequest, problem: DatabaseError) -> HttpResponse:
    """Return 507 when the disk is full, and 503 for any other error of the database."""
    if request.method != "POST":
        return error_page(request, 503)
    if is_full(problem):
        return render_not_saved(
            request, 507, _("This site has no room left just now. Leave this page open and save again later.")
        )
    return render_not_saved(
        request,
        503,
        _("The site cannot save at this moment. Leave this page open and save again in a minute."),
    )


def answer_server_error(request: HttpRequest) -> HttpResponse:
    """Return the typed values after an unexpected error."""
    return render_not_saved(
        request, 500, _("Something broke on this site. It was not your doing. Save again in a minute.")
    )


def render_not_saved(request: HttpRequest, status: int, message: str, **more: Any) -> HttpResponse:
    """Render the response to a form that was not saved, as JSON or as a page. Uses no database."""
    if wants_json(request):
        return JsonResponse({"message": message, "csrf_token": get_token(request), **more}, status=status)
    context = {
        **site_context(request),
        "message": message,
        "sign_in": status == 401,
        "action": request.path,
        "fields": typed_fields(request),
        "csrf_token": get_token(request),
    }
    return HttpResponse(render_to_string("network/not_saved.html", context), status=status)


def typed_fields(request: HttpRequest) -> list[dict[str, Any]]:
    """Return name, value and label of each field of the posted form; only text fields have a label."""
    labels = text_field_labels()
    return [
        {"name": name, "value": value, "label": labels.get(name, "")}
        for name, values in request.POST.lists()
        if name not in PROTOCOL_FIELDS
        for value in values
    ]


def wants_json(request: HttpRequest) -> bool:
    """Return whether the script sent the request."""
    return request.headers.get("Accept", "") == "application/json"


def answer_saved(request: HttpRequest, to: str) -> HttpResponse:
    """Lead to the page that shows the saved item."""
    return JsonResponse({"redirect_url": to}) if wants_json(request) else HttpResponseRedirect(to, status=303)


def answer_invalid_form(form: Form) -> HttpResponse:
    """Return the error messages with their field labels, and the names of these fields, as JSON."""
    lines = [
        f"{form.fields[name].label or name}: {' '.join(map(str, messages))}"
        for name, messages in form.errors.items()
    ]
    return JsonResponse({"message": " ".join(lines), "invalid_fields": list(form.errors)}, status=422)
