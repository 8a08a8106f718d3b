"""Decide which addresses the site may contact: public machines, at ports of the web.

This prevents server-side request forgery (SSRF). Two functions check an address:

- `parse_public_url` checks its text: scheme, login, host name and port.
- `public_addresses` resolves the host name and accepts it only if all of its IP addresses are public. The caller
  connects to one of these IP addresses and never resolves the name again: a second answer could differ.

Public is what the IANA special-purpose address registries (RFC 6890 and its updates) leave. A name that ends in a
number is an IP address (url.spec.whatwg.org, "ends in a number"), and only its plain form is accepted: the resolver of
an operating system would read `0x7f.1` and `2130706433` as 127.0.0.1.

This module sends nothing; it only calls the resolver that it is given.
"""

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from core.net.errors import FetchError

Resolver = Callable[[str, int], list[str]]

MAX_URL_LENGTH = 2000  # characters
MAX_NAME_LENGTH = 253  # characters, RFC 1035
MAX_ADDRESSES = 4  # of one name that are tried
STANDARD_PORTS = {"http": 80, "https": 443}
# Any other port belongs to a database or a mail server more often than to a feed.
ALLOWED_PORTS = frozenset({80, 443, 8080, 8443})
# Top-level names that mean a different machine on each network, or none (RFC 6761, 6762, 7686 and 8375, ICANN).
NON_PUBLIC_SUFFIXES = frozenset(
    "localhost local localdomain internal intranet private corp home lan onion i2p alt arpa test invalid"
    " example".split()
)
FORBIDDEN_CHARACTERS = re.compile(r"[\x00-\x20\x7f\\]|[^\S ]")
HOST_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
# All allocated unicast IPv6 addresses lie here; those that map, embed or translate IPv4 lie elsewhere.
GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")
NON_PUBLIC_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # looks public, but is an internal service of Azure
        "2001::/23",  # Teredo, ORCHID and other protocols
        "2001:db8::/32", "3fff::/20",  # documentation
        "2002::/16",  # 6to4: carries an IPv4 address of any kind
        "3ffe::/16",  # the 6bone, returned to IANA
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OutboundUrl:
    """A URL whose text passed the check; the IP addresses of its host are checked when a connection is made."""

    original: str
    scheme: str
    host: str  # lower case, punycode, no final dot; or an IP address in its plain form
    port: int
    target: str  # path and query, percent-encoded for the request line

    @property
    def is_secure(self) -> bool:
        """Return whether the connection uses TLS."""
        return self.scheme == "https"

    @property
    def host_header(self) -> str:
        """Return the value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == STANDARD_PORTS[self.scheme] else f"{host}:{self.port}"


def parse_public_url(address: str) -> OutboundUrl:
    """Parse an address. Raise FetchError for one that is refused whatever its host name resolves to."""
    if len(address) > MAX_URL_LENGTH or FORBIDDEN_CHARACTERS.search(address):
        raise FetchError("The address cannot be read.")
    try:
        parts = urlsplit(address)
        given_port = parts.port
    except ValueError as error:
        raise FetchError("The address cannot be read.") from error
    if parts.scheme not in STANDARD_PORTS or not parts.hostname:
        raise FetchError("Only http and https addresses are fetched.")
    if "@" in parts.netloc:
        raise FetchError("An address with a login in it is not fetched.")
    port = STANDARD_PORTS[parts.scheme] if given_port is None else given_port
    if port not in ALLOWED_PORTS:
        raise FetchError(f"The address names port {port}; only {_join_ports(ALLOWED_PORTS)} are asked.")
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        target += "?" + quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]")
    return OutboundUrl(address, parts.scheme, _normalize_host(parts.hostname), port, target)


def _join_ports(ports: frozenset[int]) -> str:
    """Return the port numbers as a phrase, such as "80 and 443"."""
    *others, last = sorted(ports)
    return f"{', '.join(map(str, others))} and {last}"


def _normalize_host(name: str) -> str:
    """Return the host for the request. Raise FetchError for odd notations and for names of internal networks."""
    if ":" in name:
        return _normalize_ip(name)
    if len(name) > MAX_NAME_LENGTH:
        raise FetchError("The name in the address is too long.")
    try:
        # This also turns full-width digits and ideographic full stops into plain ones, so it precedes the checks.
        host = name.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError as error:
        raise FetchError("The name in the address cannot be read.") from error
    labels = host.split(".")
    if NUMERIC_LABEL.fullmatch(labels[-1]):
        return _normalize_ip(host)
    if len(host) > MAX_NAME_LENGTH or not all(map(HOST_LABEL.fullmatch, labels)):
        raise FetchError("The name in the address cannot be read.")
    if len(labels) == 1 or labels[-1] in NON_PUBLIC_SUFFIXES:
        raise FetchError(f"{host} is not a name of the public internet.")
    return host


def _normalize_ip(host: str) -> str:
    """Return an IP address in its plain form. Raise FetchError for other notations and non-public addresses."""
    try:
        plain = str(ipaddress.ip_address(host))
    except ValueError as error:
        raise FetchError(f"{host} is not a plain IP address.") from error
    if not is_public(plain):
        raise FetchError(f"{host} is not a public address.")
    return plain


def public_addresses(host: str, port: int, resolver: Resolver, seconds: float) -> list[str]:
    """Return the first IP addresses of a host. Raise FetchError unless all of its addresses are public.

    The resolver has a time limit in seconds.
    """
    answers = [host] if _is_ip(host) else _resolve_with_timeout(seconds, host, lambda: resolver(host, port))
    addresses = list(dict.fromkeys(answers))
    if not addresses or not all(map(is_public, addresses)):
        raise FetchError(f"{host} is not a public address.")
    return addresses[:MAX_ADDRESSES]


def _resolve_with_timeout(seconds: float, host: str, look_up: Callable[[], list[str]]) -> list[str]:
    """Return the result of a look-up. Raise FetchError when it fails or takes longer than `seconds`.

    A look-up cannot be interrupted, so it runs in a thread of its own, which is abandoned when it is late.
    """
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put(look_up())
        except Exception as error:
            answers.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty as error:
        raise FetchError(f"{host} could not be looked up in {seconds:.0f} seconds.") from error
    if isinstance(answer, OSError | UnicodeError):
        raise FetchError(f"{host} could not be found.") from answer
    if isinstance(answer, Exception):
        raise answer
    return answer


def resolve_host(host: str, port: int) -> list[str]:
    """Return all IP addresses of a host from the operating system's resolver. Raise OSError."""
    return [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _is_ip(host: str) -> bool:
    """Return whether a host is an IP address and not a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Return whether an IP address is public. `is_global` alone would accept multicast, NAT64 and 6to4."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and (parsed.scope_id or parsed not in GLOBAL_IPV6):
        return False
    return (
        parsed.is_global
        and not parsed.is_multicast
        and not any(parsed in network for network in NON_PUBLIC_NETWORKS)
    )
