"""From what came over the wire to the feed itself, in pieces, so that a bomb goes off small."""

import io
import zlib
from collections.abc import Iterable, Iterator

from core.net.byte_sizes import MEGABYTE, format_bytes
from core.net.errors import FetchError
from feeds.fetch.limits import Limits

ACCEPTED = "gzip, deflate"
PLAIN = frozenset({"", "identity"})
PACKED = frozenset({"gzip", "x-gzip", "deflate"})
STEP = 64 * 1024  # bytes unpacked at a time
# A short feed of much white space packs very well; nothing of this size hurts.
FREE_GROWTH = MEGABYTE
GZIP_START = b"\x1f\x8b"
ANY_GZIP, ANY_ZLIB, RAW_DEFLATE = 31, 15, -15  # `wbits` of zlib


def decompress(pieces: Iterable[bytes], encoding: str, limits: Limits) -> bytes:
    """The feed. `encoding` is the answer's Content-Encoding, "" for none. Raises CannotFetch."""
    encoding = encoding.strip().lower()
    if encoding not in PLAIN | PACKED:
        raise FetchError("The feed is packed in a way that was not asked for; gzip and deflate are read.")
    whole = io.BytesIO()
    for piece in inflate(pieces, encoding, limits.ratio) if encoding in PACKED else pieces:
        whole.write(piece)
        if whole.tell() > limits.unpacked:
            raise FetchError(f"The feed is larger than {format_bytes(limits.unpacked)} when unpacked.")
    if encoding in PACKED and whole.getbuffer()[:2] == GZIP_START:
        raise FetchError("The feed is packed twice.")
    return whole.getvalue()


def inflate(pieces: Iterable[bytes], encoding: str, ratio: int) -> Iterator[bytes]:
    """What one packed stream holds, STEP bytes at most at a time."""
    unpacker, taken, given = None, 0, 0
    for piece in pieces:
        unpacker = unpacker or zlib.decompressobj(zlib_window(encoding, piece))
        taken += len(piece)
        for part in inflate_piece(unpacker, piece):
            given += len(part)
            if given > max(FREE_GROWTH, taken * ratio):
                raise FetchError(f"The feed grows more than {ratio} times when unpacked.")
            yield part
        if unpacker.unused_data:
            raise FetchError("The packed feed goes on after its end.")
    if unpacker is not None and not unpacker.eof:
        raise FetchError("The packed feed broke off.")


def inflate_piece(unpacker: "zlib._Decompress", piece: bytes) -> Iterator[bytes]:
    try:
        while part := unpacker.decompress(piece, STEP):
            yield part
            piece = unpacker.unconsumed_tail
    except zlib.error as error:
        raise FetchError("The feed cannot be unpacked.") from error


def zlib_window(encoding: str, start: bytes) -> int:
    """How zlib is to read a stream that begins like this. Some servers send deflate without its two bytes of header."""
    if encoding != "deflate":
        return ANY_GZIP
    has_header = len(start) > 1 and start[0] & 15 == zlib.DEFLATED and int.from_bytes(start[:2]) % 31 == 0
    return ANY_ZLIB if has_header else RAW_DEFLATE
