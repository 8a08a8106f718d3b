"""Sources are refreshed at their interval, one by one, and each run is recorded."""

import io
import json
import threading
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from feeds.fetch import client
from feeds.models import MAX_RUN_DURATION, ImportRun, Source
from feeds.pipeline import refresh
from feeds.pipeline import run as pipeline_run
from groups.models import SupportGroup
from tests.feed_server import HOST, http_response, resolve_publicly, serve_answers

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ETAG = 'ETag: "7"'
NOT_MODIFIED = http_response(b"", status="304 Not Modified", length=None)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def serve(monkeypatch):
    """`with serve(answer, …) as server`: whatever is fetched meanwhile comes from there, in turn."""
    real = client.read_feed

    def start(*answers):
        context = serve_answers(*answers)
        server = context.__enter__()
        monkeypatch.setattr(
            client, "read_feed", partial(real, resolver=resolve_publicly, connector=server.connect)
        )
        started.append(context)
        return server

    started = []
    yield start
    for context in started:
        context.__exit__(None, None, None)


def make_source(name="Example", **facts):
    facts = {
        "format": "meeting-guide",
        "address": f"http://{HOST}/{name.lower()}.json",
        "refresh_hours": 24,
    } | facts
    return Source.objects.create(slug=name.lower(), name=name, **facts)


def feed(*slugs):
    rows = [
        {"slug": slug, "name": slug.title(), "day": 1, "time": "19:00", "types": ["O"], "city": "San Jose"}
        | {"formatted_address": f"{number} Alder Street, San Jose, CA 95112, USA"}
        for number, slug in enumerate(slugs, 1)
    ]
    return json.dumps(rows).encode()


def refresh_feeds(out=None, **options):
    out = out or io.StringIO()
    call_command("refresh_feeds", stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("hours", "is_due"), [(0, False), (23, False), (23.8, False), (23.9, True), (24, True), (100, True)]
)
def test_source_is_due_after_its_interval(hours, is_due):
    source = make_source()
    ImportRun.objects.create(source=source, started_at=NOW - timedelta(hours=100))
    ImportRun.objects.create(source=source, started_at=NOW - timedelta(hours=hours))
    assert source.is_due(NOW) is is_due


def test_source_that_never_ran_is_due():
    assert make_source().is_due(NOW)
    assert not make_source("By hand", refresh_hours=0).is_due(NOW)


def test_refresh_imports_only_due_sources(serve):
    server = serve(http_response(feed("lantern")))
    make_source("Due")
    ImportRun.objects.create(source=make_source("Fresh"), started_at=NOW - timedelta(hours=1))
    make_source("Off", enabled=False)
    make_source("Hand", refresh_hours=0)
    make_source("File", address="/srv/feeds/file.json")
    make_source("Nowhere", address="")
    assert refresh_feeds() == ""
    assert [line.split()[1] for line in server.requests] == ["/due.json"]
    run = ImportRun.objects.get(source__slug="due")
    assert (run.rows, run.created, run.error, run.not_modified) == (1, 1, "", False)
    assert SupportGroup.objects.get().source == "due"


def test_second_refresh_sends_validators(serve, clock):
    server = serve(
        http_response(feed("lantern"), ETAG, "Last-Modified: Mon, 02 Mar 2026 11:00:00 GMT"), NOT_MODIFIED
    )
    source = make_source()
    refresh_feeds()
    clock.shift(timedelta(days=1))
    refresh_feeds()
    assert 'If-None-Match: "7"\r\nIf-Modified-Since: Mon, 02 Mar 2026 11:00:00 GMT\r\n' in server.requests[1]
    newest = source.runs.first()
    assert (newest.not_modified, newest.created, newest.updated, newest.retired) == (True, 0, 0, 0)
    assert newest.listings == 1
    assert source.runs.count() == 2


def test_refresh_sends_no_validators_while_a_listing_is_missing(serve, clock):
    """One that leaves the feed is paused by the second run, though the feed did not change in between."""
    server = serve(
        http_response(feed("lantern", "harbor"), ETAG),
        http_response(feed("lantern"), ETAG),
        http_response(feed("lantern"), ETAG),
    )
    make_source(max_change_percent=100)
    for _day in range(4):
        refresh_feeds()
        clock.shift(timedelta(days=1))
    asked = ["If-None-Match" in request for request in server.requests]
    assert asked == [False, True, False, True]
    assert SupportGroup.objects.get(name="Harbor").status == "paused"


def test_manual_import_sends_no_validators(serve):
    server = serve(http_response(feed("lantern"), ETAG))
    source = make_source()
    refresh_feeds()
    call_command("import_feed", "meeting-guide", source.address, source=source.name, stdout=io.StringIO())
    assert "If-None-Match" not in server.requests[1]


def test_manual_import_of_a_file_keeps_the_address(serve, tmp_path):
    serve(http_response(feed("lantern"), ETAG))
    source = make_source()
    refresh_feeds()
    (tmp_path / "feed.json").write_bytes(feed("lantern", "harbor"))
    call_command(
        "import_feed", "meeting-guide", str(tmp_path / "feed.json"), source="Example", stdout=io.StringIO()
    )
    source.refresh_from_db()
    assert (source.address, source.etag) == (f"http://{HOST}/example.json", "")


def test_renamed_source_stays_the_same_source(serve):
    serve(http_response(feed("lantern")))
    Source.objects.filter(pk=make_source().pk).update(name="Renamed Intergroup")
    refresh_feeds()
    assert Source.objects.get().runs.get().created == 1


def test_failure_is_recorded_and_others_go_on(serve):
    serve(
        http_response(b"<!doctype html>"),
        http_response(b"gone", status="410 Gone"),
        http_response(feed("lantern")),
    )
    for name in ("A", "B", "C"):
        make_source(name)
    with pytest.raises(CommandError, match="could not be read: 2") as caught:
        refresh_feeds()
    assert caught.value.returncode == 1
    errors = dict(ImportRun.objects.order_by("pk").values_list("source__name", "error"))
    assert errors["A"]
    assert errors["B"] == f"{HOST} answered 410."
    assert errors["C"] == ""
    assert "\n" not in errors["A"]
    assert f"B: failed. {HOST} answered 410." in str(caught.value)
    assert SupportGroup.objects.get().source == "c"
    assert not Source.objects.exclude(running_since=None).exists()


def test_failed_source_waits_for_its_interval(serve):
    server = serve(http_response(b"gone", status="410 Gone"))
    make_source()
    with pytest.raises(CommandError):
        refresh_feeds()
    refresh_feeds()
    assert len(server.requests) == 1


def test_unexpected_error_is_recorded_and_others_go_on(serve, monkeypatch, caplog):
    serve(http_response(feed("lantern")))
    make_source("A")
    make_source("B")
    real = pipeline_run.import_feed

    def run(format_name, where, name, **options):
        if name == "A":
            raise ZeroDivisionError("with something of the feed in it")
        return real(format_name, where, name, **options)

    monkeypatch.setattr(pipeline_run, "import_feed", run)
    with pytest.raises(CommandError, match="could not be read: 1"):
        refresh_feeds()
    assert (
        ImportRun.objects.get(source__slug="a").error == "An error in the import itself: ZeroDivisionError."
    )
    assert ImportRun.objects.get(source__slug="b").created == 1
    assert "A could not be imported" in caplog.text


def test_only_refreshes_a_source_that_is_not_due(serve):
    server = serve(http_response(feed("lantern")))
    source = make_source(refresh_hours=0)
    make_source("Other")
    ImportRun.objects.create(source=source, started_at=NOW)
    refresh_feeds(only="Example")
    assert [line.split()[1] for line in server.requests] == ["/example.json"]


@pytest.mark.parametrize("facts", [{"enabled": False}, {"address": "/srv/feed.json"}, {"name": "Another"}])
def test_only_names_a_source_that_cannot_be_refreshed(facts):
    make_source(**facts)
    with pytest.raises(CommandError, match="no source “Example”"):
        refresh_feeds(only="Example")


def test_terminal_shows_each_source(serve, clock):
    serve(http_response(feed("lantern"), ETAG), NOT_MODIFIED)
    make_source()
    out = refresh_feeds(Terminal())
    assert out == (
        "Example: 1 rows; listings created 1, updated 0, unchanged 0, retired 0; rows rejected 0.\n"
    )
    clock.shift(timedelta(days=1))
    assert refresh_feeds(Terminal()) == "Example: not modified.\n"


def test_claimed_source_is_skipped(serve):
    server = serve(http_response(feed("lantern")))
    source = make_source()
    assert source.claim(NOW)
    assert refresh_feeds() == ""
    with pytest.raises(CommandError, match="by another process"):
        refresh_feeds(only="Example")
    assert server.requests == []
    source.release()
    refresh_feeds()
    assert len(server.requests) == 1


def test_claim_expires():
    source = make_source()
    assert source.claim(NOW)
    other = Source.objects.get()
    assert not other.claim(NOW + MAX_RUN_DURATION)
    assert other.claim(NOW + MAX_RUN_DURATION + timedelta(seconds=1))
    source.release()
    assert Source.objects.get().running_since == NOW + MAX_RUN_DURATION + timedelta(seconds=1)


def test_source_is_not_imported_again_after_another_process(serve):
    """It was due when both began; the other one was faster."""
    server = serve(http_response(feed("lantern")))
    first, second = make_source("A"), make_source("B")
    turns = refresh.refresh_due_sources()
    assert next(turns).source == first
    ImportRun.objects.create(source=second, started_at=NOW)
    assert list(turns) == []
    assert len(server.requests) == 1


@pytest.mark.django_db(transaction=True)
def test_concurrent_refreshes_import_a_source_once(serve):
    begun, done = threading.Event(), threading.Event()

    def answer(sock):
        begun.set()
        done.wait(10)
        sock.sendall(http_response(feed("lantern")))

    server = serve(answer)
    make_source()

    def other():
        try:
            refresh_feeds()
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    assert begun.wait(10)
    refresh_feeds()
    done.set()
    thread.join(10)
    assert len(server.requests) == 1
    assert ImportRun.objects.get().created == 1
