"""Whether an address on the web still answers, asked gently: one request at a time, a pause for each host.

The only place of this room that asks anything of the network. Each address, and each that it leads on to, must belong
to a public machine (`core/net/ssrf.py`), and the connection goes to the very address that was checked.

A link counts as alive when somebody is there: also behind a door (401, 403), without HEAD (405) or when we ask too
much (429). What leads on more often than we follow, or into an app, has answered as well. Rooms of video meetings say
little to a machine; any answer but an error of the server will do.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from core.net import ssrf
from core.net.deadline import Deadline
from core.net.errors import FetchError
from core.net.ssrf import OutboundUrl, Resolver, resolve_host

Connector = Callable[[str, int, float], socket.socket]

REQUEST_SECONDS = 10  # from the look-up of a name to the last byte that is read
PAUSE_SECONDS = 2  # between two requests to one host
MAX_REDIRECTS = 3
BODY_BYTES = 4 * 1024
MOST_BYTES = 64 * 1024 + BODY_BYTES  # headers included
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BEHIND_A_DOOR = frozenset({401, 403, 405, 429})
ROOMS = (
    "zoom.us", "zoomgov.com", "meet.google.com", "teams.microsoft.com", "teams.live.com", "webex.com",
    "gotomeeting.com", "meet.goto.com", "meet.jit.si", "whereby.com",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """`words` for the desk; `reached` says whether any machine answered at all."""

    alive: bool
    words: str
    reached: bool = True


class InvalidResponse(Exception):
    """The machine was reached, and what it said cannot be read."""


def connect(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)


@dataclass
class LinkProber:
    """Asks one thing after the other. A host that could not be reached is not tried again by the same prober."""

    resolver: Resolver = resolve_host
    connector: Connector = connect
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    seconds: float = REQUEST_SECONDS
    asked: dict[str, float] = field(default_factory=dict)
    """When each host was last asked."""
    unreachable: dict[tuple[str, int], ProbeResult] = field(default_factory=dict)

    def probe(self, url: str) -> ProbeResult:
        """By HEAD; where that gives no good answer, by GET and the beginning of the page."""
        answer = self.follow("HEAD", url)
        return answer if answer.alive or not answer.reached else self.follow("GET", url)

    def follow(self, method: str, url: str) -> ProbeResult:
        try:
            for _hop in range(MAX_REDIRECTS + 1):
                address = ssrf.parse_public_url(url)
                answer = self.ask(method, address)
                if isinstance(answer, ProbeResult):
                    return answer
                url = answer
                if urlsplit(url).scheme not in ssrf.STANDARD_PORTS:
                    return ProbeResult(True, "leads into an app")
        except (FetchError, ValueError) as problem:
            return ProbeResult(False, str(problem), reached=False)
        except InvalidResponse:
            return ProbeResult(False, "The answer broke off or cannot be read.")
        return ProbeResult(True, f"leads on more than {MAX_REDIRECTS} times")

    def ask(self, method: str, address: OutboundUrl) -> ProbeResult | str:
        """What the address says, or where it leads. Raises CannotFetch and Broken."""
        place = address.host, address.port
        if place in self.unreachable:
            return self.unreachable[place]
        self.wait(address.host)
        clock = Deadline(self.seconds, f"{address.host} took longer than {self.seconds:g} seconds.")
        try:
            sock = self.dial(address, clock)
        except FetchError as problem:
            self.unreachable[place] = ProbeResult(False, str(problem), reached=False)
            return self.unreachable[place]
        with sock:
            status, location = read_response(method, address, LimitedSocket(sock, clock))
        if is_meeting_room(address.host):
            return ProbeResult(status < 500, f"answered {status}")
        if status in REDIRECTS and location:
            return urljoin(address.original, location)
        return ProbeResult(status < 400 or status in BEHIND_A_DOOR, f"answered {status}")

    def wait(self, host: str) -> None:
        """Keeps the pause since the last request to this host."""
        if host in self.asked and (left := self.asked[host] + PAUSE_SECONDS - self.clock()) > 0:
            self.sleep(left)
        self.asked[host] = self.clock()

    def dial(self, address: OutboundUrl, clock: Deadline) -> socket.socket:
        """A connection to one of the answers that were checked. Raises CannotFetch."""
        found = ssrf.public_addresses(address.host, address.port, self.resolver, clock.seconds_left())
        for number, each in enumerate(found, start=1):
            try:
                sock = self.connector(each, address.port, clock.seconds_left() / (len(found) - number + 1))
                return wrap_tls(sock, address.host, clock.seconds_left()) if address.is_secure else sock
            except ssl.SSLCertVerificationError as error:
                raise FetchError(f"{address.host} cannot show who it is: {error.verify_message}.") from error
            except OSError:
                continue
        raise FetchError(f"{address.host} could not be reached.")


def is_meeting_room(host: str) -> bool:
    return any(host == room or host.endswith(f".{room}") for room in ROOMS)


def wrap_tls(sock: socket.socket, host: str, seconds: float) -> socket.socket:
    """TLS with the certificate verified, as a visitor's browser would."""
    sock.settimeout(seconds)
    try:
        return ssl.create_default_context().wrap_socket(sock, server_hostname=host)
    except BaseException:
        sock.close()
        raise


class LimitedSocket(io.RawIOBase):
    """What `http.client` reads from: so many bytes at most, and no longer than the clock has time."""

    def __init__(self, sock: socket.socket, clock: Deadline) -> None:
        self.sock, self.clock, self.seen = sock, clock, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.sock.settimeout(self.clock.seconds_left())
        count = self.sock.recv_into(buffer)
        self.seen += count
        if self.seen > MOST_BYTES:
            raise InvalidResponse
        return count

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def send(self, data: bytes) -> None:
        self.sock.settimeout(self.clock.seconds_left())
        self.sock.sendall(data)


def read_response(method: str, address: OutboundUrl, wire: LimitedSocket) -> tuple[int, str]:
    """Status and `Location`; of a page the beginning is read too. Raises Broken, also when the time is up."""
    try:
        wire.send(request(method, address))
        response = http.client.HTTPResponse(cast(socket.socket, wire), method=method)
        response.begin()
        if method == "GET" and response.status not in REDIRECTS:
            response.read(BODY_BYTES)
        return response.status, response.headers.get("Location", "")
    except (OSError, ValueError, http.client.HTTPException, FetchError) as error:
        raise InvalidResponse from error


def request(method: str, address: OutboundUrl) -> bytes:
    headers = {
        "Host": address.host_header,
        "User-Agent": "Steady link check",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"{method} {address.target} HTTP/1.1", *lines, "", ""]).encode("ascii")
