"""N1: a feed's address cannot make the site contact a machine that is not public, nor follow a redirect to one.

The detector: every connection passes a hook. For a public address the hook connects to a server that redirects to the
address under test. For any other address it records a trespass and connects to a canary on loopback, which answers as
an internal machine would. The resolver accepts odd notations as that of an operating system does. Right is: a refusal,
no trespass and no request to the canary.

Planted faults: the check of public addresses, of redirects or of notations is removed, or the name is resolved a
second time for the connection. With each of them the detector must find trespasses.
"""

import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from core.net import ssrf
from feeds.fetch import client
from feeds.fetch.client import FetchError, Limits
from tests.feed_server import (
    HOST,
    PUBLIC,
    PUBLIC_IPV6,
    FeedServer,
    http_response,
    redirect_response,
    resolve_publicly,
    serve_answers,
)

PUBLIC_ONES = frozenset({PUBLIC, PUBLIC_IPV6})

IPV4 = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.254 127.0.0.1 127.1.2.3
    127.255.255.254 168.63.129.16 169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1
    192.0.0.9 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.1
    203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
""".split()
IPV6 = """
    :: ::1 0:0:0:0:0:0:0:1 ::127.0.0.1 ::7f00:1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1
    ::ffff:169.254.169.254 ::ffff:93.184.216.34 ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::7f00:1
    64:ff9b::a9fe:a9fe 64:ff9b::8.8.8.8 64:ff9b:1::a00:1 100::1 2001::1 2001:0:53aa:64c::1 2001:10::1 2001:20::1
    2001:db8::1 2002:7f00:1::1 2002:a00:1:: 2002:a9fe:a9fe::1 2002:808:808::1 3fff::1 3ffe::1 4000::1 5f00::1 fc00::1
    fd00::1 fd00:ec2::254 fe80::1 febf::1 fec0::1 ff02::1 ff0e::1 fe80::1%25eth0 2606:2800:220:1::1%25eth0
""".split()
NOTATIONS = """
    2130706433 0x7f000001 0X7F000001 017700000001 0177.0.0.1 0x7f.0.0.1 0x7f.1 127.1 127.0.1 127.0.0.01 00177.0.0.1
    127.0.0.0x1 0 0.0 192.168.257 3232235521 0xa9fea9fe 2852039166 169.254.43518 0251.0376.0251.0376 127.0.0.1.
    127.0.0.1.. 1.2.3.4.5 127.0.0.256 4294967295 6425673729 １２７.0.0.1 ①②⑦.⓪.⓪.① 127。0。0。1 127．0．0．1
    %31%32%37.0.0.1 127.0.0.1%00.example.org 127.0.0.1%23.example.org [127.0.0.1] [::ffff:127.0.0.1]. [::1
""".split()
NAMES = """
    localhost LOCALHOST localhost. localhost.. sub.localhost ｌｏｃａｌｈｏｓｔ loca\u00adlhost printer.local
    PRINTER.LOCAL. metadata.google.internal db.internal router.lan nas.home printer.home.arpa 1.0.0.127.in-addr.arpa
    shop.onion site.i2p intranet db wpad.corp host.localdomain portal.intranet vault.private feeds.test feeds.invalid
    feeds.example a..example.org .example.org -a.example.org feeds_.example-.org
""".split()
# What a name of the public internet may answer, one list for each time it is asked.
ANSWERS = {
    "loopback.example.org": [["127.0.0.1"]],
    "inside.example.org": [["10.0.0.7"]],
    "metadata.example.org": [["169.254.169.254"]],
    "first-inside.example.org": [["10.0.0.1", PUBLIC]],
    "last-inside.example.org": [[PUBLIC, "10.0.0.1"]],
    "sixth-inside.example.org": [[PUBLIC] * 5 + ["10.0.0.1"]],
    "loopback6.example.org": [["::1", PUBLIC]],
    "mapped.example.org": [["::ffff:127.0.0.1"]],
    "nat64.example.org": [["64:ff9b::a00:1"]],
    "sixtofour.example.org": [["2002:7f00:1::1"]],
    "linklocal.example.org": [["fe80::1%eth0"]],
    "scoped.example.org": [["2606:2800:220:1::1%eth0"]],
    "multicast.example.org": [["224.0.0.251"]],
    "nothing.example.org": [[]],
    "nonsense.example.org": [["not an address"]],
    "127.0.0.1.example.org": [["127.0.0.1"]],
}
SCHEMES = """
    file:///etc/passwd file://127.0.0.1/etc/passwd gopher://127.0.0.1/_x ftp://127.0.0.1/ dict://127.0.0.1/x
    ldap://127.0.0.1/ jar:http://127.0.0.1!/ ws://127.0.0.1/ http+unix://127.0.0.1/ javascript://127.0.0.1/
    data://text/plain,[] //127.0.0.1/ http:///127.0.0.1/ http://
""".split()
TRICKS = [
    f"http://{PUBLIC}@127.0.0.1/",
    f"http://me:secret@{PUBLIC}/",
    f"http://:@{PUBLIC}/",
    f"http://{HOST}\\@127.0.0.1/",
    "http://127.0.0.1#@example.org/",
    "http://127.0.0.1?@example.org/",
    f"http://127.0.0.1\\.{HOST}/",
    f"http://127.0.0.1 .{HOST}/",
    "http://127.0.0.1\t/",
    "http://127.0.\n0.1/",
    " http://127.0.0.1/",
    "http://127.0.0.1:80\r\nX: y/",
    f"http://{'a.' * 130}org/",
    f"http://{'a' * 64}.org/",
    f"http://{HOST}/{'x' * 3000}",
    *(f"http://{PUBLIC}:{port}/" for port in (0, 22, 25, 53, 445, 2375, 3306, 5432, 6379, 9200, 11211, 65536, -1, "x")),
]  # fmt: skip
CASES = [
    *(f"http://{host}/" for host in (*IPV4, *NOTATIONS, *NAMES, *ANSWERS)),
    *(f"http://[{host}]/" for host in IPV6),
    *SCHEMES,
    *TRICKS,
]


def resolve_as_a_system_does(host: str, _port: int) -> list[str]:
    """The made-up answers; figures of any notation as the C library reads them; everything else is on the inside."""
    if host in ANSWERS:
        return ANSWERS[host][0]
    with suppress(OSError, UnicodeError):
        return [socket.inet_ntoa(socket.inet_aton(host))]
    return ["127.0.0.1"]


@dataclass
class ConnectionWatch:
    """The hook that sees each connection, before the public server and the canary behind it."""

    public: FeedServer
    canary: FeedServer
    trespasses: list[str] = field(default_factory=list)

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        if address in PUBLIC_ONES and port in (80, 443):
            return self.public.connect(address, port, seconds)
        self.trespasses.append(f"{address}:{port}")
        return self.canary.connect(address, port, seconds)


@pytest.fixture(scope="module")
def canary() -> Iterator[FeedServer]:
    with serve_answers(http_response(b"inside")) as server:
        yield server


@pytest.fixture
def watch(canary: FeedServer) -> Iterator[ConnectionWatch]:
    canary.connections.clear()
    canary.requests.clear()
    with serve_answers(http_response(b"[]")) as public:
        yield ConnectionWatch(public, canary)


def refused(watch: ConnectionWatch, where: str, resolver: ssrf.Resolver = resolve_as_a_system_does) -> bool:
    """Whether asking for this ended in a refusal; that it did not trespass, the watch knows."""
    try:
        client.read_feed(
            where,
            resolver=resolver,
            connector=watch.connect,
            limits=Limits(connect_seconds=2, total_seconds=5),
        )
    except FetchError:
        return True
    return False


def refused_as_redirect(watch: ConnectionWatch, where: str) -> bool:
    """The same, led there by a public server. To https, since http is refused whatever the host."""
    target = where.replace("http://", "https://", 1).encode().decode("latin-1")
    watch.public.answers[:] = [redirect_response(target), http_response(b"[]")]
    return refused(watch, f"http://{PUBLIC}/feed.json")


def is_canary_untouched(watch: ConnectionWatch) -> bool:
    return not watch.trespasses and not watch.canary.connections and not watch.canary.requests


def test_table_is_as_long_as_promised() -> None:
    assert len(set(CASES)) == len(CASES) >= 120


@pytest.mark.parametrize("where", CASES, ids=ascii)
def test_address_that_is_not_public_is_refused(watch: ConnectionWatch, where: str) -> None:
    assert refused(watch, where)
    assert is_canary_untouched(watch)
    assert watch.public.connections == []


# A redirect may be relative, and a line break ends the header: those lead to the public server itself.
REDIRECTS = [where for where in CASES if "//" in where[:8] and not set(where) & set("\r\n")]


@pytest.mark.parametrize("where", REDIRECTS, ids=ascii)
def test_redirect_to_an_address_that_is_not_public_is_refused(watch: ConnectionWatch, where: str) -> None:
    assert refused_as_redirect(watch, where)
    assert is_canary_untouched(watch)
    assert watch.public.connections == [(PUBLIC, 80)]


@pytest.mark.parametrize("location", [f"http://{PUBLIC}/elsewhere", f"HTTP://{HOST}/", "/elsewhere"])
def test_redirect_never_leads_to_http(watch: ConnectionWatch, location: str) -> None:
    watch.public.answers[:] = [redirect_response(location), http_response(b"[]")]
    assert refused(watch, f"http://{PUBLIC}/feed.json")
    assert len(watch.public.connections) == 1


class Rebinding:
    """Answers a public address first, and one on the inside to every further question."""

    def __init__(self) -> None:
        self.questions = 0

    def __call__(self, _host: str, _port: int) -> list[str]:
        self.questions += 1
        return [PUBLIC] if self.questions == 1 else ["127.0.0.1"]


def test_name_that_changes_its_answer_is_asked_once(watch: ConnectionWatch) -> None:
    resolver = Rebinding()
    assert not refused(watch, f"http://{HOST}/", resolver)
    assert resolver.questions == 1
    assert is_canary_untouched(watch)


def test_name_that_changes_its_answer_before_a_redirect_is_refused(watch: ConnectionWatch) -> None:
    watch.public.answers[:] = [redirect_response(f"https://{HOST}/again"), http_response(b"[]")]
    assert refused(watch, f"http://{HOST}/", Rebinding())
    assert is_canary_untouched(watch)


def test_figures_never_reach_a_resolver(watch: ConnectionWatch) -> None:
    asked = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return resolve_publicly(host, port)

    for host in (*IPV4, *NOTATIONS, PUBLIC):
        refused(watch, f"http://{host}/", resolver)
    assert asked == []


def accept_host(written: str) -> str:
    return written


def resolve_twice(host: str, port: int, resolver: ssrf.Resolver, _seconds: float) -> list[str]:
    """Time of check, and time of use."""
    checked = resolver(host, port)
    if not all(map(ssrf.is_public, checked)):
        raise FetchError(host)
    return resolver(host, port)


def unchecked_redirect(_address: ssrf.OutboundUrl, location: str) -> ssrf.OutboundUrl:
    host = location.split("/")[2].strip("[]")
    return ssrf.OutboundUrl(location, "http", host, 80, "/")


def check_first_address_only(host: str, port: int, resolver: ssrf.Resolver, _seconds: float) -> list[str]:
    answers = resolver(host, port)
    if not ssrf.is_public(answers[0]):
        raise FetchError(host)
    return answers[::-1]


@pytest.mark.parametrize("where", ["http://127.0.0.1/", "http://[::1]/", "http://inside.example.org/"])
def test_plant_public_check_taken_out_is_detected(watch: ConnectionWatch, monkeypatch, where: str) -> None:
    monkeypatch.setattr(ssrf, "is_public", lambda _address: True)
    assert not refused(watch, where)
    assert not is_canary_untouched(watch)
    assert watch.canary.requests


@pytest.mark.parametrize("where", ["http://0x7f.1/", "http://2130706433/", "http://localhost/", "http://db/"])
def test_plant_notation_check_taken_out_is_detected(watch: ConnectionWatch, monkeypatch, where: str) -> None:
    monkeypatch.setattr(ssrf, "_normalize_host", accept_host)
    monkeypatch.setattr(ssrf, "is_public", lambda _address: True)
    assert not refused(watch, where)
    assert not is_canary_untouched(watch)


def test_plant_second_look_up_is_detected(watch: ConnectionWatch, monkeypatch) -> None:
    monkeypatch.setattr(ssrf, "public_addresses", resolve_twice)
    assert not refused(watch, f"http://{HOST}/", Rebinding())
    assert not is_canary_untouched(watch)


def test_plant_check_of_the_first_answer_alone_is_detected(watch: ConnectionWatch, monkeypatch) -> None:
    monkeypatch.setattr(ssrf, "public_addresses", check_first_address_only)
    assert not refused(watch, "http://last-inside.example.org/")
    assert not is_canary_untouched(watch)


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "[::1]"])
def test_plant_unchecked_redirect_is_detected(watch: ConnectionWatch, monkeypatch, host: str) -> None:
    monkeypatch.setattr(client, "redirect_target", unchecked_redirect)
    monkeypatch.setattr(ssrf, "public_addresses", lambda host, *_: [host])
    assert not refused_as_redirect(watch, f"http://{host}/")
    assert not is_canary_untouched(watch)
