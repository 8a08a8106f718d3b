"""Security headers of every response, and those of pages."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Nothing inline and nothing from other sites, so no nonce is needed and pages are the same for everyone.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
UNUSED_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection",
    "local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "serial",
    "storage-access", "usb", "xr-spatial-tracking",
)  # fmt: skip
RESPONSE_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# The policy of its page applies to a style sheet or script, so there the header would only add bytes to a first visit.
SUBRESOURCE_HEADERS = {
    name: value for name, value in RESPONSE_HEADERS.items() if name != "Content-Security-Policy"
}

# Needed on pages only.
PERMISSIONS = ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES)


def _is_subresource(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether the response is one of our style sheets or scripts. An image may be opened by itself."""
    content_type = response.headers.get("Content-Type", "")
    is_static = request.path.startswith(settings.STATIC_URL)
    return is_static and content_type.startswith(("text/css", "text/javascript"))


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return middleware that adds the security headers which a response does not have yet."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        headers = SUBRESOURCE_HEADERS if _is_subresource(request, response) else RESPONSE_HEADERS
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Permissions-Policy", PERMISSIONS)
            # After "Leave quickly", the browser must not show the page again from its cache.
            response.headers["Cache-Control"] = "no-store"
        return response

    return middleware
