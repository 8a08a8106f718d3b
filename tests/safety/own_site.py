"""A site of a test's own: the real server in processes of its own, on a database that is copied from the tests'."""

import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connection, connections
from psycopg import sql

from tests.browser.site import free_port
from tests.project_rules import ROOT
from tests.run import plain_environment

MAX_START_SECONDS = 60  # seconds


class OwnSite:
    """`folder` holds what the site writes; `url` is its database."""

    def __init__(self, folder: Path, url: str, **more: str) -> None:
        self.folder, self.url = folder, url
        self.environment = {
            **plain_environment(), "STATE_DIR": str(folder), "DATABASE_URL": url, "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "recovery_site.settings", "PYTHONWARNINGS": "default",
            # Static files as they lie; nothing has been collected.
            "DEBUG": "1", "PRIVATE_DATA_KEYS": settings.PRIVATE_DATA_KEYS[0],
            **more,
        }  # fmt: skip

    @property
    def file(self) -> Path:
        return Path(self.url.removeprefix("sqlite:///"))

    def run(self, *arguments: str, check: bool = True, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done.stdout if check else f"{done.returncode} {done.stdout}{done.stderr}"

    def manage(self, *arguments: str, check: bool = True) -> str:
        return self.run("manage.py", *arguments, check=check)

    def python(self, code: str) -> str:
        """What a few lines print, run inside the site."""
        return self.run("-c", f"import django\ndjango.setup()\n{code}")

    @contextmanager
    def serving(self, workers: int = 2, *options: str) -> Iterator["Server"]:
        """Run the server with `workers` processes; `options` are further options of gunicorn."""
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "recovery_site.wsgi:application",
            f"--bind=127.0.0.1:{port}",
        ]
        command += [f"--workers={workers}", "--threads=4", "--worker-class=gthread", "--preload"]
        command += ["--no-control-socket", "--log-level=critical", "--graceful-timeout=1", *options]
        log = (self.folder / "server.txt").open("ab")
        server = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield Server(server, f"http://127.0.0.1:{port}", self.folder / "server.txt").ready(workers)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()
            log.close()


class Server:
    def __init__(self, process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
        self.process, self.address, self.log = process, address, log

    def ready(self, workers: int) -> "Server":
        """Once it answers, and has started as many processes as it should."""
        give_up = time.monotonic() + MAX_START_SECONDS
        while time.monotonic() < give_up and self.process.poll() is None:
            with suppress(OSError):
                get_page(f"{self.address}/healthz", timeout=5)
                if len(self.workers()) == workers:
                    return self
            time.sleep(0.05)
        raise RuntimeError(f"the site did not start:\n{self.log.read_text()[-2000:]}")

    def workers(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(number) for number in listed.split()]

    def kill_workers(self) -> int:
        """Send SIGKILL to each process that answers requests. Their parent process stays alive and starts new ones."""
        found = self.workers()
        for number in found:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        return len(found)


@contextmanager
def copied_site(folder: Path, **more: str) -> Iterator[OwnSite]:
    """Yield a site on a copy of the empty test database. Must not be called inside the transaction of a test.

    If no other test of the run needed the test database, it does not exist, and a fresh one is made.
    """
    with (sqlite_file if connection.vendor == "sqlite" else postgres_database)(folder) as url:
        site = OwnSite(folder, url, **more)
        if not tests_database():
            site.manage("migrate", "--no-facts", "--verbosity=0")
        yield site


def tests_database() -> str:
    name = str(connection.settings_dict["NAME"])
    return name if name.startswith(("file:memorydb", "test_")) else ""


@contextmanager
def sqlite_file(folder: Path) -> Iterator[str]:
    path = folder / "site.sqlite3"
    if tests_database():
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as target:
            connection.connection.backup(target)
    yield f"sqlite:///{path}"


@contextmanager
def postgres_database(folder: Path) -> Iterator[str]:
    """Create a PostgreSQL database, yield its URL, and drop it at the end."""
    given = connection.settings_dict
    name, like = f"own_{secrets.token_hex(6)}", tests_database() or "template1"
    connections.close_all()
    keywords = {
        "host": given["HOST"],
        "port": given["PORT"] or None,
        "user": given["USER"],
        "dbname": "postgres",
    }
    with psycopg.connect(**keywords, password=given["PASSWORD"] or None, autocommit=True) as server:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like))
        server.execute(made)
        try:
            port = f":{given['PORT']}" if given["PORT"] else ""
            yield f"postgres://{given['USER']}@{port}/{name}?host={quote(given['HOST'], safe='/')}"
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def get_page(address: str, cookie: str = "", timeout: float = 20) -> tuple[int, str]:
    return send_request(
        urllib.request.Request(address, headers={"Cookie": cookie} if cookie else {}), timeout
    )


def post_form(address: str, data: bytes, headers: dict[str, str], timeout: float = 20) -> int:
    """Return the status; redirects are not followed. Raises OSError when no answer comes."""
    return send_request(urllib.request.Request(address, data, headers), timeout)[0]


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def send_request(request: urllib.request.Request, timeout: float) -> tuple[int, str]:
    try:
        with urllib.request.build_opener(NoRedirects).open(request, timeout=timeout) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()
