"""Middleware that removes forwarding headers, such as X-Forwarded-For, that no trusted proxy has set.

X-Forwarded-For and X-Forwarded-Proto are used if `TRUSTED_PROXIES` says that a proxy of the operator writes them. All
other headers of this kind are removed from each request before any other code sees them.
"""

import ssl
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FORWARDED_PROTO = "HTTP_X_FORWARDED_PROTO"
# From these a server may have set the scheme already; gunicorn does so for requests from this machine.
SCHEME_HEADERS = (
    FORWARDED_PROTO,
    "HTTP_X_FORWARDED_PROTOCOL",
    "HTTP_X_FORWARDED_SSL",
    "HTTP_FRONT_END_HTTPS",
    "HTTP_X_URL_SCHEME",
)
OTHER_HEADERS = (
    "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_SERVER", "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_SCRIPT_NAME", "HTTP_SCRIPT_NAME", "HTTP_PATH_INFO", "HTTP_X_ORIGINAL_URL", "HTTP_X_REWRITE_URL",
)  # fmt: skip


def ignore_untrusted_forwarding(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Remove headers that no trusted proxy wrote, and restore the scheme of the connection."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if any(name in request.META for name in SCHEME_HEADERS):
            request.META["wsgi.url_scheme"] = connection_scheme(request.META)
        for name in (*SCHEME_HEADERS, *OTHER_HEADERS):
            if name != FORWARDED_PROTO or not settings.TRUSTED_PROXIES:
                request.META.pop(name, None)
        return get_response(request)

    return middleware


def connection_scheme(environ: dict[str, Any]) -> str:
    """Return "https" if the server itself uses TLS on this connection, else "http"."""
    return "https" if isinstance(environ.get("gunicorn.socket"), ssl.SSLSocket) else "http"
