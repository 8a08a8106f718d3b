"""Decorators for views of private pages: forbid caching and indexing of their responses."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

ViewFunction = Callable[..., HttpResponse]


def never_store(view: ViewFunction) -> ViewFunction:
    """Return the view with headers on each response that forbid caching and indexing."""

    @wraps(view)
    def marked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return marked
