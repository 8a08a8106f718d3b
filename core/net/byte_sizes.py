"""Numbers of bytes in words."""

MEGABYTE = 1024 * 1024


def format_bytes(count: int) -> str:
    """A number of bytes in words: "20 MB", "64 KB"."""
    return f"{count // MEGABYTE} MB" if count >= MEGABYTE else f"{count // 1024} KB"
