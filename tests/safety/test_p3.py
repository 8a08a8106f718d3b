"""P3: errors give nothing away. Each view of the site is made to fail while a person sends words that are private; the
answer, the log and the mail hold none of them, no trace and no version.

Planted fault: a log without its filter; the last test takes it out and finds the words of the error in it.
"""

import logging

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from recovery_site.logs import WithoutRequests
from tests.builders import make_account
from tests.soak import size

pytestmark = pytest.mark.django_db
CANARIES = tuple(f"CanaryOfThe{part}" for part in ("Path", "Query", "Form", "Cookie", "Error", "Agent"))
TELLING = (b"Traceback", b"Exception", b"Django Version", b"/site-packages/", b".py")
METHODS = size(("get", "post"), ("get", "post", "put", "delete"))


class Broken(Exception):
    pass


def breaks(get_response):
    """Each view fails in the moment in which it is called."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        secret = request.POST.get("text", "")
        raise Broken(f"CanaryOfTheError {secret} {request.path} {args} {kwargs}")

    middleware.process_view = process_view
    return middleware


def paths(resolver=None, before="/"):
    for each in (resolver or get_resolver()).url_patterns:
        where = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from paths(each, where)
        elif isinstance(each, URLPattern):
            yield where


def filled_in(path):
    """A path with something in the place of each of its parts, which no row needs to have: no view gets to look."""
    fill = {"uuid": "0e1f7c1e-8a6e-4d3c-9a55-8f4f5d1d8a11", "int": "7"}
    while "<" in path:
        start, end = path.index("<"), path.index(">")
        kind = path[start + 1 : end].split(":")[0]
        path = path[:start] + fill.get(kind, "CanaryOfThePath") + path[end + 1 :]
    return path


@pytest.fixture
def broken(settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.safety.test_p3.breaks"]
    settings.ADMINS = [("Operator", "operator@example.org")]
    client = Client(raise_request_exception=False)
    client.cookies["x"] = "CanaryOfTheCookie"
    return client


@pytest.fixture
def log():
    """What the site's own handler would write."""
    lines = []

    class Keeps(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    handler = Keeps()
    handler.addFilter(WithoutRequests())
    logger = logging.getLogger("django")
    # Before the site's own, whose filter takes everything out of the record itself.
    logger.handlers.insert(0, handler)
    yield lines, handler
    logger.removeHandler(handler)


def send(client, path, method):
    headers = {"User-Agent": "CanaryOfTheAgent", "Origin": "http://testserver"}
    data = {"text": "CanaryOfTheForm", "password": "CanaryOfTheForm"}
    return getattr(client, method)(f"{path}?q=CanaryOfTheQuery", data, headers=headers)


def given_away(answer):
    text = answer.content + str(answer.headers).encode()
    return [
        each for each in (*map(str.encode, CANARIES), *TELLING) if each in text and each != b"CanaryOfThePath"
    ]


def is_private(path):
    """Pages on which a person writes: one that breaks gives them back the form that they sent (D6), and nobody else."""
    return path.startswith(("/my-network/", "/es/my-network/"))


def test_p3_failing_views_give_nothing_away(broken, log, figure):
    lines, _handler = log
    tried = leaks = 0
    for path in sorted({filled_in(path) for path in paths() if "\\" not in path and "^" not in path}):
        for method in METHODS:
            answer = send(broken, path, method)
            if answer.status_code != 500:
                continue  # an address that Django redirects before any view
            tried += 1
            told = set(given_away(answer))
            if method == "post" and is_private(path):
                told -= {b"CanaryOfTheForm", b"CanaryOfTheQuery"}
            leaks += bool(told)
            assert b'class="strip"' in answer.content
    written = "\n".join(lines)
    leaks += sum(canary in written for canary in CANARIES)
    figure(
        "P3",
        f"{tried} failing requests: {leaks} leaks in answers and log, {len(mail.outbox)} mails",
        must="0 and 0",
    )
    assert tried > 150
    assert "Broken at" in written
    assert leaks == 0
    assert mail.outbox == []


def test_p3_signed_in_people_are_not_named(broken, log):
    lines, _handler = log
    account = make_account()
    broken.force_login(account)
    answer = send(broken, "/my-network/", "get")
    assert answer.status_code == 500
    assert account.login_name not in answer.content.decode() + "\n".join(lines)


def test_p3_no_server_names_its_version(client):
    for path in ("/", "/no/such/page/", "/static/none.css"):
        headers = {name.lower() for name in client.get(path).headers}
        assert not headers & {"server", "x-powered-by", "x-django-version"}


def test_p3_log_without_its_filter_is_found(broken, log):
    """The planted fault."""
    lines, handler = log
    handler.filters.clear()
    send(broken, "/find/", "post")
    assert any("CanaryOfTheError" in line for line in lines)


def test_p3_no_error_is_mailed():
    assert not [each for each in settings.LOGGING["handlers"].values() if "Email" in each["class"]]
