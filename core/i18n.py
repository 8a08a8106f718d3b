"""In which language a page speaks: the first part of its address says so, and nothing else does.

`/es/find/` is `/find/` in Spanish; the first of `settings.LANGUAGES` stands without a prefix. No cookie, no header of
the browser and no account decides, so that an address shows the same to everyone (docs/decisions/0027).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from core.template_cache import PlaceholderText


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The page at hand in one language; `name` is the language's own name for itself, `url` an address of this site."""

    code: str
    name: str
    url: PlaceholderText
    current: bool


def language_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Django's LocaleMiddleware without its other sources, and without the `Vary` that they need."""

    def middleware(request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def translate_path(address: str, code: str) -> str:
    """A path of this site, with its query, in another language: `/es/find/?q=aa` for `/find/?q=aa`."""
    return add_language_prefix(strip_language(address), code)


def strip_language(address: str) -> str:
    written = translation.get_language_from_path(address)
    return address.removeprefix(f"/{written}") if written else address


def add_language_prefix(plain: str, code: str) -> str:
    return plain if code == settings.LANGUAGE_CODE else f"/{code}{plain or '/'}"


def language_links(request: HttpRequest | None) -> Iterator[LanguageLink]:
    """Every language that has a name, each with the address of the page that was asked for, its query included;
    without a request, of the home page."""
    plain = strip_language(request.get_full_path()) if request else "/"
    current = translation.get_language()
    for code, name in settings.LANGUAGES:
        if name:
            yield LanguageLink(code, str(name), add_language_prefix(plain, code), code == current)


def translate_fact(text: str) -> str:
    """A text of a fact that ships with the site, in the language of the page; any other text as it is.

    Whole texts are looked up, so that what a curator wrote differently is never shown as the old one's translation.
    """
    return translation.pgettext("fact", text) if text else ""


def lang_attribute(text: str, language: str) -> str:
    """What `lang` should say of a listing's text in that language: nothing where it is the page's own, or stands in
    the page's own as a translation."""
    is_ours = language == translation.get_language() or translate_fact(text) != text
    return "" if is_ours else language
