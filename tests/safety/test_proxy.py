"""L5, I3: slow clients and forged requests at the proxy of deploy/nginx.conf, the file that operators install.

Ten bodies that come a byte at a time and 200 heads of requests that never end: through the proxy pages go on, and the
connections end by themselves. The planted fault is the same attack on gunicorn alone, which then answers nobody.
"""

import contextlib
import re
import socket
import ssl
import statistics
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from recovery_site.management.commands.serve import GUNICORN_ARGUMENTS
from tests import proxy
from tests.proxy import HOST, Proxy
from tests.safety import raw_http
from tests.safety.own_site import OwnSite, Server, copied_site
from tests.safety.raw_http import RawAnswer
from tests.safety.test_forged_headers import FORGED, PREFIX, SCHEMES

pytestmark = [
    pytest.mark.skipif(proxy.program() is None, reason=proxy.MISSING),
    pytest.mark.one_database("sockets and the proxy"),
]

MEGABYTE = 1024 * 1024
SLOW_BODIES, UNFINISHED = 10, 200
# As in the configuration.
HEADER_SECONDS = BODY_SECONDS = 10
ORIGIN = f"https://{HOST}"


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker
) -> Iterator[OwnSite]:
    environment = {
        "DEBUG": "0", "ALLOWED_HOSTS": HOST, "SITE_ORIGIN": ORIGIN, "SECRET_KEY": "x" * 60, "TRUSTED_PROXIES": "1",
    }  # fmt: skip
    with django_db_blocker.unblock(), copied_site(tmp_path_factory.mktemp("site"), **environment) as made:
        made.manage("collectstatic", "--no-input", "--verbosity=0")
        yield made


@pytest.fixture(scope="module")
def server(site: OwnSite) -> Iterator[Server]:
    """One process with four threads, behind the options that `serve` gives."""
    with site.serving(1, *GUNICORN_ARGUMENTS[3:]) as served:
        yield served


@pytest.fixture(scope="module")
def front(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with proxy.running(tmp_path_factory.mktemp("proxy"), int(server.address.rpartition(":")[2])) as running:
        yield running


def connect(front: Proxy, host: str = HOST, timeout: float = 30) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(front.folder / "certificate.pem"))
    plain = socket.create_connection(("127.0.0.1", front.port), timeout=timeout)
    try:
        return context.wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


def ask(front: Proxy, request: bytes) -> RawAnswer:
    with connect(front) as sock:
        with contextlib.suppress(OSError):
            sock.sendall(request)
        return raw_http.read_answer(sock)


def head(method: str, path: str, *headers: str) -> bytes:
    return raw_http.request_head(ORIGIN, method, path, *headers)


def seconds_for_pages(
    front: Proxy, paths: tuple[str, ...] = ("/now/", "/", "/hotlines/", "/about/") * 3
) -> list[float]:
    took = []
    for path in paths:
        began = time.monotonic()
        assert ask(front, head("GET", path)).status == 200
        took.append(time.monotonic() - began)
    return took


def slow_body(sock: socket.socket) -> None:
    """Begin a form; the rest comes a byte at a time."""
    sock.sendall(
        head("POST", "/suggest/", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 1000")
    )


def unfinished_head(sock: socket.socket) -> None:
    sock.sendall(f"GET / HTTP/1.1\r\nHost: {HOST}\r\nX-More: ".encode())


class Dripping:
    """Sends a byte on each connection every second until it is left."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        self.sockets, self.over = sockets, threading.Event()
        self.thread = threading.Thread(target=self.drip, daemon=True)

    def drip(self) -> None:
        while not self.over.wait(1):
            for sock in self.sockets:
                with contextlib.suppress(OSError):
                    sock.send(b"x")

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()


def seconds_until_closed(sock: socket.socket, began: float, most: float) -> float:
    """Return how long after `began` the other side closed the connection, or more than `most`."""
    sock.settimeout(max(0.1, began + most - time.monotonic()))
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        try:
            while sock.recv(65536):
                pass
        except TimeoutError:
            return most + 1
    return time.monotonic() - began


def test_slow_clients_are_disconnected_and_delay_nobody(front: Proxy, figure) -> None:
    seconds_for_pages(front)  # the first of each is slower
    with contextlib.ExitStack() as stack:
        bodies = [stack.enter_context(connect(front)) for _ in range(SLOW_BODIES)]
        heads = [stack.enter_context(connect(front)) for _ in range(UNFINISHED)]
        for sock in bodies:
            slow_body(sock)
        for sock in heads:
            unfinished_head(sock)
        began = time.monotonic()
        with Dripping([*bodies, *heads]):
            took = seconds_for_pages(front)
            # The whole head has its time, however often a byte comes.
            ended = [seconds_until_closed(sock, began, 3 * HEADER_SECONDS) for sock in heads]
        # A body is given up when nothing comes.
        silent = time.monotonic()
        given_up = [seconds_until_closed(sock, silent, 3 * BODY_SECONDS) for sock in bodies]
    figure(
        "L5",
        f"{SLOW_BODIES} slow bodies and {UNFINISHED} unfinished heads: pages in {statistics.median(took):.2f} s "
        f"(slowest {max(took):.2f} s), all ended after {max(ended + given_up):.0f} s",
        must="1 s; 30 s",
    )
    assert statistics.median(took) <= 1
    assert max(ended) <= 3 * HEADER_SECONDS
    assert max(given_up) <= 3 * BODY_SECONDS


def test_slow_clients_block_gunicorn_without_a_proxy(site: OwnSite) -> None:
    """The planted fault."""
    with site.serving(1, *GUNICORN_ARGUMENTS[3:]) as bare, contextlib.ExitStack() as stack:
        secure = "X-Forwarded-Proto: https"
        assert raw_http.get_raw(bare.address, "/about/", secure, host=HOST).status == 200
        for _ in range(SLOW_BODIES):
            sock = stack.enter_context(raw_http.open_socket(bare.address))
            lines = [secure, "Content-Type: text/plain", "Content-Length: 1000"]
            sock.sendall(raw_http.request_head(bare.address, "POST", "/suggest/", *lines, host=HOST))
        time.sleep(1)
        with raw_http.open_socket(bare.address, timeout=3) as sock:
            sock.sendall(raw_http.request_head(bare.address, "GET", "/about/", secure, host=HOST))
            assert raw_http.read_answer(sock).status == 0


class Echo(BaseHTTPRequestHandler):
    """Keeps the headers that the proxy passes on."""

    seen: list[list[tuple[str, str]]]
    requests: list[str]

    def do_GET(self) -> None:
        type(self).seen.append(self.headers.items())
        type(self).requests.append(self.requestline)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@pytest.fixture
def echo(tmp_path: Path) -> Iterator[tuple[Proxy, type[Echo]]]:
    class Kept(Echo):
        seen: list[list[tuple[str, str]]] = []
        requests: list[str] = []

    upstream = ThreadingHTTPServer(("127.0.0.1", 0), Kept)
    upstream.daemon_threads = True
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    try:
        with proxy.running(tmp_path, upstream.server_port) as running:
            yield running, Kept
    finally:
        upstream.shutdown()
        upstream.server_close()


def test_proxy_sets_client_address_and_scheme(echo: tuple[Proxy, type[Echo]]) -> None:
    front, kept = echo
    forged = [
        f"SCRIPT_NAME: {PREFIX}",
        "Remote-User: canary",
        "X-Forwarded-For: 192.0.2.66",
        "X-Real-IP: 192.0.2.66",
    ]
    mine = [line for line in FORGED if not line.startswith(("Referer", "HX-"))]
    assert ask(front, head("GET", "/find/?q=aa", *mine, *forged, *SCHEMES)).status == 200
    (headers,) = kept.seen
    assert dict(headers) == {
        "Host": HOST, "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https", "Connection": "close",
    }  # fmt: skip


def test_proxy_passes_browser_headers_on(echo: tuple[Proxy, type[Echo]]) -> None:
    front, kept = echo
    lines = [
        "Cookie: session=x", f"Origin: {ORIGIN}", "Sec-Fetch-Site: same-origin", "HX-Request: true", "If-None-Match: x",
        "Accept: application/json", "Content-Type: text/plain", "Content-Length: 3",
    ]  # fmt: skip
    assert ask(front, head("POST", f"/find/?{'q' * 6000}", *lines) + b"abc").status == 200
    assert {f"{name}: {value}" for name, value in kept.seen[0]} >= set(lines)
    assert kept.requests == [f"POST /find/?{'q' * 6000} HTTP/1.1"]


CRLF = "\r\n"
AMBIGUOUS = [
    ["Content-Length: 5", "Transfer-Encoding: chunked"],
    ["Content-Length: 5", "Content-Length: 6"],
    ["Content-Length: 5", "Transfer-Encoding: xchunked"],
    ["Transfer-Encoding: chunked, identity"],
    ["Transfer-Encoding : chunked"],
    ["Transfer-Encoding: chunked", "Transfer-Encoding: x"],
    ["Content-Length: +5"],
    ["Content-Length: 5, 5"],
    ["X: y\rTransfer-Encoding: chunked"],
]


@pytest.mark.parametrize("lines", AMBIGUOUS, ids=map(str, range(len(AMBIGUOUS))))
def test_body_cannot_smuggle_a_second_request(echo: tuple[Proxy, type[Echo]], lines: list[str]) -> None:
    front, kept = echo
    hidden = f"0{CRLF}{CRLF}GET /hidden/ HTTP/1.1{CRLF}Host: {HOST}{CRLF}{CRLF}".encode()
    ask(front, head("POST", "/about/", *lines) + hidden)
    assert not [line for line in kept.requests if "hidden" in line]


@pytest.mark.parametrize("host", ["elsewhere.example", "localhost", "127.0.0.1"])
def test_unknown_host_gets_no_answer(front: Proxy, host: str) -> None:
    with pytest.raises(ssl.SSLError):
        connect(front, host)


def test_forged_host_and_port_are_rejected(front: Proxy) -> None:
    for host in ("elsewhere.example", f"{HOST}:4242"):
        request = raw_http.request_head(ORIGIN, "GET", "/robots.txt", host=host)
        assert "4242" not in ask(front, request).body.decode()
        assert "elsewhere" not in ask(front, request).body.decode()
    with raw_http.open_socket(f"http://127.0.0.1:{front.plain_port}") as sock:
        sock.sendall(raw_http.request_head(ORIGIN, "GET", "/find/?q=aa", host="elsewhere.example:4242"))
        answer = raw_http.read_answer(sock)
    assert (answer.status, answer.header("Location")) == (301, f"{ORIGIN}/find/?q=aa")


@pytest.mark.parametrize(("path", "words"), [("/accounts/login/", "smaller file"), ("/es/suggest/", "988")])
def test_large_body_is_rejected_with_a_page(front: Proxy, path: str, words: str) -> None:
    lines = ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {400 * MEGABYTE}"]
    answer = ask(front, head("POST", path, *lines) + b"a=b")
    assert answer.status == 413
    page = answer.body.decode()
    assert words in page
    assert f'lang="{"es" if path.startswith("/es/") else "en"}"' in page
    assert 'href="tel:988"' in page


def test_body_in_chunks_is_counted(front: Proxy) -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (65536, b"x" * 65536) for _ in range(48)) + b"0\r\n\r\n"
    lines = ["Content-Type: application/x-www-form-urlencoded", "Transfer-Encoding: chunked"]
    assert ask(front, head("POST", "/suggest/", *lines) + chunks).status == 413


def test_chunked_form_is_accepted_with_a_length(front: Proxy) -> None:
    lines = [
        "Content-Type: application/x-www-form-urlencoded", "Transfer-Encoding: chunked", f"Origin: {ORIGIN}",
    ]  # fmt: skip
    body = b"kind=support-groups&name=Morning+Light&location=San+Jose"
    answer = ask(front, head("POST", "/suggest/", *lines) + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
    assert answer.status == 200
    assert b"data-answer-code" in answer.body


def test_proxy_logs_nothing_of_visitors(front: Proxy) -> None:
    for path in ("/find/?q=canaryofthequery7", "/canaryofthepath7/", "/%zz", "/canaryofthepath7" * 1000):
        ask(front, head("GET", path, "Cookie: session=canaryofthecookie7"))
    written = b"".join(path.read_bytes() for path in front.folder.rglob("*") if path.is_file())
    assert b"canary" not in written.lower()


def test_body_folder_is_empty_afterwards(front: Proxy) -> None:
    body = b"details=" + b"canary+" * 200_000
    lines = [
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"Origin: {ORIGIN}",
    ]
    assert ask(front, head("POST", "/suggest/", *lines) + body).status == 200
    assert [path for path in (front.folder / "bodies").rglob("*") if path.is_file()] == []


def test_limits_of_proxy_and_site_agree(settings) -> None:
    from directory.admin.csv_views import MAX_UPLOAD_BYTES

    sizes = re.findall(r"client_max_body_size (\d+)m;", proxy.CONFIGURATION.read_text())
    assert [int(size) * MEGABYTE for size in sizes] == [
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        MAX_UPLOAD_BYTES,
    ]
