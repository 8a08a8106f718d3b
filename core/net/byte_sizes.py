"""Write numbers of bytes for people."""

MEGABYTE = 1024 * 1024


def format_bytes(count: int) -> str:
    """Return a number of bytes in words, such as "20 MB" or "64 KB", rounded down."""
    return f"{count // MEGABYTE} MB" if count >= MEGABYTE else f"{count // 1024} KB"
