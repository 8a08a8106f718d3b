"""A server on loopback that answers with given bytes, and what leads the client to it.

The client contacts public machines only, and a test can reach none. So the resolver names a public address, and the
connector records the address that it was given and connects to loopback.
"""

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PUBLIC = "93.184.216.34"
PUBLIC_IPV6 = "2606:2800:220:1::1"
HOST = "feeds.example.org"

Handler = Callable[[socket.socket], None]


def resolve_publicly(_host: str, _port: int) -> list[str]:
    return [PUBLIC]


def http_response(
    body: bytes = b"[]", *headers: str, status: str = "200 OK", length: int | None = -1
) -> bytes:
    """Return an HTTP response. `length` is its Content-Length: the true one by default, none if None."""
    said = [] if length is None else [f"Content-Length: {len(body) if length == -1 else length}"]
    return "\r\n".join([f"HTTP/1.1 {status}", *said, *headers, "", ""]).encode("latin-1") + body


def redirect_response(location: str, status: str = "302 Found") -> bytes:
    return http_response(b"", f"Location: {location}", status=status)


class FeedServer:
    """Give each connection the next answer, and the last answer to all further connections."""

    def __init__(self, answers: list[bytes | Handler], context: ssl.SSLContext | None = None) -> None:
        self.answers, self.context = answers, context
        self.requests: list[str] = []
        self.connections: list[tuple[str, int]] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.run, daemon=True)

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        """Record the address and port, and connect to this server; to be used as the connector."""
        self.connections.append((address, port))
        return socket.create_connection(self.listener.getsockname(), timeout=seconds)

    def run(self) -> None:
        with suppress(OSError):
            while True:
                sock, _peer = self.listener.accept()
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                threading.Thread(target=self.answer, args=(sock, answer), daemon=True).start()

    def answer(self, sock: socket.socket, answer: bytes | Handler) -> None:
        """Answer one connection. The client may close it early, so connection errors are ignored."""
        with suppress(OSError), sock:
            sock.settimeout(10)
            if self.context is None:
                self.speak(sock, answer)
            else:
                with self.context.wrap_socket(sock, server_side=True) as secured:
                    self.speak(secured, answer)

    def speak(self, sock: socket.socket, answer: bytes | Handler) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            if not (more := sock.recv(4096)):
                return
            request += more
        self.requests.append(request.decode("ascii"))
        if callable(answer):
            answer(sock)
        else:
            sock.sendall(answer)

    def close(self) -> None:
        # This wakes the thread that waits in accept().
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)


@contextmanager
def serve_answers(*answers: bytes | Handler, context: ssl.SSLContext | None = None) -> Iterator[FeedServer]:
    server = FeedServer(list(answers), context)
    server.thread.start()
    try:
        yield server
    finally:
        server.close()


def make_certificate(
    folder: Path, name: str = HOST, *, is_expired: bool = False
) -> tuple[ssl.SSLContext, Path]:
    """Return a server's TLS context with a self-signed certificate, and the path of that certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    today = datetime.datetime.now(datetime.UTC)
    ends = today - datetime.timedelta(days=1) if is_expired else today + datetime.timedelta(days=1)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=2))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public
