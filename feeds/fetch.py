"""The only place from which the site asks anything of the network: feeds, by address or by path.

An address must be http or https and lead to a public machine. Every name is resolved once, the answer is checked,
and the connection goes to the checked address; each redirect is checked again. Size and time are bounded.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

MAX_BYTES = 20 * 1024 * 1024
MAX_REDIRECTS = 2
CONNECT_SECONDS = 10
TOTAL_SECONDS = 60
CHUNK = 64 * 1024

Resolver = Callable[[str, int], list[str]]
Connector = Callable[[str, int, float], socket.socket]


class CannotFetch(Exception):
    """One line for the person who ran the command."""


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host."""
    return [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def connect(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)


def read(where: str, *, resolver: Resolver = resolve, connector: Connector = connect) -> bytes:
    """The bytes at a path or an http(s) address. Raises CannotFetch; a local file has no size limit."""
    if "://" in where:
        return from_address(where, resolver=resolver, connector=connector)
    try:
        return Path(where).read_bytes()
    except OSError as error:
        raise CannotFetch(f"{where} cannot be read: {error.strerror or error}.") from error


def from_address(where: str, *, resolver: Resolver, connector: Connector) -> bytes:
    deadline = time.monotonic() + TOTAL_SECONDS
    for _hop in range(MAX_REDIRECTS + 1):
        answer = ask(checked(where), resolver, connector, deadline)
        if isinstance(answer, bytes):
            return answer
        if where.startswith("https:") and urljoin(where, answer).startswith("http:"):
            raise CannotFetch("The address leads from https to http; that is not followed.")
        where = urljoin(where, answer)
    raise CannotFetch(f"The address leads on more than {MAX_REDIRECTS} times.")


def checked(where: str) -> SplitResult:
    try:
        parts = urlsplit(where)
        port = parts.port
    except ValueError as error:
        raise CannotFetch("The address cannot be read.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CannotFetch("Only http and https addresses are fetched.")
    if parts.username or parts.password:
        raise CannotFetch("An address with a login in it is not fetched.")
    if port == 0:
        raise CannotFetch("The address names port 0.")
    return parts


def ask(parts: SplitResult, resolver: Resolver, connector: Connector, deadline: float) -> bytes | str:
    """The body, or where a redirect leads."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)
    try:
        connection.sock = dialled(host, port, parts.scheme, resolver, connector)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(
            "GET", target, headers={"Accept": "application/json", "Accept-Encoding": "identity"}
        )
        response = connection.getresponse()
        if response.status in (301, 302, 303, 307, 308):
            return response.headers.get("Location") or ""
        if response.status != http.HTTPStatus.OK:
            raise CannotFetch(f"{host} answered {response.status}.")
        return body(response, deadline)
    except (OSError, http.client.HTTPException) as error:
        raise CannotFetch(f"{host} could not be reached.") from error
    finally:
        connection.close()


def dialled(host: str, port: int, scheme: str, resolver: Resolver, connector: Connector) -> socket.socket:
    """A connection to the very address that was checked."""
    addresses = resolver(host, port)
    if not addresses or not all(is_public(address) for address in addresses):
        raise CannotFetch(f"{host} is not a public address.")
    sock = connector(addresses[0], port, CONNECT_SECONDS)
    if scheme == "https":
        return ssl.create_default_context().wrap_socket(sock, server_hostname=host)
    return sock


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet. `is_global` alone lets multicast and NAT64 pass."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        embedded = parsed.ipv4_mapped or parsed.sixtofour
        if parsed in NAT64 or (embedded and not is_public(str(embedded))):
            return False
    return parsed.is_global and not parsed.is_multicast


NAT64 = ipaddress.ip_network("64:ff9b::/96")


def body(response: http.client.HTTPResponse, deadline: float) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while chunk := response.read(CHUNK):
        size += len(chunk)
        chunks.append(chunk)
        if size > MAX_BYTES:
            raise CannotFetch(f"The feed is larger than {MAX_BYTES // 1024 // 1024} MB.")
        if time.monotonic() > deadline:
            raise CannotFetch(f"The feed took longer than {TOTAL_SECONDS} seconds.")
    return b"".join(chunks)
