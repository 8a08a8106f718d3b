"""Which of the headers that proxies set are believed.

X-Forwarded-For and X-Forwarded-Proto are read where `TRUSTED_PROXIES` says that a proxy of the operator's writes them.
Everything else of this kind is taken out of each request before any other code sees it.
"""

import ssl
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PROTO = "HTTP_X_FORWARDED_PROTO"
# By these a server may have set the scheme before Django was asked; gunicorn does so for anybody on this machine.
SCHEMES = (
    PROTO,
    "HTTP_X_FORWARDED_PROTOCOL",
    "HTTP_X_FORWARDED_SSL",
    "HTTP_FRONT_END_HTTPS",
    "HTTP_X_URL_SCHEME",
)
OTHERS = (
    "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_SERVER", "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_SCRIPT_NAME", "HTTP_SCRIPT_NAME", "HTTP_PATH_INFO", "HTTP_X_ORIGINAL_URL", "HTTP_X_REWRITE_URL",
)  # fmt: skip


def ignore_untrusted_forwarding(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Remove what nobody trusted has written, and restore the scheme of the connection."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if any(name in request.META for name in SCHEMES):
            request.META["wsgi.url_scheme"] = scheme_of_connection(request.META)
        for name in (*SCHEMES, *OTHERS):
            if name != PROTO or not settings.TRUSTED_PROXIES:
                request.META.pop(name, None)
        return get_response(request)

    return middleware


def scheme_of_connection(environ: dict[str, Any]) -> str:
    """Return "https" where the server itself speaks TLS on this connection."""
    return "https" if isinstance(environ.get("gunicorn.socket"), ssl.SSLSocket) else "http"
