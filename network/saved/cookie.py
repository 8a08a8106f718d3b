"""Store the saved list of a person without an account in one signed cookie. The server stores nothing.

The cookie holds the ids of listings in base 36, separated by full stops, and nothing else: no name, no date, and
nothing that would link two devices. 200 ids need less than 3 KB; browsers accept 4 KB. A second cookie says that the
list is to be deleted on every quick exit.
"""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.utils.http import base36_to_int, int_to_base36

MAX_SAVED_LISTINGS = 200  # ids
MAX_AGE_SECONDS = 365 * 24 * 60 * 60  # seconds
ID_SEPARATOR = "."
CLEAR_ON_EXIT = "clear"


def cookie_name() -> str:
    """Return the name of the cookie, with the prefix that binds it to this host where TLS is on."""
    return f"{settings.COOKIE_PREFIX}kept"


def exit_cookie_name() -> str:
    """Return the name of the cookie that asks for the list to be deleted on a quick exit."""
    return f"{settings.COOKIE_PREFIX}leave"


def _signer() -> Signer:
    """Return the signer of the cookie that holds the saved list of a device."""
    return Signer(salt="network.saved.cookie")


def read_ids(request: HttpRequest) -> list[int]:
    """Return the ids in the cookie, or none when it is missing, malformed or forged."""
    try:
        return decode_ids(_signer().unsign(request.COOKIES.get(cookie_name(), "")))
    except (BadSignature, ValueError):
        return []


def write_ids(response: HttpResponse, ids: list[int]) -> None:
    """Set the cookie, or delete it when the list is empty."""
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
    """Delete the cookie with the saved list from the device."""
    response.delete_cookie(cookie_name(), path="/", samesite="Lax")


def clears_on_exit(request: HttpRequest) -> bool:
    """Return whether the person wants the list deleted on a quick exit."""
    return request.COOKIES.get(exit_cookie_name()) == CLEAR_ON_EXIT


def set_clear_on_exit(response: HttpResponse, *, goes: bool) -> None:
    """Set whether the list is deleted on a quick exit. By default it stays."""
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
    """Return the ids as the text of the cookie."""
    return ID_SEPARATOR.join(map(int_to_base36, ids[:MAX_SAVED_LISTINGS]))


def decode_ids(text: str) -> list[int]:
    """Return the ids in the text of the cookie, each once. Raises ValueError."""
    return list(dict.fromkeys(base36_to_int(part) for part in text.split(ID_SEPARATOR)))[:MAX_SAVED_LISTINGS]
