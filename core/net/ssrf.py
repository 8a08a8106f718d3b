"""Which addresses the site may ask: machines of the public internet, at ports of the web.

An address passes twice. `checked` reads it as it is written: scheme, login, name, port. `public_addresses` then has
the name looked up and lets it through only if every answer is public; the connection goes to one of these answers and
nothing looks the name up again, so that a second, different answer is never asked for.

What is public follows the IANA special-purpose address registries (RFC 6890 and what updates it). Names that end in a
number are IP addresses, as the URL standard has it (url.spec.whatwg.org, "ends in a number"), and only their plain
form is taken: a resolver of the system would read `0x7f.1` and `2130706433` as 127.0.0.1.

Rooms that ask something of the network come through here; this module itself asks nothing but the resolver it is given.
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

LONGEST_ADDRESS = 2000  # characters
LONGEST_NAME = 253  # characters, RFC 1035
MOST_ANSWERS = 4  # addresses of one name that are tried
STANDARD_PORTS = {"http": 80, "https": 443}
# Anything else is a database, a mail server or somebody's desk more often than a feed.
PORTS = frozenset({80, 443, 8080, 8443})
# Names that mean another machine to each who asks, or none at all (RFC 6761, RFC 6762, RFC 7686, RFC 8375, ICANN).
CLOSED_NAMES = frozenset(
    "localhost local localdomain internal intranet private corp home lan onion i2p alt arpa test invalid"
    " example".split()
)
UNREADABLE = re.compile(r"[\x00-\x20\x7f\\]|[^\S ]")
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# All unicast IPv6 that is handed out lies here; what maps, embeds or translates IPv4 lies elsewhere.
GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")
CLOSED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # public by its figures, yet the inside of every machine in Azure
        "2001::/23",  # Teredo, ORCHID and other protocols
        "2001:db8::/32", "3fff::/20",  # documentation
        "2002::/16",  # 6to4: carries an IPv4 address of any kind
        "3ffe::/16",  # the 6bone, given back
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OutboundUrl:
    """An address that may be asked, once its answers are seen to be public."""

    original: str
    scheme: str
    host: str  # lower case, punycode, no dot at the end; or an IP address in its plain form
    port: int
    target: str  # path and query as they go on the wire

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == STANDARD_PORTS[self.scheme] else f"{host}:{self.port}"


def parse_public_url(written: str) -> OutboundUrl:
    """Reads an address. Raises CannotFetch for one that is not asked whatever its name stands for."""
    if len(written) > LONGEST_ADDRESS or UNREADABLE.search(written):
        raise FetchError("The address cannot be read.")
    try:
        parts = urlsplit(written)
        given_port = parts.port
    except ValueError as error:
        raise FetchError("The address cannot be read.") from error
    if parts.scheme not in STANDARD_PORTS or not parts.hostname:
        raise FetchError("Only http and https addresses are fetched.")
    if "@" in parts.netloc:
        raise FetchError("An address with a login in it is not fetched.")
    port = STANDARD_PORTS[parts.scheme] if given_port is None else given_port
    if port not in PORTS:
        raise FetchError(f"The address names port {port}; only {join_ports(PORTS)} are asked.")
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        target += "?" + quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]")
    return OutboundUrl(written, parts.scheme, normalize_host(parts.hostname), port, target)


def join_ports(ports: frozenset[int]) -> str:
    *others, last = sorted(ports)
    return f"{', '.join(map(str, others))} and {last}"


def normalize_host(written: str) -> str:
    """The host as it goes on the wire. Raises CannotFetch for odd notations and for names that lead inside."""
    if ":" in written:
        return normalize_ip(written)
    if len(written) > LONGEST_NAME:
        raise FetchError("The name in the address is too long.")
    try:
        # Also turns full-width digits and ideographic full stops into plain ones, so it comes before the checks.
        host = written.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError as error:
        raise FetchError("The name in the address cannot be read.") from error
    labels = host.split(".")
    if NUMBER.fullmatch(labels[-1]):
        return normalize_ip(host)
    if len(host) > LONGEST_NAME or not all(map(LABEL.fullmatch, labels)):
        raise FetchError("The name in the address cannot be read.")
    if len(labels) == 1 or labels[-1] in CLOSED_NAMES:
        raise FetchError(f"{host} is not a name of the public internet.")
    return host


def normalize_ip(host: str) -> str:
    """An IP address in its one plain form. Raises CannotFetch for any other notation and any that is not public."""
    try:
        plain = str(ipaddress.ip_address(host))
    except ValueError as error:
        raise FetchError(f"{host} is not a plain IP address.") from error
    if not is_public(plain):
        raise FetchError(f"{host} is not a public address.")
    return plain


def public_addresses(host: str, port: int, resolver: Resolver, seconds: float) -> list[str]:
    """Where a host may be reached: its first answers, if all of its answers are public. Else raises CannotFetch."""
    answers = [host] if is_ip(host) else resolve_with_timeout(seconds, host, lambda: resolver(host, port))
    found = list(dict.fromkeys(answers))
    if not found or not all(map(is_public, found)):
        raise FetchError(f"{host} is not a public address.")
    return found[:MOST_ANSWERS]


def resolve_with_timeout(seconds: float, host: str, look_up: Callable[[], list[str]]) -> list[str]:
    """What a look-up finds. It cannot be told when to stop, so it runs beside and is left behind when it is late."""
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
    """All addresses of a host, as the system knows them. Raises OSError."""
    return [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Whether an IP address is of the open internet. `is_global` alone lets multicast, NAT64 and 6to4 pass."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and (parsed.scope_id or parsed not in GLOBAL_IPV6):
        return False
    return parsed.is_global and not parsed.is_multicast and not any(parsed in network for network in CLOSED)
