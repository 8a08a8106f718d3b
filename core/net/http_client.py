"""Send one HTTP request to a public machine and read its response within bounds of size and time.

This is the client of both feeds and link checks. The library httpcore2 writes the request, parses the response and
starts TLS, which verifies the host name of the URL. The library opens no connection itself: it takes one from the
classes below, which add what it does not do.

- `PublicBackend` resolves a host name once, refuses it unless all of its addresses are public, and connects to one of
  the addresses that it checked. Nothing resolves the name again.
- `BoundedStream` counts the bytes that arrive before anything parses them, and enforces one deadline for the whole
  exchange. A socket's own timeout starts anew with each byte.

No redirect is followed here. A caller follows one by parsing its target with `ssrf.parse_public_url`, which repeats the
check, and sending another request.
"""

import re
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import httpcore2

from core.net import ssrf
from core.net.byte_sizes import format_bytes
from core.net.deadline import Deadline
from core.net.errors import FetchError, ResponseError
from core.net.ssrf import OutboundUrl, Resolver

Connector = Callable[[str, int, float], socket.socket]
"""Open a TCP connection to an IP address and port within a number of seconds."""

REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
READ_BYTES = 64 * 1024
# The parser takes about 40 microseconds for each piece, however small the piece is.
MAX_PIECES = 50_000
CLOSE_TIMEOUT_SECONDS = 1.0  # for a server that was asked to close the connection
BLANK = b"\r\n\t "
END_OF_HEADERS = re.compile(rb"\n\r?\n")


@dataclass(frozen=True, slots=True)
class ResponseLimits:
    """How much time and how many bytes one request may take."""

    connect_seconds: float  # to resolve the name, and again to connect and agree on keys
    header_bytes: int
    total_bytes: int  # as they arrive: header block and framing included


def connect(address: str, port: int, seconds: float) -> socket.socket:
    """Open a TCP connection. Raise OSError."""
    return socket.create_connection((address, port), timeout=seconds)


@contextmanager
def send_request(
    method: str,
    url: OutboundUrl,
    headers: Mapping[str, str],
    *,
    deadline: Deadline,
    limits: ResponseLimits,
    resolver: Resolver = ssrf.resolve_host,
    connector: Connector = connect,
) -> Iterator["HttpResponse"]:
    """Send a request without a body and provide the response, whose body is read on demand.

    Headers with an empty value are left out. Raise FetchError when no connection comes about, and ResponseError when
    anything fails after that.
    """
    backend = PublicBackend(resolver, connector, deadline, limits)
    request_url = httpcore2.URL(scheme=url.scheme, host=url.host, port=url.port, target=url.target)
    sent = [("Host", url.host_header), ("Connection", "close")]
    sent += [(name, value) for name, value in headers.items() if value]
    context = ssl.create_default_context() if url.is_secure else None
    try:
        with (
            httpcore2.ConnectionPool(ssl_context=context, network_backend=backend) as pool,
            pool.stream(method, request_url, headers=sent) as response,
        ):
            yield HttpResponse(response, backend.opened_stream)
    except (OSError, httpcore2.ProtocolError) as error:
        raise ResponseError(_describe_protocol_error(url.host, error)) from error
    except FetchError as error:
        if backend.stream is None or not backend.stream.is_connected:
            raise
        raise ResponseError(str(error)) from error


def redirect_address(url: OutboundUrl, location: str) -> str:
    """Return the address that a Location header names, which may be relative. Raise FetchError."""
    try:
        return urljoin(url.original, location)
    except ValueError as error:
        raise FetchError("The address leads on to one that cannot be read.") from error


class HttpResponse:
    """Status and headers of a response, and its body as it arrives."""

    def __init__(self, response: httpcore2.Response, stream: "BoundedStream") -> None:
        """Take a response whose header block was received from `stream`."""
        self.status = response.status
        self._response, self._stream = response, stream
        stream.finish_headers(self.content_length)

    def header(self, name: str) -> str:
        """Return the values of a header, joined by commas, or "" if there is none."""
        wanted = name.lower().encode("ascii")
        values = [value for key, value in self._response.headers if key.lower() == wanted]
        return b", ".join(values).decode("latin-1")

    @property
    def content_length(self) -> int | None:
        """Return the length of the body in bytes, or None where only its end tells it."""
        length = self.header("Content-Length")
        return int(length) if length and not self.header("Transfer-Encoding") else None

    def first_piece(self) -> bytes:
        """Return the first piece of the body, b"" if it is empty."""
        return next(iter(self._response.iter_stream()), b"")

    def iter_body(self) -> Iterator[bytes]:
        """Yield the body of the response in pieces, as they arrive.

        Raise FetchError if it is shorter or longer than its Content-Length, or comes in more than MAX_PIECES.
        """
        is_measured = self.content_length is not None
        try:
            for number, piece in enumerate(self._response.iter_stream()):
                if number >= MAX_PIECES:
                    raise FetchError(f"The answer comes in more than {MAX_PIECES:,} pieces.")
                yield piece
        except httpcore2.RemoteProtocolError as error:
            if not is_measured:
                raise
            raise FetchError("The answer is not as long as the server said.") from error
        if is_measured and self._stream.has_more_data():
            raise FetchError("The answer is not as long as the server said.")


class PublicBackend(httpcore2.NetworkBackend):
    """Open connections for the library, to public addresses only."""

    def __init__(
        self, resolver: Resolver, connector: Connector, deadline: Deadline, limits: ResponseLimits
    ) -> None:
        """Prepare a client for one request."""
        self.resolver, self.connector, self.deadline, self.limits = resolver, connector, deadline, limits
        self.stream: BoundedStream | None = None

    @property
    def opened_stream(self) -> "BoundedStream":
        """Return the stream of a connection that was opened."""
        assert self.stream is not None  # noqa: S101 - there is no response without a connection
        return self.stream

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> "BoundedStream":
        """Connect to a checked address of the host; its addresses share the time that there is. Raise FetchError."""
        seconds = self.deadline.seconds_left(self.limits.connect_seconds)
        addresses = ssrf.public_addresses(host, port, self.resolver, seconds)
        seconds = self.deadline.seconds_left(self.limits.connect_seconds)
        connect_deadline = Deadline(seconds, f"{host} could not be reached in time.")
        for tries_left in range(len(addresses), 0, -1):
            try:
                share = connect_deadline.seconds_left() / tries_left
                sock = self.connector(addresses[-tries_left], port, share)
            except OSError as error:
                if tries_left == 1:
                    raise FetchError(f"{host} could not be reached.") from error
            else:
                self.stream = BoundedStream(sock, self.deadline, connect_deadline, self.limits)
                return self.stream
        raise AssertionError("the check of addresses returns at least one")


class BoundedStream(httpcore2.NetworkStream):
    """The bytes of one connection, counted before they are parsed and read no longer than the deadline.

    The stream hands over the header block separately from the body, and no more of the body than its Content-Length.
    What follows can then be seen.
    """

    def __init__(
        self, sock: socket.socket, deadline: Deadline, connect_deadline: Deadline, limits: ResponseLimits
    ) -> None:
        """Take a connected socket; `connect_deadline` is that of the TLS handshake."""
        self.sock, self.deadline, self.connect_deadline, self.limits = (
            sock,
            deadline,
            connect_deadline,
            limits,
        )
        self.is_connected = False
        self._buffer = b""  # received, not handed over yet
        self._bytes_received = 0
        self._is_in_headers = True
        self._header_bytes = 0
        self._last_bytes = b""  # of the header block so far: the blank line may arrive in two parts
        self._body_bytes_left: int | None = None

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "BoundedStream":
        """Encrypt the connection and verify the certificate. A body that ends without a TLS goodbye is an error."""
        try:
            self.sock.settimeout(self.connect_deadline.seconds_left())
            self.sock = ssl_context.wrap_socket(
                self.sock, server_hostname=server_hostname, suppress_ragged_eofs=False
            )
        except ssl.SSLCertVerificationError as error:
            raise FetchError(f"{server_hostname} cannot show who it is: {error.verify_message}.") from error
        except OSError as error:
            raise FetchError(f"{server_hostname} could not be reached.") from error
        finally:
            if not isinstance(self.sock, ssl.SSLSocket):
                self.sock.close()
        return self

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes of the request, the first of which say that the connection is made."""
        self.is_connected = True
        self.sock.settimeout(self.deadline.seconds_left())
        self.sock.sendall(buffer)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the next bytes, b"" at the end. Raise FetchError when a limit is reached."""
        self._buffer = self._buffer or self._receive(max_bytes)
        size = self._count_header_bytes() if self._is_in_headers else self._count_body_bytes()
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def finish_headers(self, content_length: int | None) -> None:
        """Note that the header block is complete; the body has `content_length` bytes if that is known."""
        self._is_in_headers, self._body_bytes_left = False, content_length

    def has_more_data(self) -> bool:
        """Return whether more than blanks follow the body; wait CLOSE_TIMEOUT_SECONDS for it."""
        try:
            return bool((self._buffer or self._receive(READ_BYTES, CLOSE_TIMEOUT_SECONDS)).strip(BLANK))
        except OSError:
            return False

    def close(self) -> None:
        """Close the connection to the server."""
        self.sock.close()

    def _receive(self, max_bytes: int, seconds: float = float("inf")) -> bytes:
        """Return at most `max_bytes` from the socket, waiting `seconds` at most and never past the deadline."""
        self.sock.settimeout(self.deadline.seconds_left(seconds))
        try:
            data = self.sock.recv(max_bytes)
        except TimeoutError:
            self.deadline.seconds_left()
            raise
        self._bytes_received += len(data)
        _raise_if_larger(self._bytes_received, self.limits.total_bytes)
        return data

    def _count_header_bytes(self) -> int:
        """Return how many bytes of the buffer belong to the headers, which end with a blank line."""
        end = END_OF_HEADERS.search(self._last_bytes + self._buffer)
        size = end.end() - len(self._last_bytes) if end else len(self._buffer)
        self._header_bytes += size
        _raise_if_larger(self._header_bytes, self.limits.header_bytes)
        self._last_bytes = b"" if end else (self._last_bytes + self._buffer)[-2:]
        return size

    def _count_body_bytes(self) -> int:
        """Return how many bytes in the buffer belong to the body, and count them as received."""
        if self._body_bytes_left is None:
            return len(self._buffer)
        size = min(len(self._buffer), self._body_bytes_left)
        self._body_bytes_left -= size
        return size


def _raise_if_larger(count: int, limit: int) -> None:
    """Raise FetchError if a number of bytes is above the limit."""
    if count > limit:
        raise FetchError(f"The answer is larger than {format_bytes(limit)}.")


def _describe_protocol_error(host: str, error: Exception) -> str:
    """Return one line for an error of the connection or of the library's parser, which names the header at fault."""
    if "Content-Length" in str(error):
        return "The answer does not say plainly how long it is."
    if "Transfer-Encoding" in str(error):
        return "The answer comes in a transfer coding that is not read."
    return f"The answer of {host} broke off or cannot be read."
