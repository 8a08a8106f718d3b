"""HTTP over a bare socket, for requests that no library sends."""

import socket
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class RawAnswer:
    """An answer as it came: its status, its head (status line and headers) and its body, without any decoding."""

    status: int
    head: str
    body: bytes

    def header(self, name: str) -> str:
        """Return the value of the first header of that name, or an empty text."""
        lines = (line.partition(":") for line in self.head.split("\r\n")[1:])
        return next((value.strip() for key, _colon, value in lines if key.lower() == name.lower()), "")


def open_socket(address: str, timeout: float = 20) -> socket.socket:
    """Open a connection to the server at this address."""
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname or "", parts.port or 80), timeout=timeout)


def send_raw(address: str, request: bytes, *, timeout: float = 20) -> RawAnswer:
    """Send these bytes and read until the server closes the connection. Status 0 means that it answered nothing."""
    with open_socket(address, timeout) as sock:
        with suppress(BrokenPipeError, ConnectionResetError):
            sock.sendall(request)
        return read_answer(sock)


def read_answer(sock: socket.socket) -> RawAnswer:
    """Read one answer up to the end of the connection or the timeout of the socket."""
    received = bytearray()
    with suppress(TimeoutError, ConnectionResetError):
        while part := sock.recv(65536):
            received += part
    head, _blank, body = bytes(received).partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    return RawAnswer(status, head.decode("latin-1"), body)


def get_raw(address: str, path: str, *headers: str, method: str = "GET", host: str = "") -> RawAnswer:
    """Ask for a path with these header lines; the server closes the connection after its answer."""
    return send_raw(address, request_head(address, method, path, *headers, host=host))


def request_head(address: str, method: str, path: str, *headers: str, host: str = "") -> bytes:
    """Return the head of a request, with the blank line that ends it."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host or urlsplit(address).netloc}", "Connection: close"]
    return "\r\n".join([*lines, *headers, "", ""]).encode("latin-1")
