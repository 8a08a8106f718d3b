"""The language of a page, which the first part of its address decides.

`/es/find/` is `/find/` in Spanish; the first of `settings.LANGUAGES` has no prefix. Cookies, headers and accounts
decide nothing, so that an address shows the same to everyone (docs/decisions/0027).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import Promise

from core.template_cache import PlaceholderText
from core.writing_systems import language_of_script

# A text, or a lazy translation that becomes a text in the language of the page.
TranslatableText = str | Promise


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """A link to the current page in one language; `name` is the name of the language in that language."""

    code: str
    name: str
    url: PlaceholderText
    current: bool


def language_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Activate the language of the address during a request.

    Django's LocaleMiddleware asks cookies and headers too, and so has to add `Vary`.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def translate_path(path: str, code: str) -> str:
    """Return a path of this site, which may have a query, in another language: `/es/find/?q=aa` for `/find/?q=aa`."""
    return add_language_prefix(strip_language(path), code)


def strip_language(path: str) -> str:
    """Return a path without the prefix of its language."""
    code = translation.get_language_from_path(path)
    return path.removeprefix(f"/{code}") if code else path


def add_language_prefix(plain_path: str, code: str) -> str:
    """Return the path of a page in a language, such as "/es/find/" for "/find/" in Spanish."""
    return plain_path if code == settings.LANGUAGE_CODE else f"/{code}{plain_path or '/'}"


def language_links(request: HttpRequest | None) -> Iterator[LanguageLink]:
    """Yield a link to the requested page in each language that has a name; without a request, to the home page."""
    plain_path = strip_language(request.get_full_path()) if request else "/"
    current = translation.get_language()
    for code, name in settings.LANGUAGES:
        if name:
            yield LanguageLink(code, str(name), add_language_prefix(plain_path, code), code == current)


def translate_fact(text: str) -> str:
    """Return a text of a fact that ships with the site in the language of the page; any other text as it is.

    Only complete texts are looked up. A text that a curator changed has no translation, so it stays as it is.
    """
    return translation.pgettext("fact", text) if text else ""


def name_lang_attribute(name: str, language: str) -> str:
    """Return the value of `lang` for a name, which is never translated; empty where it is the page's language."""
    language = language_of_script(name, language)
    return "" if language == translation.get_language() else language


def lang_attribute(text: str, language: str) -> str:
    """Return the value of `lang` for a text of a listing in a language.

    It is empty where the text is in the language of the page, or is translated into it. A text in another script gets
    the language of its script.
    """
    return "" if translate_fact(text) != text else name_lang_attribute(text, language)
