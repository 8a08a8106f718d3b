"""Test whether a web address still answers, with one request at a time and a pause between requests to one host.

This is the only module of `curation` that sends requests. `core/net/http_client.py` lets it reach public machines only.

A link counts as alive when a server answers for it: also with a demand to sign in (401, 403), without support for HEAD
(405) or when we ask too often (429). A link with more redirects than we follow, or one that opens an app, has answered
as well. Servers of video meetings reveal little to a machine, so any answer but a server error (5xx) will do.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from core.net import ssrf
from core.net.deadline import Deadline
from core.net.errors import FetchError, ResponseError
from core.net.http_client import (
    REDIRECT_STATUSES,
    Connector,
    ResponseLimits,
    connect,
    redirect_address,
    send_request,
)
from core.net.ssrf import OutboundUrl, Resolver, resolve_host

REQUEST_SECONDS = 10  # from the look-up of a name to the last byte that is read
PAUSE_SECONDS = 2  # between two requests to one host
MAX_REDIRECTS = 3
HEADER_BYTES = 64 * 1024
TOTAL_BYTES = 2 * HEADER_BYTES  # of a page only the first piece is read
ALIVE_ERRORS = frozenset({401, 403, 405, 429})
VIDEO_MEETING_HOSTS = (
    "zoom.us", "zoomgov.com", "meet.google.com", "teams.microsoft.com", "teams.live.com", "webex.com",
    "gotomeeting.com", "meet.goto.com", "meet.jit.si", "whereby.com",
)  # fmt: skip
HEADERS = {"User-Agent": "Steady link check", "Accept": "*/*", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The result for one link: `summary` is for curators; `reached` is False if no machine answered at all."""

    alive: bool
    summary: str
    reached: bool = True


@dataclass
class LinkProber:
    """Probe links one after another. A host that could not be reached is not tried again by the same prober."""

    resolver: Resolver = resolve_host
    connector: Connector = connect
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    seconds: float = REQUEST_SECONDS
    last_request: dict[str, float] = field(default_factory=dict)
    """When each host was last sent a request, by `clock`."""
    unreachable: dict[tuple[str, int], ProbeResult] = field(default_factory=dict)

    def probe(self, url: str) -> ProbeResult:
        """Send HEAD, and GET where HEAD gives no good answer."""
        result = self._follow("HEAD", url)
        return result if result.alive or not result.reached else self._follow("GET", url)

    def _follow(self, method: str, address: str) -> ProbeResult:
        """Return the result of an address and its redirects, each of which is checked like the first address."""
        try:
            for _hop in range(MAX_REDIRECTS + 1):
                result = self._request(method, ssrf.parse_public_url(address))
                if isinstance(result, ProbeResult):
                    return result
                address = result
                if urlsplit(address).scheme not in ssrf.STANDARD_PORTS:
                    return ProbeResult(True, "leads into an app")
        except ResponseError:
            return ProbeResult(False, "The answer broke off or cannot be read.")
        except (FetchError, ValueError) as problem:
            return ProbeResult(False, str(problem), reached=False)
        return ProbeResult(True, f"leads on more than {MAX_REDIRECTS} times")

    def _request(self, method: str, url: OutboundUrl) -> ProbeResult | str:
        """Return the result of one request, or the address to which it is redirected. Raise ResponseError."""
        server = url.host, url.port
        if server in self.unreachable:
            return self.unreachable[server]
        self._wait(url.host)
        try:
            status, location = self._send(method, url)
        except ResponseError:
            raise
        except FetchError as problem:
            self.unreachable[server] = ProbeResult(False, str(problem), reached=False)
            return self.unreachable[server]
        if is_video_meeting(url.host):
            return ProbeResult(status < 500, f"answered {status}")
        if status in REDIRECT_STATUSES and location:
            return redirect_address(url, location)
        return ProbeResult(status < 400 or status in ALIVE_ERRORS, f"answered {status}")

    def _send(self, method: str, url: OutboundUrl) -> tuple[int, str]:
        """Return the status and the Location header; of a page the first piece is read too."""
        message = f"{url.host} took longer than {self.seconds:g} seconds."
        with send_request(
            method,
            url,
            HEADERS,
            deadline=Deadline(self.seconds, message),
            limits=ResponseLimits(self.seconds, HEADER_BYTES, TOTAL_BYTES),
            resolver=self.resolver,
            connector=self.connector,
        ) as response:
            if method == "GET" and response.status not in REDIRECT_STATUSES:
                response.first_piece()
            return response.status, response.header("Location")

    def _wait(self, host: str) -> None:
        """Wait until PAUSE_SECONDS have passed since the last request to this host."""
        if host in self.last_request:
            left = self.last_request[host] + PAUSE_SECONDS - self.clock()
            if left > 0:
                self.sleep(left)
        self.last_request[host] = self.clock()


def is_video_meeting(host: str) -> bool:
    """Return whether this host serves video meetings."""
    return any(host == known or host.endswith(f".{known}") for known in VIDEO_MEETING_HOSTS)
