"""P3: errors give nothing away. Each view of the site is made to fail while a person sends words that are private, and
each command while such words are in its error; the answer, what is printed, the log and the mail hold none of them, no
trace and no version.

Planted faults: a log without its filter, in which the words of the error are found; `--traceback`, which prints them.

Further row of the safety matrix: D6.
"""

import importlib
import logging
import sys

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import get_commands
from django.core.management.base import connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

import manage
from feeds.models import ImportRun, Source
from feeds.pipeline import refresh, run
from recovery_site.backup import database
from recovery_site.security.log_filters import RemoveRequestData
from tests.builders import make_account
from tests.soak import size

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("pages and logs of errors")]
CANARIES = tuple(f"CanaryOfThe{part}" for part in ("Path", "Query", "Form", "Cookie", "Error", "Agent"))
INTERNAL_PARTS = (b"Traceback", b"Exception", b"Django Version", b"/site-packages/", b".py")
METHODS = size(("get", "post"), ("get", "post", "put", "delete"))


class BrokenView(Exception):
    pass


def failing_middleware(get_response):
    """Each view fails in the moment in which it is called."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        secret = request.POST.get("text", "")
        raise BrokenView(f"CanaryOfTheError {secret} {request.path} {args} {kwargs}")

    middleware.process_view = process_view
    return middleware


def all_paths(resolver=None, before="/"):
    for each in (resolver or get_resolver()).url_patterns:
        where = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from all_paths(each, where)
        elif isinstance(each, URLPattern):
            yield where


def fill_path(path):
    """A path with something in the place of each of its parts, which no row needs to have: no view gets to look."""
    fill = {"uuid": "0e1f7c1e-8a6e-4d3c-9a55-8f4f5d1d8a11", "int": "7"}
    while "<" in path:
        start, end = path.index("<"), path.index(">")
        kind = path[start + 1 : end].split(":")[0]
        path = path[:start] + fill.get(kind, "CanaryOfThePath") + path[end + 1 :]
    return path


@pytest.fixture
def broken(settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.safety.test_error_privacy.failing_middleware"]
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
    handler.addFilter(RemoveRequestData())
    # Before the site's own, whose filter takes everything out of the record itself.
    loggers = logging.getLogger("django"), logging.getLogger()
    for logger in loggers:
        logger.handlers.insert(0, handler)
    yield lines, handler
    for logger in loggers:
        logger.removeHandler(handler)


def send_canaries(client, path, method):
    headers = {"User-Agent": "CanaryOfTheAgent", "Origin": "http://testserver"}
    data = {"text": "CanaryOfTheForm", "password": "CanaryOfTheForm"}
    return getattr(client, method)(f"{path}?q=CanaryOfTheQuery", data, headers=headers)


def revealed_parts(answer):
    text = answer.content + str(answer.headers).encode()
    return [
        each
        for each in (*map(str.encode, CANARIES), *INTERNAL_PARTS)
        if each in text and each != b"CanaryOfThePath"
    ]


def is_private(path):
    """Pages on which a person writes: one that breaks gives them back the form that they sent (D6), and nobody else."""
    return path.startswith(("/my-network/", "/es/my-network/"))


def test_failing_views_reveal_nothing_p3(broken, log, figure):
    lines, _handler = log
    tried = leaks = 0
    for path in sorted({fill_path(path) for path in all_paths() if "\\" not in path and "^" not in path}):
        for method in METHODS:
            answer = send_canaries(broken, path, method)
            if answer.status_code != 500:
                continue  # an address that Django redirects before any view
            tried += 1
            told = set(revealed_parts(answer))
            if method == "post" and is_private(path):
                told -= {b"CanaryOfTheForm", b"CanaryOfTheQuery"}
            leaks += bool(told)
            assert b'class="crisis-strip"' in answer.content
    written = "\n".join(lines)
    leaks += sum(canary in written for canary in CANARIES)
    figure(
        "P3",
        f"{tried} failing requests: {leaks} leaks in answers and log, {len(mail.outbox)} mails",
        must="0 and 0",
    )
    assert tried > 150
    assert "BrokenView at" in written
    assert leaks == 0
    assert mail.outbox == []


def test_errors_do_not_name_signed_in_people_p3(broken, log):
    lines, _handler = log
    account = make_account()
    broken.force_login(account)
    answer = send_canaries(broken, "/my-network/", "get")
    assert answer.status_code == 500
    assert account.login_name not in answer.content.decode() + "\n".join(lines)


def test_responses_name_no_server_version_p3(client):
    for path in ("/", "/no/such/page/", "/static/none.css"):
        headers = {name.lower() for name in client.get(path).headers}
        assert not headers & {"server", "x-powered-by", "x-django-version"}


def test_log_without_its_filter_is_detected_p3(broken, log):
    """The planted fault."""
    lines, handler = log
    handler.filters.clear()
    send_canaries(broken, "/find/", "post")
    assert any("CanaryOfTheError" in line for line in lines)


def test_errors_are_not_mailed_p3():
    assert not [each for each in settings.LOGGING["handlers"].values() if "Email" in each["class"]]


OWN_APPS = ("core", "demo", "recovery_site", "directory", "groups", "network", "feeds", "curation")
COMMAND_ARGUMENTS = {
    "backup": ["x"], "restore": ["x"], "disclose": ["x"], "end_sign_ins": ["x"], "give_role": ["x", "curator"],
    "export_feed": ["helplines"], "import_feed": ["meeting-guide", "x", "--source", "x"],
}  # fmt: skip


@pytest.fixture
def fail(monkeypatch, capsys):
    """Runs one command as the shell does, which breaks with private words in its error and in that one's cause; all
    that it printed and ended with."""

    def handle(self, *args, **options):
        private = "CanaryOfTheForm"
        try:
            raise KeyError(private)
        except KeyError as cause:
            raise BrokenView(f"CanaryOfTheError {private}", {"text": private}) from cause

    def run(name, *more):
        module = importlib.import_module(f"{get_commands()[name]}.management.commands.{name}")
        with monkeypatch.context() as patch:
            patch.setattr(module.Command, "handle", handle)
            patch.setattr(connections, "close_all", lambda: None)  # a test goes on with its own
            patch.setattr(sys, "argv", ["manage.py", name, *COMMAND_ARGUMENTS.get(name, []), *more])
            with pytest.raises((SystemExit, BrokenView)) as ended:
                manage.main()
        printed = capsys.readouterr()
        words = str(ended.value) if ended.type is SystemExit else repr(ended.value)
        return f"{printed.out}{printed.err}{words}"

    return run


def test_failing_commands_reveal_nothing_p3(fail, log, figure):
    lines, _handler = log
    names = sorted(name for name, room in get_commands().items() if room in OWN_APPS)
    said = {name: fail(name) for name in names}
    written = "\n".join([*said.values(), *lines])
    leaks = sum(canary in written for canary in CANARIES)
    figure("P3", f"{len(names)} failing commands: {leaks} leaks, {len(mail.outbox)} mails", must="0 and 0")
    assert len(names) >= 18
    for name, words in said.items():
        assert words.startswith(f"{name} failed: BrokenView at "), words
        assert "Traceback" not in words
    assert (leaks, mail.outbox) == (0, [])


def test_requested_traceback_is_detected_p3(fail):
    """The planted fault."""
    assert "CanaryOfTheForm" in fail("forget", "--traceback")


def test_failing_import_quotes_no_feed_p3(log, monkeypatch):
    lines, _handler = log

    def breaks_on_a_row(*_args, **_more):
        raise BrokenView("CanaryOfTheError")

    monkeypatch.setattr(run, "import_feed", breaks_on_a_row)
    source = Source.objects.create(
        slug="x", name="Harbor", format="meeting-guide", address="https://example.org"
    )
    refresh._refresh_source(source)
    assert "Broken" in ImportRun.objects.get().error
    assert any("The feed of Harbor could not be imported. BrokenView at" in line for line in lines)
    assert not any("Canary" in line for line in [*lines, ImportRun.objects.get().error])


def test_errors_of_database_programs_quote_no_rows_p3():
    said = (
        'pg_restore: error: COPY failed for table "network_account": ERROR:  duplicate key\n'
        "DETAIL:  Key (login_name)=(CanaryOfTheForm) already exists.\nCONTEXT:  COPY, line 1: CanaryOfTheForm\n"
    )
    message = database.postgres_error("pg_restore", said)
    assert "duplicate key" in message
    assert "Canary" not in message
