"""Read one file out of an uploaded ZIP archive, which may be malicious, with bounded work.

The file must look as an exported copy does, also after another program packed it again: stored or deflated, not
encrypted, once in the archive, with correct sizes and checksum. Everything else is refused before or during
decompression. No more bytes are decompressed than the caller allows.
"""

import io
import stat
import struct
import zipfile
import zlib

COMPRESSION_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
MAX_ENTRIES = 100
FLAG_ENCRYPTED, FLAG_SIZES_FOLLOW = 0x1, 0x8
# The header of a file inside a ZIP (APPNOTE 4.3.7): signature, version, flags, method, time, date, checksum, compressed
# size, size, length of the name, length of the extra field.
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
# The exceptions that zipfile raises for malformed archives.
ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # NotImplementedError is one
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
    MemoryError,
)


class BadArchive(Exception):
    """The file is no archive from which the entry can be read. The message says why."""


def read_entry(content: bytes, name: str, *, most: int) -> bytes:
    """Return the file `name` in a ZIP archive when it has at most `most` bytes. Raises BadArchive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            info = _checked_entry(archive, name, most)
            _check_local_header(content, info)
            with archive.open(info) as file:
                data = file.read(most + 1)
    except ARCHIVE_ERRORS as fault:
        raise BadArchive(type(fault).__name__) from fault
    if len(data) != info.file_size:
        raise BadArchive("its size is not the one that it names")
    return data


def _checked_entry(archive: zipfile.ZipFile, name: str, most: int) -> zipfile.ZipInfo:
    """Return the archive's entry of that name. Raises BadArchive."""
    entries = archive.infolist()
    matching = [info for info in entries if info.filename == name]
    if len(matching) != 1 or len(entries) > MAX_ENTRIES:
        raise BadArchive("the file is not there once")
    [info] = matching
    mode = info.external_attr >> 16
    if info.flag_bits & FLAG_ENCRYPTED or info.compress_type not in COMPRESSION_METHODS:
        raise BadArchive("it is encrypted or packed in another way")
    if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        raise BadArchive("it is no plain file")
    if info.file_size > most or info.compress_size > len(archive.fp.getbuffer()):  # type: ignore[union-attr]
        raise BadArchive("it is too large")
    return info


def _check_local_header(content: bytes, info: zipfile.ZipInfo) -> None:
    """Raise BadArchive when the header before the file contradicts the archive's directory."""
    head = content[info.header_offset : info.header_offset + LOCAL_HEADER.size]
    _signature, _version, flags, method, _time, _date, crc, packed, size, *_lengths = LOCAL_HEADER.unpack(
        head
    )
    stated = (crc, packed, size)
    sizes_follow = bool(flags & FLAG_SIZES_FOLLOW)
    if method != info.compress_type or flags & FLAG_ENCRYPTED:
        raise BadArchive("its two heads differ")
    if stated != (info.CRC, info.compress_size, info.file_size) and not (
        sizes_follow and stated == (0, 0, 0)
    ):
        raise BadArchive("its two heads differ")
