"""Decompress a feed piece by piece, so that a small file that unpacks into a huge one is stopped early."""

import io
import zlib
from collections.abc import Iterable, Iterator

from core.net.byte_sizes import MEGABYTE, format_bytes
from core.net.errors import FetchError
from feeds.fetch.limits import Limits

ACCEPTED = "gzip, deflate"
UNCOMPRESSED = frozenset({"", "identity"})
COMPRESSED = frozenset({"gzip", "x-gzip", "deflate"})
STEP_BYTES = 64 * 1024  # decompressed at a time
# A short feed of much white space compresses very well. Up to this size any ratio is harmless.
FREE_GROWTH = MEGABYTE
GZIP_START = b"\x1f\x8b"
GZIP_WINDOW, ZLIB_WINDOW, RAW_DEFLATE_WINDOW = 31, 15, -15  # values of zlib's `wbits`


def decompress(pieces: Iterable[bytes], encoding: str, limits: Limits) -> bytes:
    """Return the decompressed feed; `encoding` is the Content-Encoding, "" for none. Raise FetchError."""
    encoding = encoding.strip().lower()
    if encoding not in UNCOMPRESSED | COMPRESSED:
        raise FetchError("The feed is packed in a way that was not asked for; gzip and deflate are read.")
    feed = io.BytesIO()
    for piece in _inflate(pieces, encoding, limits.max_ratio) if encoding in COMPRESSED else pieces:
        feed.write(piece)
        if feed.tell() > limits.unpacked_bytes:
            raise FetchError(f"The feed is larger than {format_bytes(limits.unpacked_bytes)} when unpacked.")
    if encoding in COMPRESSED and feed.getbuffer()[:2] == GZIP_START:
        raise FetchError("The feed is packed twice.")
    return feed.getvalue()


def _inflate(pieces: Iterable[bytes], encoding: str, max_ratio: int) -> Iterator[bytes]:
    """Yield the content of one compressed stream, at most STEP_BYTES at a time."""
    decompressor, bytes_in, bytes_out = None, 0, 0
    for piece in pieces:
        decompressor = decompressor or zlib.decompressobj(_zlib_window(encoding, piece))
        bytes_in += len(piece)
        for part in _inflate_piece(decompressor, piece):
            bytes_out += len(part)
            if bytes_out > max(FREE_GROWTH, bytes_in * max_ratio):
                raise FetchError(f"The feed grows more than {max_ratio} times when unpacked.")
            yield part
        if decompressor.unused_data:
            raise FetchError("The packed feed goes on after its end.")
    if decompressor is not None and not decompressor.eof:
        raise FetchError("The packed feed broke off.")


def _inflate_piece(decompressor: "zlib._Decompress", piece: bytes) -> Iterator[bytes]:
    """Yield the decompressed data of one piece, at most `STEP_BYTES` at a time."""
    try:
        while part := decompressor.decompress(piece, STEP_BYTES):
            yield part
            piece = decompressor.unconsumed_tail
    except zlib.error as error:
        raise FetchError("The feed cannot be unpacked.") from error


def _zlib_window(encoding: str, start: bytes) -> int:
    """Return zlib's `wbits` for a stream that begins with `start`.

    Some servers send deflate without the two bytes of its zlib header.
    """
    if encoding != "deflate":
        return GZIP_WINDOW
    has_header = len(start) > 1 and start[0] & 15 == zlib.DEFLATED and int.from_bytes(start[:2]) % 31 == 0
    return ZLIB_WINDOW if has_header else RAW_DEFLATE_WINDOW
