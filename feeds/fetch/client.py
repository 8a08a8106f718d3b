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
from core.net.bounded_socket import Wire
from core.net.byte_sizes import size
from core.net.deadline import Clock
from core.net.errors import CannotFetch
from core.net.ssrf import Address, Resolver, resolve
from feeds.fetch.decompress import ACCEPTED, GZIP_START, unpacked
from feeds.fetch.limits import Limits

__all__ = ["NO_VALIDATORS", "CannotFetch", "Fetched", "Limits", "Validators", "read"]

MAX_REDIRECTS = 2
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CHUNK = 64 * 1024
# What a server says of its version is sent back to it and kept in the database: short and printable, or dropped.
VALIDATOR = re.compile(r"[\x20-\x7e]{1,200}")
LENGTH = re.compile(r"[0-9]{1,15}")

Connector = Callable[[str, int, float], socket.socket]


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of the version that was read last; "" where it said nothing."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A feed, or with `not_modified` the word that it is the one that was read last."""

    data: bytes
    etag: str = ""
    last_modified: str = ""
    not_modified: bool = False


NO_VALIDATORS = Validators()
LIMITS = Limits()


def connect(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)


def is_web_address(where: str) -> bool:
    """Whether this is to be fetched; anything else is a path."""
    return "://" in where


def read(
    where: str,
    *,
    resolver: Resolver = resolve,
    connector: Connector = connect,
    validators: Validators = NO_VALIDATORS,
    limits: Limits = LIMITS,
) -> Fetched:
    """What is at a path or an http(s) address. Raises CannotFetch."""
    if is_web_address(where):
        clock = Clock(limits.total, f"The feed took longer than {limits.total:g} seconds.")
        return Errand(resolver, connector, validators, limits, clock).run(where)
    return Fetched(on_disk(Path(where), limits))


def on_disk(path: Path, limits: Limits) -> bytes:
    """A file as it lies, or unpacked where it begins as gzip does; as large as an answer may be, and no larger: what is
    larger as it lies is not read at all."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > limits.unpacked:
                raise CannotFetch(f"{path} is larger than {size(limits.unpacked)}.")
            first = file.read(CHUNK)
            pieces = chain((first,), iter(lambda: file.read(CHUNK), b""))
            return unpacked(pieces, "gzip" if first.startswith(GZIP_START) else "", limits)
    except (OSError, ValueError) as error:
        raise CannotFetch(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


@dataclass(frozen=True, slots=True)
class Errand:
    """One fetch, redirects included."""

    resolver: Resolver
    connector: Connector
    validators: Validators
    limits: Limits
    clock: Clock

    def run(self, where: str) -> Fetched:
        address = ssrf.checked(where)
        for _hop in range(MAX_REDIRECTS + 1):
            answer = self.ask(address)
            if isinstance(answer, Fetched):
                return answer
            address = redirected(address, answer)
        raise CannotFetch(f"The address leads on more than {MAX_REDIRECTS} times.")

    def ask(self, address: Address) -> Fetched | str:
        """What the address holds, or where it leads."""
        wire = Wire(self.dial(address), self.clock, self.limits.headers)
        try:
            wire.send(self.request(address))
            response = http.client.HTTPResponse(cast(socket.socket, wire), method="GET")
            response.begin()
            wire.most = self.limits.wire
            return self.answer(address, response, wire)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise CannotFetch(f"The answer of {address.host} broke off or cannot be read.") from error
        finally:
            wire.close()

    def dial(self, address: Address) -> socket.socket:
        """A connection to an address that was checked; the answers of a name share the time there is."""
        host, port = address.host, address.port
        found = ssrf.public_addresses(host, port, self.resolver, self.clock.left(self.limits.connect))
        clock = Clock(self.clock.left(self.limits.connect), f"{host} could not be reached in time.")
        for tries_left in range(len(found), 0, -1):
            try:
                sock = self.connector(found[-tries_left], port, clock.left() / tries_left)
                return secured(sock, host, clock.left()) if address.is_secure else sock
            except ssl.SSLCertVerificationError as error:
                raise CannotFetch(f"{host} cannot show who it is: {error.verify_message}.") from error
            except OSError as error:
                if tries_left == 1:
                    raise CannotFetch(f"{host} could not be reached.") from error
        raise AssertionError("a host without answers does not come this far")

    def request(self, address: Address) -> bytes:
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

    def answer(self, address: Address, response: http.client.HTTPResponse, wire: Wire) -> Fetched | str:
        if response.status in REDIRECTS:
            return response.headers.get("Location", "")
        if response.status == HTTPStatus.NOT_MODIFIED:
            return self.same_as_before()
        if response.status != HTTPStatus.OK:
            raise CannotFetch(f"{address.host} answered {response.status}.")
        encoding = ", ".join(response.headers.get_all("Content-Encoding", []))
        data = unpacked(self.pieces(response, wire), encoding, self.limits)
        if not data or data.isspace():
            raise CannotFetch("The feed is empty.")
        headers = response.headers
        return Fetched(data, validator(headers.get("ETag")), validator(headers.get("Last-Modified")))

    def same_as_before(self) -> Fetched:
        if self.validators == NO_VALIDATORS:
            raise CannotFetch(
                "The server says that nothing changed, to somebody who asks for the first time."
            )
        return Fetched(b"", self.validators.etag, self.validators.last_modified, not_modified=True)

    def pieces(self, response: http.client.HTTPResponse, wire: Wire) -> Iterator[bytes]:
        """The body as it comes. Raises CannotFetch where it is not as long as the server said."""
        length = said_length(response)
        if length is not None and length > self.limits.wire:
            raise CannotFetch(f"The answer is larger than {size(self.limits.wire)}.")
        while piece := response.read(CHUNK):
            yield piece
        if length is not None and (response.length or wire.goes_on()):
            raise CannotFetch("The answer is not as long as the server said.")


def redirected(address: Address, location: str) -> Address:
    """Where a redirect leads, checked as any address; never to http, where anybody on the way could answer."""
    if not location:
        raise CannotFetch("The address leads on without saying where.")
    try:
        onward = ssrf.checked(urljoin(address.written, location))
    except ValueError as error:
        raise CannotFetch("The address leads on to one that cannot be read.") from error
    if not onward.is_secure:
        raise CannotFetch("The address leads on to http without TLS; that is not followed.")
    return onward


def secured(sock: socket.socket, host: str, seconds: float) -> socket.socket:
    """TLS with the certificate verified. A body without a length that ends without goodbye is an error."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    sock.settimeout(seconds)
    try:
        return context.wrap_socket(sock, server_hostname=host, suppress_ragged_eofs=False)
    except BaseException:
        sock.close()
        raise


def said_length(response: http.client.HTTPResponse) -> int | None:
    """The Content-Length in bytes, None for chunks and for what ends when the connection does."""
    if (coding := response.headers.get("Transfer-Encoding")) is not None:
        if coding.lower() != "chunked":
            raise CannotFetch("The answer comes in a transfer coding that is not read.")
        return None
    lengths = list(dict.fromkeys(response.headers.get_all("Content-Length", [])))
    if not lengths:
        return None
    if len(lengths) > 1 or not LENGTH.fullmatch(lengths[0]):
        raise CannotFetch("The answer does not say plainly how long it is.")
    return int(lengths[0])


def validator(said: str | None) -> str:
    return said if said and VALIDATOR.fullmatch(said) else ""
