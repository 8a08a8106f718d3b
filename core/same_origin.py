"""Protection of forms on pages that are the same for everyone and so cannot contain a CSRF token.

A browser sends with each form the origin of its page, and this module checks that origin. Only views with the decorator
`same_origin` are exempt from Django's token.
"""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

ViewFunction = Callable[..., HttpResponse]
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


def same_origin(view: ViewFunction) -> ViewFunction:
    """Return the view with a check that answers 403 to a form that was not sent from a page of this site."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method not in SAFE_METHODS and not is_same_origin(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def is_same_origin(request: HttpRequest) -> bool:
    """Return whether the browser says that the form is from this site.

    `Origin` decides, or `Sec-Fetch-Site` where a browser sends no `Origin`.
    """
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Sec-Fetch-Site") == "same-origin"
