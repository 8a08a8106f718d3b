"""The only place from which feeds are asked for, by address or by path.

An address must lead to a public machine (`core/net/ssrf.py`), and so must each redirect; the connection goes to
the very address that was checked. Size and time are bounded (`feeds/fetch/limits.py`), also for a server
that sends a byte a
second or packs much into little (`feeds/fetch/decompress.py`). No setting turns this off; `resolver`,
`connector` and `limits`
are for tests.
"""

import http.client
import os
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain
from pathlib import Path
from typing import cast
from urllib.parse import urljoin

from core.net import ssrf
from core.net.bounded_socket import BoundedSocket
from core.net.byte_sizes import format_bytes
from core.net.deadline import Deadline
from core.net.errors import FetchError
from core.net.ssrf import OutboundUrl, Resolver, resolve_host
from feeds.fetch.decompress import ACCEPTED, GZIP_START, decompress
from feeds.fetch.limits import Limits

__all__ = ["NO_VALIDATORS", "CacheValidators", "FetchError", "FetchedFeed", "Limits", "read_feed"]

MAX_REDIRECTS = 2
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CHUNK = 64 * 1024
# What a server says of its version is sent back to it and kept in the database: short and printable, or dropped.
VALIDATOR = re.compile(r"[\x20-\x7e]{1,200}")
LENGTH = re.compile(r"[0-9]{1,15}")

Connector = Callable[[str, int, float], socket.socket]


@dataclass(frozen=True, slots=True)
class CacheValidators:
    """What a server said of the version that was read last; "" where it said nothing."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class FetchedFeed:
    """A feed, or with `not_modified` the word that it is the one that was read last."""

    data: bytes
    etag: str = ""
    last_modified: str = ""
    not_modified: bool = False


NO_VALIDATORS = CacheValidators()
LIMITS = Limits()


def connect(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)


def is_web_address(where: str) -> bool:
    """Whether this is to be fetched; anything else is a path."""
    return "://" in where


def read_feed(
    where: str,
    *,
    resolver: Resolver = resolve_host,
    connector: Connector = connect,
    validators: CacheValidators = NO_VALIDATORS,
    limits: Limits = LIMITS,
) -> FetchedFeed:
    """What is at a path or an http(s) address. Raises CannotFetch."""
    if is_web_address(where):
        clock = Deadline(limits.total, f"The feed took longer than {limits.total:g} seconds.")
        return FeedRequest(resolver, connector, validators, limits, clock).run(where)
    return FetchedFeed(read_file(Path(where), limits))


def read_file(path: Path, limits: Limits) -> bytes:
    """A file as it lies, or unpacked where it begins as gzip does; as large as an answer may be, and no larger: what is
    larger as it lies is not read at all."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > limits.unpacked:
                raise FetchError(f"{path} is larger than {format_bytes(limits.unpacked)}.")
            first = file.read(CHUNK)
            pieces = chain((first,), iter(lambda: file.read(CHUNK), b""))
            return decompress(pieces, "gzip" if first.startswith(GZIP_START) else "", limits)
    except (OSError, ValueError) as error:
        raise FetchError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """One fetch, redirects included."""

    resolver: Resolver
    connector: Connector
    validators: CacheValidators
    limits: Limits
    clock: Deadline

    def run(self, where: str) -> FetchedFeed:
        address = ssrf.parse_public_url(where)
        for _hop in range(MAX_REDIRECTS + 1):
            answer = self.ask(address)
            if isinstance(answer, FetchedFeed):
                return answer
            address = redirect_target(address, answer)
        raise FetchError(f"The address leads on more than {MAX_REDIRECTS} times.")

    def ask(self, address: OutboundUrl) -> FetchedFeed | str:
        """What the address holds, or where it leads."""
        wire = BoundedSocket(self.dial(address), self.clock, self.limits.headers)
        try:
            wire.send(self.request(address))
            response = http.client.HTTPResponse(cast(socket.socket, wire), method="GET")
            response.begin()
            wire.max_bytes = self.limits.wire
            return self.answer(address, response, wire)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise FetchError(f"The answer of {address.host} broke off or cannot be read.") from error
        finally:
            wire.close()

    def dial(self, address: OutboundUrl) -> socket.socket:
        """A connection to an address that was checked; the answers of a name share the time there is."""
        host, port = address.host, address.port
        found = ssrf.public_addresses(host, port, self.resolver, self.clock.seconds_left(self.limits.connect))
        clock = Deadline(
            self.clock.seconds_left(self.limits.connect), f"{host} could not be reached in time."
        )
        for tries_left in range(len(found), 0, -1):
            try:
                sock = self.connector(found[-tries_left], port, clock.seconds_left() / tries_left)
                return wrap_tls(sock, host, clock.seconds_left()) if address.is_secure else sock
            except ssl.SSLCertVerificationError as error:
                raise FetchError(f"{host} cannot show who it is: {error.verify_message}.") from error
            except OSError as error:
                if tries_left == 1:
                    raise FetchError(f"{host} could not be reached.") from error
        raise AssertionError("a host without answers does not come this far")

    def request(self, address: OutboundUrl) -> bytes:
        headers = {
            "Host": address.host_header,
            "User-Agent": "Steady feed reader",
            "Accept": "application/json, text/csv;q=0.9, */*;q=0.5",
            "Accept-Encoding": ACCEPTED,
            "Connection": "close",
            "If-None-Match": self.validators.etag,
            "If-Modified-Since": self.validators.last_modified,
        }
        lines = [f"{name}: {value}" for name, value in headers.items() if value]
        return "\r\n".join([f"GET {address.target} HTTP/1.1", *lines, "", ""]).encode("ascii")

    def answer(
        self, address: OutboundUrl, response: http.client.HTTPResponse, wire: BoundedSocket
    ) -> FetchedFeed | str:
        if response.status in REDIRECTS:
            return response.headers.get("Location", "")
        if response.status == HTTPStatus.NOT_MODIFIED:
            return self.same_as_before()
        if response.status != HTTPStatus.OK:
            raise FetchError(f"{address.host} answered {response.status}.")
        encoding = ", ".join(response.headers.get_all("Content-Encoding", []))
        data = decompress(self.pieces(response, wire), encoding, self.limits)
        if not data or data.isspace():
            raise FetchError("The feed is empty.")
        headers = response.headers
        return FetchedFeed(
            data, clean_validator(headers.get("ETag")), clean_validator(headers.get("Last-Modified"))
        )

    def same_as_before(self) -> FetchedFeed:
        if self.validators == NO_VALIDATORS:
            raise FetchError("The server says that nothing changed, to somebody who asks for the first time.")
        return FetchedFeed(b"", self.validators.etag, self.validators.last_modified, not_modified=True)

    def pieces(self, response: http.client.HTTPResponse, wire: BoundedSocket) -> Iterator[bytes]:
        """The body as it comes. Raises CannotFetch where it is not as long as the server said."""
        length = content_length(response)
        if length is not None and length > self.limits.wire:
            raise FetchError(f"The answer is larger than {format_bytes(self.limits.wire)}.")
        while piece := response.read(CHUNK):
            yield piece
        if length is not None and (response.length or wire.has_more_data()):
            raise FetchError("The answer is not as long as the server said.")


def redirect_target(address: OutboundUrl, location: str) -> OutboundUrl:
    """Where a redirect leads, checked as any address; never to http, where anybody on the way could answer."""
    if not location:
        raise FetchError("The address leads on without saying where.")
    try:
        onward = ssrf.parse_public_url(urljoin(address.original, location))
    except ValueError as error:
        raise FetchError("The address leads on to one that cannot be read.") from error
    if not onward.is_secure:
        raise FetchError("The address leads on to http without TLS; that is not followed.")
    return onward


def wrap_tls(sock: socket.socket, host: str, seconds: float) -> socket.socket:
    """TLS with the certificate verified. A body without a length that ends without goodbye is an error."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    sock.settimeout(seconds)
    try:
        return context.wrap_socket(sock, server_hostname=host, suppress_ragged_eofs=False)
    except BaseException:
        sock.close()
        raise


def content_length(response: http.client.HTTPResponse) -> int | None:
    """The Content-Length in bytes, None for chunks and for what ends when the connection does."""
    if (coding := response.headers.get("Transfer-Encoding")) is not None:
        if coding.lower() != "chunked":
            raise FetchError("The answer comes in a transfer coding that is not read.")
        return None
    lengths = list(dict.fromkeys(response.headers.get_all("Content-Length", [])))
    if not lengths:
        return None
    if len(lengths) > 1 or not LENGTH.fullmatch(lengths[0]):
        raise FetchError("The answer does not say plainly how long it is.")
    return int(lengths[0])


def clean_validator(said: str | None) -> str:
    return said if said and VALIDATOR.fullmatch(said) else ""
