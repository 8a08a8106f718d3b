"""A connection whose bytes are counted and whose time runs out, in the shape that `http.client` reads from."""

import io
import socket
from typing import Any

from core.net.byte_sizes import size
from core.net.deadline import Clock
from core.net.errors import CannotFetch

PATIENCE = 1.0  # seconds for a server that was told to close the connection
BLANK = b"\r\n\t "


class Reader(io.BufferedReader):
    """http.client closes what it has read to the end; what lies behind that end must still be seen."""

    def close(self) -> None:
        pass


class Wire(io.RawIOBase):
    """Reads raise CannotFetch after `most` bytes in all, and when the clock runs out between any two of them."""

    def __init__(self, sock: socket.socket, clock: Clock, most: int) -> None:
        self.sock, self.clock, self.most = sock, clock, most
        self.seen = 0
        self.patience = float("inf")
        self.reader = Reader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.sock.settimeout(self.clock.left(self.patience))
        try:
            count = self.sock.recv_into(buffer)
        except TimeoutError:
            self.clock.left()
            raise
        self.seen += count
        if self.seen > self.most:
            raise CannotFetch(f"The answer is larger than {size(self.most)}.")
        return count

    def makefile(self, _mode: str) -> Reader:
        return self.reader

    def send(self, data: bytes) -> None:
        self.sock.settimeout(self.clock.left())
        self.sock.sendall(data)

    def goes_on(self) -> bool:
        """Whether more than blanks follow what was read; waits PATIENCE for it."""
        self.patience = PATIENCE
        try:
            return bool(self.reader.peek(1).strip(BLANK))
        except OSError:
            return False

    def close(self) -> None:
        self.sock.close()
        super().close()
