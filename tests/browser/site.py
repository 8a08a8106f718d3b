"""The site as visitors meet it: the real server with the demo town, and a neutral page of another origin."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from network.accounts import allauth_internals
from tests import pseudo
from tests.project_rules import ROOT
from tests.run import plain_environment

NEUTRAL_PAGE = b'<!doctype html><html lang="en"><title>neutral</title><p>neutral</p>'
MAX_START_SECONDS = 120  # seconds, of which a fresh checkout spends most on its static files
MAX_STOP_SECONDS = 10  # seconds


@dataclass
class Site:
    """Where the site is, where leaving leads, and who may sign in; addresses end without a slash."""

    address: str
    neutral: str
    logins: dict[str, dict[str, str]]
    away: "NeutralSite"
    _environment: dict[str, str]
    _used: set[int] = field(default_factory=set)

    def manage(self, *words: str) -> None:
        """Runs `manage.py` on the site's own database."""
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, cwd=ROOT, env=self._environment, check=True, capture_output=True)

    def fresh_code(self) -> str:
        """A code of the curator's second step. None is taken twice: for a fourth in a minute one waits."""
        while (counter := self._unused_counter()) is None:
            time.sleep(0.5)
        self._used.add(counter)
        return allauth_internals.totp_code(self.logins["demo-curator"]["key"], counter)

    def _unused_counter(self) -> int | None:
        now = allauth_internals.current_totp_counter()
        return next((each for each in (now, now + 1, now - 1) if each not in self._used), None)


@contextmanager
def running_site(state: Path) -> Iterator[Site]:
    """Both servers, stopped at the end; `state` takes the database, the keys and what the site prints."""
    with serve_neutral_site() as away:
        environment = site_environment(state, away.address)
        with serve_site(environment, state / "printed.txt") as address:
            logins = json.loads((state / "demo-logins.json").read_text())
            yield Site(address, away.address, logins, away, environment)


@dataclass
class NeutralSite:
    """The neutral page: where it is, how many seconds it lets one wait, and from where those who came said to come."""

    address: str = ""
    waits: float = 0
    referers: list[str] = field(default_factory=list)


@contextmanager
def serve_neutral_site() -> Iterator[NeutralSite]:
    page = NeutralSite()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page.referers.append(self.headers.get("Referer", ""))
            time.sleep(page.waits)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(NEUTRAL_PAGE)))
            self.end_headers()
            # Who was made to wait may have gone.
            with suppress(ConnectionError):
                self.wfile.write(NEUTRAL_PAGE)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        page.address = f"http://127.0.0.1:{server.server_port}"
        yield page
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def site_environment(state: Path, neutral: str) -> dict[str, str]:
    """The environment of the site, with nothing of this machine's own settings."""
    return plain_environment() | {
        "STATE_DIR": str(state),
        "DEMO": "1",
        "LEAVE_TO": f"{neutral}/",
        "DJANGO_SETTINGS_MODULE": "tests.pseudo_settings",
        "PSEUDO_LOCALES": str(pseudo.write(state / "locale")),
    }


@contextmanager
def serve_site(environment: dict[str, str], printed: Path) -> Iterator[str]:
    """`manage.py serve` in a process group of its own; what it prints goes to the file `printed`."""
    command = [sys.executable, "manage.py", "serve", "--port", str(free_port())]
    with printed.open("wb") as out:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield wait_until_ready(server, printed)
    finally:
        stop_server(server)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_until_ready(server: subprocess.Popen[bytes], printed: Path) -> str:
    """The address that the site prints, as soon as it answers there."""
    give_up = time.monotonic() + MAX_START_SECONDS
    while time.monotonic() < give_up and server.poll() is None:
        found = re.search(r"is at (http://localhost:\d+)/", printed.read_text())
        if found and is_ready(found[1]):
            return found[1]
        time.sleep(0.2)
    raise RuntimeError(f"the site did not start:\n{printed.read_text()}")


def is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def stop_server(server: subprocess.Popen[bytes]) -> None:
    """The server and its workers, which may outlive it."""
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(MAX_STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()
