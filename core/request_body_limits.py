"""Let a view accept request bodies that are larger than the limit of the site, from requests that it trusts.

`DATA_UPLOAD_MAX_MEMORY_SIZE` limits the body of every request. `allow_body_size` raises the limit for one view. The
middleware in `recovery_site/security/request_bodies.py` asks `max_body_bytes` before it reads a body.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest

ViewFunction = TypeVar("ViewFunction", bound=Callable[..., Any])


def allow_body_size(
    max_bytes: int, *, when: Callable[[HttpRequest], bool]
) -> Callable[[ViewFunction], ViewFunction]:
    """Return a decorator that lets a view take bodies of up to `max_bytes` from requests for which `when` is true."""

    def mark(view: ViewFunction) -> ViewFunction:
        vars(view).update(max_bytes=max_bytes, allows_max_bytes=when)
        return view

    return mark


def max_body_bytes(request: HttpRequest, view: Callable[..., Any]) -> int:
    """Return how many bytes the body of this request to this view may have."""
    usual = int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
    raised = getattr(view, "max_bytes", 0)
    return max(usual, raised) if raised and view.allows_max_bytes(request) else usual  # type: ignore[attr-defined]
