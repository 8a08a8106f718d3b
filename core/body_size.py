"""How large the body of a request may be, for views that take more than a form.

`DATA_UPLOAD_MAX_MEMORY_SIZE` bounds the whole body of every request. A view may take more from people whom it knows.
The middleware in `recovery_site/security/request_bodies.py` asks it before anything of the body is read.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest

View = TypeVar("View", bound=Callable[..., Any])


def takes_body_of(most: int, *, when: Callable[[HttpRequest], bool]) -> Callable[[View], View]:
    """Let a view take bodies of up to `most` bytes from requests for which `when` is true."""

    def mark(view: View) -> View:
        vars(view).update(most_bytes=most, takes_most_bytes=when)
        return view

    return mark


def most_bytes(request: HttpRequest, view: Callable[..., Any]) -> int:
    """Return how many bytes the body of this request to this view may have."""
    usual = int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
    most = getattr(view, "most_bytes", 0)
    return max(usual, most) if most and view.takes_most_bytes(request) else usual  # type: ignore[attr-defined]
