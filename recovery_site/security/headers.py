"""Headers that every answer carries, and those of pages."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Nothing inline, nothing from elsewhere, so no nonce is needed and pages stay the same for everyone.
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
UNUSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection",
    "local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "serial",
    "storage-access", "usb", "xr-spatial-tracking",
)  # fmt: skip
ALWAYS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# A style sheet or script does what its page may do; there the policy would only weigh, on each first visit.
PARTS = {name: value for name, value in ALWAYS.items() if name != "Content-Security-Policy"}

# What a page may do; on a style sheet it would only weigh.
PERMISSIONS = ", ".join(f"{feature}=()" for feature in UNUSED)


def is_part(request: HttpRequest, response: HttpResponse) -> bool:
    """One of our own files that a page is drawn with. An image can be opened by itself and is none."""
    kind = response.headers.get("Content-Type", "")
    return request.path.startswith(settings.STATIC_URL) and kind.startswith(("text/css", "text/javascript"))


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in (PARTS if is_part(request, response) else ALWAYS).items():
            response.headers.setdefault(name, value)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Permissions-Policy", PERMISSIONS)
            # A page that was left must not come back from the browser's store.
            response.headers["Cache-Control"] = "no-store"
        return response

    return middleware
