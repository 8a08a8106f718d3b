"""A connection whose bytes are counted and whose time runs out, in the shape that `http.client` reads from."""

import io
import socket
from typing import Any

from core.net.byte_sizes import format_bytes
from core.net.deadline import Deadline
from core.net.errors import FetchError

CLOSE_TIMEOUT_SECONDS = 1.0  # seconds for a server that was told to close the connection
BLANK = b"\r\n\t "


class UnclosedReader(io.BufferedReader):
    """http.client closes what it has read to the end; what lies behind that end must still be seen."""

    def close(self) -> None:
        pass


class BoundedSocket(io.RawIOBase):
    """Reads raise CannotFetch after `most` bytes in all, and when the clock runs out between any two of them."""

    def __init__(self, sock: socket.socket, clock: Deadline, most: int) -> None:
        self.sock, self.clock, self.max_bytes = sock, clock, most
        self.bytes_read = 0
        self.patience = float("inf")
        self.reader = UnclosedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.sock.settimeout(self.clock.seconds_left(self.patience))
        try:
            count = self.sock.recv_into(buffer)
        except TimeoutError:
            self.clock.seconds_left()
            raise
        self.bytes_read += count
        if self.bytes_read > self.max_bytes:
            raise FetchError(f"The answer is larger than {format_bytes(self.max_bytes)}.")
        return count

    def makefile(self, _mode: str) -> UnclosedReader:
        return self.reader

    def send(self, data: bytes) -> None:
        self.sock.settimeout(self.clock.seconds_left())
        self.sock.sendall(data)

    def has_more_data(self) -> bool:
        """Whether more than blanks follow what was read; waits PATIENCE for it."""
        self.patience = CLOSE_TIMEOUT_SECONDS
        try:
            return bool(self.reader.peek(1).strip(BLANK))
        except OSError:
            return False

    def close(self) -> None:
        self.sock.close()
        super().close()
