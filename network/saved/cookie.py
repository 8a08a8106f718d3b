"""The saved list of a person without an account: one signed cookie on their device. The server keeps nothing.

Who wants the list gone whenever they leave quickly has a second cookie that says so, and nothing else.

The cookie holds ids of listings in their order, in base 36 between full stops, and nothing else: no name, no date,
nothing that would be the same on two devices. 200 ids stay under 3 KB; browsers take 4 KB.
"""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.utils.http import base36_to_int, int_to_base36

MAX_SAVED_LISTINGS = 200  # ids
MAX_AGE_SECONDS = 365 * 24 * 60 * 60  # seconds
SEPARATOR = "."
CLEAR_ON_EXIT = "clear"


def cookie_name() -> str:
    """With the prefix that ties the cookie to this host where TLS is on."""
    return f"{settings.COOKIE_PREFIX}kept"


def exit_cookie_name() -> str:
    return f"{settings.COOKIE_PREFIX}leave"


def _signer() -> Signer:
    return Signer(salt="network.saved.cookie")


def read_ids(request: HttpRequest) -> list[int]:
    """The ids; an unreadable or forged cookie is an empty list."""
    try:
        return decode_ids(_signer().unsign(request.COOKIES.get(cookie_name(), "")))
    except (BadSignature, ValueError):
        return []


def write_ids(response: HttpResponse, ids: list[int]) -> None:
    """Puts the list on the device, or takes the cookie off when nothing is left."""
    if not ids:
        delete_cookie(response)
        return
    response.set_cookie(
        cookie_name(),
        _signer().sign(encode_ids(ids)),
        max_age=MAX_AGE_SECONDS,
        path="/",
        secure=settings.TLS,
        httponly=True,
        samesite="Lax",
    )


def delete_cookie(response: HttpResponse) -> None:
    response.delete_cookie(cookie_name(), path="/", samesite="Lax")


def clears_on_exit(request: HttpRequest) -> bool:
    """Whether the list is to go when the person leaves quickly."""
    return request.COOKIES.get(exit_cookie_name()) == CLEAR_ON_EXIT


def set_clear_on_exit(response: HttpResponse, *, goes: bool) -> None:
    """Whether the list goes on leaving; it stays unless the person asks for it."""
    if goes:
        response.set_cookie(
            exit_cookie_name(),
            CLEAR_ON_EXIT,
            max_age=MAX_AGE_SECONDS,
            path="/",
            secure=settings.TLS,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(exit_cookie_name(), path="/", samesite="Lax")


def encode_ids(ids: list[int]) -> str:
    return SEPARATOR.join(map(int_to_base36, ids[:MAX_SAVED_LISTINGS]))


def decode_ids(text: str) -> list[int]:
    """The ids, each once. Raises ValueError."""
    return list(dict.fromkeys(base36_to_int(part) for part in text.split(SEPARATOR)))[:MAX_SAVED_LISTINGS]
