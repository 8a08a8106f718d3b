"""Forms that shared pages hold: pages that are the same for everyone carry no token of anybody.

A browser says with each form where it came from; that is looked at instead. The only place that is exempt from
Django's token.
"""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

ViewFunction = Callable[..., HttpResponse]
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


def same_origin(view: ViewFunction) -> ViewFunction:
    """Lets a form through that was sent from a page of this site; 403 for any other and where nothing says so."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method not in SAFE_METHODS and not is_same_origin(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def is_same_origin(request: HttpRequest) -> bool:
    """By `Origin`; by `Sec-Fetch-Site` where a browser leaves `Origin` out."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Sec-Fetch-Site") == "same-origin"
