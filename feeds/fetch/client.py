"""Read a feed from an http(s) address or from a file.

This is the only module that reads feeds. `core/net/http_client.py` lets it reach public machines only and bounds each
response. A deadline covers all redirects of a feed together. No setting turns this off; the arguments `resolver`,
`connector` and `limits` are for tests.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain
from pathlib import Path

from core.net import ssrf
from core.net.byte_sizes import format_bytes
from core.net.deadline import Deadline
from core.net.errors import FetchError
from core.net.http_client import (
    REDIRECT_STATUSES,
    Connector,
    HttpResponse,
    connect,
    redirect_address,
    send_request,
)
from core.net.ssrf import OutboundUrl, Resolver, resolve_host
from feeds.fetch.decompress import ACCEPTED, GZIP_START, decompress
from feeds.fetch.limits import Limits

__all__ = ["NO_VALIDATORS", "CacheValidators", "FetchError", "FetchedFeed", "Limits", "read_feed"]

MAX_REDIRECTS = 2
READ_BYTES = 64 * 1024
# Validators are stored and sent back to the server, so only short and printable ones are kept.
ETAG = re.compile(r'(?=.{1,200}\Z)(?:(?:W/)?"[ !\x23-\x7e]*"|[!\x23-\x7e]+)')
LAST_MODIFIED = re.compile(r"[\x20-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class CacheValidators:
    """The ETag and Last-Modified headers of the version that was read last, "" where there was none."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class FetchedFeed:
    """The bytes of a feed, or none with `not_modified`: the server still has the version that was read last."""

    data: bytes
    etag: str = ""
    last_modified: str = ""
    not_modified: bool = False


NO_VALIDATORS = CacheValidators()
LIMITS = Limits()


def is_web_address(address: str) -> bool:
    """Return whether this is a URL; anything else is the path of a file."""
    return "://" in address


def read_feed(
    address: str,
    *,
    resolver: Resolver = resolve_host,
    connector: Connector = connect,
    validators: CacheValidators = NO_VALIDATORS,
    limits: Limits = LIMITS,
) -> FetchedFeed:
    """Return the feed at an http(s) address or a path. Raise FetchError."""
    if is_web_address(address):
        seconds = limits.total_seconds
        deadline = Deadline(seconds, f"The feed took longer than {seconds:g} seconds.")
        return FeedRequest(resolver, connector, validators, limits, deadline).fetch(address)
    return FetchedFeed(read_file(Path(address), limits))


def read_file(path: Path, limits: Limits) -> bytes:
    """Return the content of a file, decompressed if it is gzip. Raise FetchError.

    A file has the size limit of a decompressed response. One that is larger on disk is not read at all.
    """
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > limits.unpacked_bytes:
                raise FetchError(f"{path} is larger than {format_bytes(limits.unpacked_bytes)}.")
            first = file.read(READ_BYTES)
            pieces = chain((first,), iter(lambda: file.read(READ_BYTES), b""))
            return decompress(pieces, "gzip" if first.startswith(GZIP_START) else "", limits)
    except (OSError, ValueError) as error:
        raise FetchError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """One download of a feed, redirects included."""

    resolver: Resolver
    connector: Connector
    validators: CacheValidators
    limits: Limits
    deadline: Deadline

    def fetch(self, address: str) -> FetchedFeed:
        """Return the feed, following a few redirects. Raise FetchError."""
        url = ssrf.parse_public_url(address)
        for _hop in range(MAX_REDIRECTS + 1):
            result = self._request(url)
            if isinstance(result, FetchedFeed):
                return result
            url = redirect_target(url, result)
        raise FetchError(f"The address leads on more than {MAX_REDIRECTS} times.")

    def _request(self, url: OutboundUrl) -> FetchedFeed | str:
        """Return the feed at this URL, or the Location of a redirect."""
        headers = {
            "User-Agent": "Steady feed reader",
            "Accept": "application/json, text/csv;q=0.9, */*;q=0.5",
            "Accept-Encoding": ACCEPTED,
            "If-None-Match": self.validators.etag,
            "If-Modified-Since": self.validators.last_modified,
        }
        with send_request(
            "GET",
            url,
            headers,
            deadline=self.deadline,
            limits=self.limits,
            resolver=self.resolver,
            connector=self.connector,
        ) as response:
            if response.status in REDIRECT_STATUSES:
                return response.header("Location")
            return self._read_response(url.host, response)

    def _read_response(self, host: str, response: HttpResponse) -> FetchedFeed:
        """Return the feed in a response. Raises FetchError for any status but 200 and 304."""
        if response.status == HTTPStatus.NOT_MODIFIED:
            return self._unmodified_feed()
        if response.status != HTTPStatus.OK:
            raise FetchError(f"{host} answered {response.status}.")
        data = decompress(self._body(response), response.header("Content-Encoding"), self.limits)
        if not data or data.isspace():
            raise FetchError("The feed is empty.")
        etag, last_modified = response.header("ETag"), response.header("Last-Modified")
        return FetchedFeed(
            data,
            etag if ETAG.fullmatch(etag) else "",
            last_modified if LAST_MODIFIED.fullmatch(last_modified) else "",
        )

    def _unmodified_feed(self) -> FetchedFeed:
        """Return the result for status 304. Raises FetchError where the request had no validators."""
        if self.validators == NO_VALIDATORS:
            raise FetchError("The server says that nothing changed, to somebody who asks for the first time.")
        return FetchedFeed(b"", self.validators.etag, self.validators.last_modified, not_modified=True)

    def _body(self, response: HttpResponse) -> Iterator[bytes]:
        """Return the body in pieces. Raise FetchError at once if the server announces one that is too large."""
        if (response.content_length or 0) > self.limits.total_bytes:
            raise FetchError(f"The answer is larger than {format_bytes(self.limits.total_bytes)}.")
        return response.iter_body()


def redirect_target(url: OutboundUrl, location: str) -> OutboundUrl:
    """Return the target of a redirect as a checked URL. Raises FetchError for a refused target.

    A redirect to http is refused, even from http: anybody on the network path could answer in the server's place.
    """
    if not location:
        raise FetchError("The address leads on without saying where.")
    target = ssrf.parse_public_url(redirect_address(url, location))
    if not target.is_secure:
        raise FetchError("The address leads on to http without TLS; that is not followed.")
    return target
