"""Feeds are fetched from well-behaved servers; each refusal has its message."""

import gzip
import socket
import ssl
import zlib

import pytest

from feeds.fetch import client
from feeds.fetch.client import CacheValidators, FetchedFeed, FetchError, Limits
from tests.feed_server import (
    HOST,
    PUBLIC,
    PUBLIC_IPV6,
    http_response,
    make_certificate,
    redirect_response,
    resolve_publicly,
    serve_answers,
)

FEED = b'[{"slug": "lantern"}]'
DATE = "Thu, 01 Jan 2026 00:00:00 GMT"


def read(server, where=f"http://{HOST}/feed.json", **options):
    options = {"resolver": resolve_publicly, "connector": server.connect} | options
    return client.read_feed(where, **options)


def refusal(*answers, where=f"http://{HOST}/feed.json", context=None, **options):
    """The line that somebody gets who asks for this."""
    with serve_answers(*answers, context=context) as server, pytest.raises(FetchError) as caught:
        read(server, where, **options)
    return str(caught.value)


def test_path_is_read_whole(tmp_path):
    (tmp_path / "feed.json").write_bytes(FEED)
    assert client.read_feed(str(tmp_path / "feed.json"), limits=Limits(total_bytes=1)) == FetchedFeed(FEED)


@pytest.mark.parametrize("where", ["", ".", "missing.json", "feed\0.json", "data:text/plain,[]"])
def test_path_that_cannot_be_read_says_so(where):
    with pytest.raises(FetchError, match="cannot be read"):
        client.read_feed(where)


def test_feed_comes_with_what_the_server_says_of_its_version():
    with serve_answers(http_response(FEED, 'ETag: W/"7"', f"Last-Modified: {DATE}")) as server:
        assert read(server) == FetchedFeed(FEED, 'W/"7"', DATE)
    assert server.connections == [(PUBLIC, 80)]


def test_request_says_what_is_wanted():
    with serve_answers(http_response(FEED)) as server:
        read(server, f"http://{HOST}:8080/a b/é?q=ä&x=[1]#part".replace(" ", "%20"))
    line, *headers = server.requests[0].rstrip().split("\r\n")
    assert line == "GET /a%20b/%C3%A9?q=%C3%A4&x=[1] HTTP/1.1"
    assert {f"Host: {HOST}:8080", "Connection: close", "Accept-Encoding: gzip, deflate"} <= set(headers)
    assert not [header for header in headers if header.startswith(("If-", "Cookie", "Referer"))]


@pytest.mark.parametrize(
    ("where", "host", "connections"),
    [
        (f"http://{PUBLIC}/", PUBLIC, (PUBLIC, 80)),
        (f"http://[{PUBLIC_IPV6}]/", f"[{PUBLIC_IPV6}]", (PUBLIC_IPV6, 80)),
        (f"http://[{PUBLIC_IPV6}]:8080/", f"[{PUBLIC_IPV6}]:8080", (PUBLIC_IPV6, 8080)),
        (f"HTTP://{HOST.upper()}./", HOST, (PUBLIC, 80)),
        ("http://bücher.example.org", "xn--bcher-kva.example.org", (PUBLIC, 80)),
        # A Cyrillic letter makes another name, and is shown as one.
        ("http://fееds.example.org/", "xn--fds-rdda.example.org", (PUBLIC, 80)),
        ("http://feeds。example。org/", HOST, (PUBLIC, 80)),
    ],
)
def test_host_is_asked_by_its_plain_name(where, host, connections):
    with serve_answers(http_response(FEED)) as server:
        read(server, where)
    assert f"Host: {host}\r\n" in server.requests[0]
    assert server.connections == [connections]


def test_version_that_was_read_before_is_not_sent_again():
    with serve_answers(http_response(b"", status="304 Not Modified", length=None)) as server:
        fetched = read(server, validators=CacheValidators('"7"', DATE))
    assert fetched == FetchedFeed(b"", '"7"', DATE, not_modified=True)
    assert 'If-None-Match: "7"\r\n' in server.requests[0]
    assert f"If-Modified-Since: {DATE}\r\n" in server.requests[0]


def test_not_modified_to_a_first_visit_is_an_error():
    assert "first time" in refusal(http_response(b"", status="304 Not Modified", length=None))


@pytest.mark.parametrize(
    "etag",
    ['"' + "x" * 300 + '"', '"\x80"', '"a\tb"', '"a"\r\n folded'],
    ids=["long", "high", "tab", "folded"],
)
def test_etag_that_is_no_plain_short_text_is_dropped(etag):
    with serve_answers(http_response(FEED, f"ETag: {etag}")) as server:
        assert read(server) == FetchedFeed(FEED)


RAW = zlib.compressobj(wbits=-15)
RAW_FEED = RAW.compress(FEED) + RAW.flush()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("identity", FEED),
        ("gzip", gzip.compress(FEED, mtime=0)),
        ("x-gzip", gzip.compress(FEED, mtime=0)),
        (" GZip ", gzip.compress(FEED, mtime=0)),
        ("deflate", zlib.compress(FEED)),
        ("deflate", RAW_FEED),
    ],
)
def test_packed_feed_is_unpacked(encoding, packed):
    with serve_answers(http_response(packed, f"Content-Encoding: {encoding}")) as server:
        assert read(server).data == FEED


def test_small_feed_may_pack_very_well():
    feed = b"[" + b" " * 900_000 + b"]"
    with serve_answers(http_response(gzip.compress(feed), "Content-Encoding: gzip")) as server:
        assert read(server).data == feed


def test_large_packed_feed_comes_out_whole():
    feed = b"".join(f'{{"slug": "group-{number}"}}\n'.encode() for number in range(200_000))
    with serve_answers(http_response(gzip.compress(feed), "Content-Encoding: gzip")) as server:
        assert read(server).data == feed


def test_chunks_are_put_together():
    body = b"5\r\n[1, 2\r\n4;note=x\r\n, 3]\r\n0\r\nTrailer: x\r\n\r\n"
    with serve_answers(http_response(body, "Transfer-Encoding: chunked", length=None)) as server:
        assert read(server).data == b"[1, 2, 3]"


def test_answer_without_a_length_ends_with_the_connection():
    with serve_answers(http_response(FEED, length=None)) as server:
        assert read(server).data == FEED


def test_server_that_keeps_the_connection_open_does_not_hold_us_up():
    def stay(sock):
        sock.sendall(http_response(FEED))
        sock.recv(1)

    with serve_answers(stay) as server:
        assert read(server, limits=Limits(total_seconds=5)).data == FEED


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (http_response(b"gone", status="404 Not Found"), "answered 404"),
        (http_response(FEED, status="206 Partial Content"), "answered 206"),
        (http_response(b"", status="300 Multiple Choices"), "answered 300"),
        (http_response(b""), "empty"),
        (http_response(b" \r\n"), "empty"),
        (http_response(b"", status="302 Found"), "without saying where"),
        (b"220 mail.example.org ESMTP\r\n", "cannot be read"),
        (b"", "cannot be read"),
        (http_response(FEED, "Transfer-Encoding: gzip, chunked", length=None), "transfer coding"),
        (http_response(b"zz\r\n", "Transfer-Encoding: chunked", length=None), "cannot be read"),
        (http_response(b"-5\r\n[]", "Transfer-Encoding: chunked", length=None), "cannot be read"),
        (http_response(b"5\r\n[]", "Transfer-Encoding: chunked", length=None), "broke off"),
        (http_response(FEED, "Content-Encoding: gzip"), "cannot be unpacked"),
        (http_response(gzip.compress(FEED, mtime=0)[:-9], "Content-Encoding: gzip"), "broke off"),
    ],
)
def test_answer_that_is_no_feed_says_why(answer, words):
    assert words in refusal(answer)


def test_error_page_is_handed_on_for_the_parser_to_refuse():
    with serve_answers(
        http_response(b"<!doctype html><title>Sorry</title>", "Content-Type: text/html")
    ) as server:
        assert read(server).data.startswith(b"<!doctype")


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Again", "308 For good"])
def test_redirect_is_followed(tmp_path, monkeypatch, status):
    context, trusted = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with serve_answers(
        redirect_response("/new/feed.json?x=1", status), http_response(FEED), context=context
    ) as server:
        assert read(server, f"https://{HOST}/old/").data == FEED
    assert server.connections == [(PUBLIC, 443)] * 2
    assert server.requests[1].startswith("GET /new/feed.json?x=1 HTTP/1.1")


def test_redirect_from_https_to_http_is_refused(tmp_path, monkeypatch):
    context, trusted = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    answers = (redirect_response(f"HTTP://{HOST}/"), http_response(FEED))
    assert "without TLS" in refusal(*answers, where=f"HTTPS://{HOST}/", context=context)


@pytest.mark.parametrize("hops", [3, 30])
def test_third_redirect_is_not_followed(tmp_path, monkeypatch, hops):
    context, trusted = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with serve_answers(
        *[redirect_response(f"/{hop}") for hop in range(hops)], http_response(FEED), context=context
    ) as server:
        with pytest.raises(FetchError, match="more than 2 times"):
            read(server, f"https://{HOST}/")
        assert len(server.connections) == 3


def test_certificate_of_the_host_is_accepted(tmp_path, monkeypatch):
    context, trusted = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with serve_answers(http_response(FEED), context=context) as server:
        assert read(server, f"https://{HOST}/").data == FEED


@pytest.mark.parametrize(
    ("name", "is_expired", "is_trusted", "words"),
    [
        (HOST, False, False, "self-signed"),
        (HOST, True, True, "expired"),
        ("other.example.org", False, True, "mismatch"),
    ],
)
def test_certificate_that_proves_nothing_is_refused(
    tmp_path, monkeypatch, name, is_expired, is_trusted, words
):
    context, trusted = make_certificate(tmp_path, name, is_expired=is_expired)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    line = refusal(http_response(FEED), where=f"https://{HOST}/", context=context).lower()
    assert "cannot show who it is" in line
    assert words in line


def test_tls_without_goodbye_and_without_length_is_a_cut_answer(tmp_path, monkeypatch):
    context, trusted = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))

    def cut(sock):
        sock.sendall(http_response(FEED, length=None))
        socket.socket.shutdown(sock, socket.SHUT_RDWR)

    assert "broke off" in refusal(cut, where=f"https://{HOST}/", context=context)


def test_server_that_speaks_no_tls_is_refused():
    line = refusal(http_response(FEED), where=f"https://{HOST}:8443/", limits=Limits(connect_seconds=0.3))
    assert "could not be reached" in line


def test_next_answer_is_tried_when_the_first_is_silent():
    tried = []

    def connect(address, port, seconds):
        tried.append(address)
        if address == PUBLIC_IPV6:
            raise OSError
        return server.connect(address, port, seconds)

    with serve_answers(http_response(FEED)) as server:
        fetched = read(server, resolver=lambda *_: [PUBLIC_IPV6, PUBLIC_IPV6, PUBLIC], connector=connect)
    assert (fetched.data, tried) == (FEED, [PUBLIC_IPV6, PUBLIC])


def test_host_that_cannot_be_found_says_so():
    def unknown(*_):
        raise socket.gaierror

    assert "could not be found" in refusal(http_response(FEED), resolver=unknown)


def test_host_that_cannot_be_reached_says_so():
    def refused(*_):
        raise ConnectionRefusedError

    assert "could not be reached" in refusal(http_response(FEED), connector=refused)


def test_error_of_our_own_is_not_taken_for_one_of_the_network():
    def broken(*_):
        raise RuntimeError("ours")

    with serve_answers(http_response(FEED)) as server, pytest.raises(RuntimeError, match="ours"):
        read(server, resolver=broken)


def test_default_way_out_is_the_systems_own(monkeypatch):
    """Without arguments the name is looked up and dialled for real, and TLS is verified."""
    assert client.read_feed.__kwdefaults__["resolver"] is client.resolve_host
    assert client.read_feed.__kwdefaults__["connector"] is client.connect
    assert client.read_feed.__kwdefaults__["limits"] == Limits(
        connect_seconds=10,
        total_seconds=60,
        header_bytes=65536,
        total_bytes=20 << 20,
        unpacked_bytes=100 << 20,
        max_ratio=100,
    )
    context = ssl.create_default_context()
    assert context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED
