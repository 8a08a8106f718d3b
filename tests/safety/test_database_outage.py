"""L7: parts die. The database is stopped for real, or its file turned to rubbish, while a person is signed in: Now goes
on, everything else says 503 with the crisis lines."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import connection, connections

from directory.models import Channel
from tests.browser.site import free_port, stop_server
from tests.builders import make_account, make_listing
from tests.project_rules import ROOT
from tests.run import plain_environment

MAX_START_SECONDS = 60  # seconds
MAX_RESPONSE_SECONDS = 10  # seconds
# A port of this machine at which nobody listens.
UNREACHABLE_DATABASE = "postgres://nobody@127.0.0.1:9/nothing"
OTHER_PAGES = ["/", "/find/?q=hope", "/support-groups/", "/listing/lantern/", "/hotlines/"]
# These ask who one is.
PERSONAL_PAGES = ["/my-network/", "/my-network/plan/", "/accounts/", "/admin/"]


@dataclass
class Answer:
    status: int
    page: BeautifulSoup
    retry: str

    @property
    def strip(self) -> list[str]:
        return [
            link["href"]
            for link in self.page.select(
                "section.crisis-strip a[href^=tel], section.crisis-strip a[href^=sms]"
            )
        ]


def fetch_page(address: str, cookie: str = "") -> Answer:
    asked = urllib.request.Request(address, headers={"Cookie": cookie})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return parse_response(answer.status, answer)
    except urllib.error.HTTPError as refused:
        return parse_response(refused.code, refused)


def parse_response(status: int, answer) -> Answer:
    return Answer(status, BeautifulSoup(answer.read(), "html.parser"), answer.headers.get("Retry-After", ""))


@dataclass
class Site:
    address: str
    server: subprocess.Popen[bytes]

    def renew(self) -> None:
        """Puts a fresh process in the place of the one that answers."""
        self.server.send_signal(signal.SIGHUP)


@contextmanager
def serve_site(database: str, state: Path) -> Iterator["Site"]:
    """A server of its own in a cold process."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        f"--bind=127.0.0.1:{port}",
        "--no-control-socket",
        "--log-level=error",
    ]
    # With the keys of this process, so that whom it signs in is signed in there.
    for key in ("secret-key", "private-data-key"):
        shutil.copy2(settings.STATE_DIR / key, state / key)
    environment = plain_environment() | {"DATABASE_URL": database, "STATE_DIR": str(state)}
    server = subprocess.Popen(
        [*command, "tests.plain_site:application"], cwd=ROOT, env=environment, start_new_session=True
    )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for_site(address)
        yield Site(address, server)
    finally:
        stop_server(server)


def wait_for_site(address: str) -> None:
    give_up = time.monotonic() + MAX_START_SECONDS
    while time.monotonic() < give_up:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
        except OSError:  # refused, or not answered in time
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def expect_unavailable(address: str, cookie: str = "") -> None:
    for path in [*OTHER_PAGES, *(PERSONAL_PAGES if cookie else [])]:
        answer = fetch_page(address + path, cookie)
        assert (answer.status, answer.strip) == (503, ["tel:988", "sms:988"]), path
        assert answer.retry == "60"


def test_new_process_without_a_database_shows_bundled_hotlines(tmp_path: Path) -> None:
    with serve_site(UNREACHABLE_DATABASE, tmp_path) as site:
        address = site.address
        for path, line in (
            ("/now/", "us-988-lifeline"),
            ("/now/?country=GB", "gb-samaritans"),
            ("/es/now/", "us-988-lifeline"),
        ):
            answer = fetch_page(address + path)
            assert answer.status == 200
            assert answer.page.select_one(f"[data-listing='{line}'] a.btn"), path
        expect_unavailable(address)
        for path in ("/about/", "/privacy/", "/safety/", "/healthz", "/worker.js"):
            assert fetch_page(address + path).status == 200, path


def wait_until(address: str, status: int) -> None:
    give_up = time.monotonic() + MAX_RESPONSE_SECONDS
    while (found := fetch_page(address).status) != status and time.monotonic() < give_up:
        time.sleep(0.2)
    assert found == status


class Database:
    """A copy of the test database, or the database itself, that can be stopped and started under a running server.
    `ways` are those in which it can be away; root may read any file, so a folder or rubbish stands in its place."""

    def __init__(self, folder: Path) -> None:
        self.sqlite = connection.vendor == "sqlite"
        self.file = folder / "stopped.sqlite3"
        self.ways = ("folder", "rubbish") if self.sqlite else ("stopped",)
        if self.sqlite:
            import sqlite3

            with sqlite3.connect(self.file) as copy:
                connection.ensure_connection()
                connection.connection.backup(copy)
            copy.close()
        name = connection.settings_dict["NAME"]
        named = urlsplit(os.environ.get("DATABASE_URL", ""))._replace(path=f"/{name}")
        self.url = f"sqlite:///{self.file}" if self.sqlite else named.geturl()

    @contextmanager
    def away(self, way: str, site: Site) -> Iterator[None]:
        self.stop(way)
        if self.sqlite:
            # Who holds the file open reads on, although it is away.
            site.renew()
        try:
            yield
        finally:
            self.start()

    def stop(self, way: str) -> None:
        if not self.sqlite:
            self.admit(False)
            self.other(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = %s AND pid <> pg_backend_pid()"
            )
            return
        self.file.rename(self.kept)
        if way == "folder":
            self.file.mkdir()
        else:
            self.file.write_bytes(b"no database at all " * 1000)

    @property
    def kept(self) -> Path:
        return self.file.with_suffix(".away")

    def start(self) -> None:
        if not self.sqlite:
            self.admit(True)
            return
        if self.file.is_dir():
            self.file.rmdir()
        self.kept.replace(self.file)

    def admit(self, anybody: bool) -> None:
        self.other(
            f'ALTER DATABASE "{connection.settings_dict["NAME"]}" WITH ALLOW_CONNECTIONS {anybody}',
            named=False,
        )

    def other(self, command: str, *, named: bool = True) -> None:
        """Said from another database of the same server."""
        import psycopg

        facts = connection.settings_dict
        way = {
            "host": facts["HOST"],
            "port": facts["PORT"],
            "user": facts["USER"],
            "password": facts["PASSWORD"],
        }
        options = {name: value for name, value in facts["OPTIONS"].items() if name == "host"}
        with psycopg.connect(**{**way, **options}, dbname="postgres", autocommit=True) as server:
            server.execute(command, [facts["NAME"]] if named else None)


@pytest.mark.django_db(transaction=True)
def test_now_page_works_while_the_database_is_away(tmp_path: Path, client) -> None:
    line = make_listing("hotlines", slug="lantern-line", name="Lantern Line", country="US", always_open=True)
    Channel.objects.create(listing=line, type="call", dial="+14085550100", display="408-555-0100")
    client.force_login(make_account())
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}; kept=1:x"
    database = Database(tmp_path)
    connections.close_all()
    with serve_site(database.url, tmp_path) as site:
        address = site.address
        assert fetch_page(f"{address}/now/").page.select_one(
            "[data-listing=lantern-line] a[href='tel:+14085550100']"
        )
        assert fetch_page(f"{address}/accounts/", cookie).page.select_one("[data-login-name]")
        for way in database.ways:
            with database.away(way, site):
                wait_until(f"{address}/find/", 503)
                expect_now_page_works(f"{address}/now/", cookie)
                expect_unavailable(address, cookie)
            wait_until(f"{address}/find/", 200)


def expect_now_page_works(now: str, cookie: str) -> None:
    for cookies in (cookie, ""):
        answer = fetch_page(now, cookies)
        assert answer.status == 200
        assert answer.page.select_one("[data-listing=lantern-line] a[href='tel:+14085550100']")
        assert "as we last knew them" in answer.page.text
        assert answer.strip == ["tel:988", "sms:988"]
