"""N2: a feed costs bounded time, bytes received, bytes unpacked and memory, whatever its server does.

The detector fetches from a misbehaving server and returns the message of the refusal, the seconds, and the peak of
memory that Python held. Right is: a refusal, in time, with little memory. Slow servers are tested with the same code
and shorter limits.

Planted faults: each limit is removed in turn. Then the detector must miss the refusal, or see the memory or time grow.
"""

import gc
import gzip
import random
import socket
import threading
import time
import tracemalloc
import zlib
from dataclasses import dataclass, replace
from itertools import repeat

import h11
import pytest
from httpcore2._sync.http11 import HTTP11Connection

from core.net import ssrf
from core.net.http_client import BoundedStream
from feeds.fetch import client, decompress
from feeds.fetch.client import FetchError, Limits
from tests.feed_server import (
    HOST,
    Handler,
    http_response,
    make_certificate,
    redirect_response,
    resolve_publicly,
    serve_answers,
)

MEGABYTE = 1024 * 1024
SHORT_TIMES = Limits(connect_seconds=0.4, total_seconds=0.8)
SMALL_LIMITS = Limits(total_bytes=3 * MEGABYTE)
# What a machine under load may need on top before a limit is seen to hold.
SLACK = 1.5  # seconds
HUGE_LENGTH = 1 << 40


@dataclass
class Cost:
    """What came of one fetch. `refusal` is "" if the feed was taken."""

    refusal: str
    seconds: float
    memory: int  # bytes, the peak above what was held before


def measure_fetch(answer: bytes | Handler, *, scheme: str = "http", context=None, **options) -> Cost:
    options = {"resolver": resolve_publicly} | options
    with serve_answers(answer, context=context) as server:
        options.setdefault("connector", server.connect)
        gc.collect()
        tracemalloc.start()
        started, refusal = time.monotonic(), ""
        try:
            client.read_feed(f"{scheme}://{HOST}/feed.json", **options)
        except FetchError as problem:
            refusal = str(problem)
        seconds, (_now, peak) = time.monotonic() - started, tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return Cost(refusal, seconds, peak)


def compress(data: bytes, encoding: str = "gzip", *headers: str) -> bytes:
    return http_response(data, f"Content-Encoding: {encoding}", *headers)


def compressed_zeros(megabytes: int, wbits: int = 31) -> bytes:
    """A bomb: packs a thousand times."""
    packer = zlib.compressobj(9, wbits=wbits)
    block = bytes(MEGABYTE)
    return b"".join([*(packer.compress(block) for _ in range(megabytes)), packer.flush()])


def slow_bomb(megabytes: int) -> bytes:
    """A bomb that stays under the ratio: grows about fifty times."""
    packer = zlib.compressobj(1, wbits=31)
    chance = random.Random(7)
    blocks = (chance.randbytes(20_000) * 52 for _ in range(megabytes))
    return compress(b"".join([*(packer.compress(block) for block in blocks), packer.flush()]))


def endless_response(start: bytes, piece: bytes, pause: float = 0) -> Handler:
    """A server that sends a start, and then the same piece until it is hung up on."""

    def answer(sock: socket.socket) -> None:
        sock.sendall(start)
        for each in repeat(piece):
            sock.sendall(each)
            time.sleep(pause)

    return answer


CHUNKED = http_response(b"", "Transfer-Encoding: chunked", length=None)
TOO_LARGE = "larger than"

BOMBS = {
    "gzip": (compress(compressed_zeros(200)), "grows more than 100 times"),
    "deflate": (compress(compressed_zeros(200, 15), "deflate"), "grows more than 100 times"),
    "raw deflate": (compress(compressed_zeros(200, -15), "deflate"), "grows more than 100 times"),
    "gzip twice": (compress(gzip.compress(gzip.compress(b"[]"))), "packed twice"),
    "gzip twice, said so": (compress(gzip.compress(gzip.compress(b"[]")), "gzip, gzip"), "not asked for"),
    "gzip twice, in two headers": (
        compress(gzip.compress(gzip.compress(b"[]")), "gzip", "Content-Encoding: gzip"),
        "not asked for",
    ),
    "a second stream behind the first": (
        compress(gzip.compress(b"[]") + compressed_zeros(50)),
        "goes on after its end",
    ),
    "brotli": (compress(b"\x0b\x01\x80[]\x03", "br"), "not asked for"),
    "zstd": (compress(b"\x28\xb5\x2f\xfd\x00\x58", "zstd"), "not asked for"),
    "compress": (compress(b"\x1f\x9d\x90", "compress"), "not asked for"),
}
ENDLESS = {
    "chunks": (endless_response(CHUNKED, b"8000\r\n" + b"x" * 0x8000 + b"\r\n"), TOO_LARGE),
    "tiny chunks": (endless_response(CHUNKED, b"1\r\nx\r\n" * 5000), "more than 50,000 pieces"),
    "one huge chunk": (endless_response(CHUNKED + b"ffffffffff\r\n", b"x" * 0x8000), TOO_LARGE),
    "the length of a chunk": (endless_response(CHUNKED, b"0" * 0x8000), "cannot be read"),
    "notes on a chunk": (endless_response(CHUNKED + b"1;", b"x" * 0x8000), "cannot be read"),
    "trailers": (endless_response(CHUNKED + b"0\r\n", b"X: y\r\n" * 5000), "cannot be read"),
    "a body without a length": (endless_response(http_response(b"", length=None), b"x" * 0x8000), TOO_LARGE),
    "header lines": (endless_response(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1000), TOO_LARGE),
    "one header": (endless_response(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 0x8000), TOO_LARGE),
    "a first line": (endless_response(b"HTTP/1.1 200 ", b"x" * 0x8000), TOO_LARGE),
    "interim answers": (endless_response(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000), TOO_LARGE),
}

SLOW = {
    "silence": endless_response(b"", b"", 0.05),
    "a first line": endless_response(b"HTTP/1.1 200 O", b"x", 0.05),
    "headers": endless_response(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0.05),
    "a body": endless_response(http_response(b"", length=1000), b"x", 0.05),
    "a body without a length": endless_response(http_response(b"", length=None), b"x", 0.05),
    "a chunk": endless_response(CHUNKED + b"1000\r\n", b"x", 0.05),
    "the length of a chunk": endless_response(CHUNKED, b"0", 0.05),
    "a packed body": endless_response(
        http_response(b"", "Content-Encoding: gzip", length=9999) + compressed_zeros(1)[:99], b"", 0.05
    ),
}
LIES = {
    "longer than the body": (http_response(b"[]", length=3), "not as long"),
    "shorter than the body": (http_response(b"[1, 2, 3]", length=2), "not as long"),
    "far too long": (http_response(b"[]", length=10**12), TOO_LARGE),
    "below nothing": (http_response(b"[]", "Content-Length: -2", length=None), "plainly how long"),
    "in words": (http_response(b"[]", "Content-Length: two", length=None), "plainly how long"),
    "with a sign": (http_response(b"[]", "Content-Length: +2", length=None), "plainly how long"),
    "too many figures": (
        http_response(b"[]", f"Content-Length: {'9' * 5000}", length=None),
        "plainly how long",
    ),
    "two of them": (http_response(b"[]", "Content-Length: 9"), "plainly how long"),
}


@pytest.mark.parametrize(("answer", "words"), BOMBS.values(), ids=BOMBS)
def test_bomb_is_refused_while_it_is_small(answer: bytes, words: str) -> None:
    found = measure_fetch(answer)
    assert words in found.refusal
    assert found.memory < 12 * MEGABYTE


def test_bomb_below_the_ratio_stops_at_the_largest_size() -> None:
    found = measure_fetch(slow_bomb(110))
    assert found.refusal == "The feed is larger than 100 MB when unpacked."
    assert found.memory < 150 * MEGABYTE


@pytest.mark.parametrize(("answer", "words"), ENDLESS.values(), ids=ENDLESS)
def test_endless_answer_is_cut_off(answer: Handler, words: str) -> None:
    found = measure_fetch(answer, limits=SMALL_LIMITS)
    assert words in found.refusal
    assert found.seconds < SMALL_LIMITS.total_seconds / 2
    assert found.memory < 12 * MEGABYTE


def test_endless_answer_is_cut_off_at_the_real_limit() -> None:
    found = measure_fetch(ENDLESS["chunks"][0])
    assert found.refusal == "The answer is larger than 20 MB."
    assert found.memory < 45 * MEGABYTE


@pytest.mark.parametrize("answer", SLOW.values(), ids=SLOW)
def test_slow_answer_is_dropped_in_time(answer: Handler) -> None:
    found = measure_fetch(answer, limits=SHORT_TIMES)
    assert found.refusal == "The feed took longer than 0.8 seconds."
    assert SHORT_TIMES.total_seconds <= found.seconds < SHORT_TIMES.total_seconds + SLACK


def test_slow_hops_share_one_time(tmp_path, monkeypatch) -> None:
    """Each redirect alone would be in time."""
    context, trusted = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))

    def hop(sock: socket.socket) -> None:
        time.sleep(0.5)
        sock.sendall(redirect_response("/again"))

    found = measure_fetch(hop, scheme="https", context=context, limits=SHORT_TIMES)
    assert found.refusal == "The feed took longer than 0.8 seconds."
    assert found.seconds < SHORT_TIMES.total_seconds + SLACK


def test_silent_handshake_is_dropped_in_time() -> None:
    found = measure_fetch(endless_response(b"", b"", 0.05), scheme="https", limits=SHORT_TIMES)
    assert "could not be reached" in found.refusal
    assert SHORT_TIMES.connect_seconds <= found.seconds < SHORT_TIMES.connect_seconds + SLACK


def test_slow_answer_over_tls_is_dropped_in_time(tmp_path, monkeypatch) -> None:
    context, trusted = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    found = measure_fetch(SLOW["a body"], scheme="https", context=context, limits=SHORT_TIMES)
    assert found.refusal == "The feed took longer than 0.8 seconds."
    assert found.seconds < SHORT_TIMES.total_seconds + SLACK


def test_look_up_that_never_ends_is_left_behind() -> None:
    release = threading.Event()

    def resolver(_host: str, _port: int) -> list[str]:
        release.wait(10)
        return []

    found = measure_fetch(http_response(b"[]"), resolver=resolver, limits=SHORT_TIMES)
    release.set()
    assert "could not be looked up" in found.refusal
    assert found.seconds < SHORT_TIMES.connect_seconds + SLACK


def test_connecting_has_its_share_of_the_time() -> None:
    """Four addresses that do not answer take no longer than one would."""
    given = []

    def connector(_address: str, _port: int, seconds: float) -> socket.socket:
        given.append(seconds)
        time.sleep(seconds)
        raise TimeoutError

    addresses = [f"93.184.216.{number}" for number in range(34, 44)]
    found = measure_fetch(
        http_response(b"[]"), resolver=lambda *_: addresses, connector=connector, limits=SHORT_TIMES
    )
    assert "could not be reached" in found.refusal
    assert len(given) == ssrf.MAX_ADDRESSES
    assert found.seconds < SHORT_TIMES.connect_seconds + SLACK


@pytest.mark.parametrize(("answer", "words"), LIES.values(), ids=LIES)
def test_length_that_is_a_lie_is_refused(answer: bytes, words: str) -> None:
    assert words in measure_fetch(answer).refusal


@pytest.mark.parametrize("header", ["ETag", "X-Other", "Location", "Content-Type"])
def test_header_of_a_megabyte_is_refused(header: str) -> None:
    found = measure_fetch(http_response(b"[]", f"{header}: {'x' * MEGABYTE}"))
    assert found.refusal
    assert found.memory < 2 * MEGABYTE


# Below: the planted faults. Each is the guard of a test above taken out; the test's own measure must then fail.


@pytest.mark.parametrize("name", ["gzip", "deflate", "raw deflate"])
def test_plant_without_the_ratio_is_detected(name: str) -> None:
    found = measure_fetch(BOMBS[name][0], limits=Limits(max_ratio=HUGE_LENGTH))
    assert BOMBS[name][1] not in found.refusal
    assert found.memory >= 12 * MEGABYTE


def test_plant_without_the_largest_size_is_detected() -> None:
    found = measure_fetch(slow_bomb(160), limits=Limits(unpacked_bytes=HUGE_LENGTH))
    assert not found.refusal
    assert found.memory >= 150 * MEGABYTE


def test_plant_unpacking_at_once_is_detected(monkeypatch) -> None:
    monkeypatch.setattr(
        decompress, "_inflate_piece", lambda unpacker, piece: iter([unpacker.decompress(piece)])
    )
    assert measure_fetch(BOMBS["gzip"][0]).memory >= 12 * MEGABYTE


def test_plant_that_takes_nested_gzip_is_detected(monkeypatch) -> None:
    monkeypatch.setattr(decompress, "GZIP_START", b"never")
    assert not measure_fetch(BOMBS["gzip twice"][0]).refusal


@pytest.mark.parametrize("name", ["chunks", "one huge chunk", "a body without a length"])
def test_plant_without_the_cap_on_the_wire_is_detected(name: str) -> None:
    found = measure_fetch(
        ENDLESS[name][0], limits=replace(SMALL_LIMITS, total_bytes=HUGE_LENGTH, unpacked_bytes=20 * MEGABYTE)
    )
    assert found.memory >= 12 * MEGABYTE


@pytest.mark.parametrize("name", ["a body", "headers"])
def test_plant_with_a_timeout_for_each_read_is_detected(monkeypatch, name: str) -> None:
    """What a plain socket timeout does: every byte starts it anew."""

    def left(_deadline: client.Deadline, _at_most: float = 0) -> float:
        return SHORT_TIMES.total_seconds

    monkeypatch.setattr(client.Deadline, "seconds_left", left)

    def trickle(sock: socket.socket) -> None:
        ended = time.monotonic() + SHORT_TIMES.total_seconds + SLACK + 0.1
        sock.sendall(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if name == "a body" else b"X: y"))
        while time.monotonic() < ended:
            sock.sendall(b"x")
            time.sleep(0.05)

    found = measure_fetch(trickle, limits=SHORT_TIMES)
    assert "took longer" not in found.refusal
    assert found.seconds >= SHORT_TIMES.total_seconds + SLACK


def test_plant_that_believes_the_length_is_detected(monkeypatch) -> None:
    monkeypatch.setattr(h11._readers.ContentLengthReader, "read_eof", lambda _reader: h11.EndOfMessage())
    monkeypatch.setattr(BoundedStream, "has_more_data", lambda _stream: False)
    assert not measure_fetch(LIES["longer than the body"][0]).refusal
    assert not measure_fetch(LIES["shorter than the body"][0]).refusal


def test_plant_without_the_caps_on_headers_is_detected(monkeypatch) -> None:
    """Both ours and that of the library."""
    monkeypatch.setattr(HTTP11Connection, "MAX_INCOMPLETE_EVENT_SIZE", HUGE_LENGTH)
    answer = http_response(b"[]", *[f"X-{number}: {'x' * 60_000}" for number in range(40)])
    assert measure_fetch(answer).refusal
    found = measure_fetch(answer, limits=replace(Limits(), header_bytes=HUGE_LENGTH))
    assert not found.refusal
    assert found.memory >= 2 * MEGABYTE
