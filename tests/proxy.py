"""The proxy of deploy/nginx.conf on this machine: the very file, with other ports and paths."""

import datetime
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.browser.site import free_port
from tests.project_rules import ROOT

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
HOST = "steady.example"
MISSING = "nginx is not installed (Debian package nginx-light)"
STARTS_WITHIN = 20  # seconds


@dataclass(frozen=True)
class Proxy:
    """`port` speaks TLS, `plain_port` only leads to it."""

    port: int
    plain_port: int
    folder: Path


def program() -> str | None:
    """Return the path of nginx, which Debian keeps out of the PATH of users; None where it is not installed."""
    found = shutil.which("nginx") or "/usr/sbin/nginx"
    return found if os.access(found, os.X_OK) else None


def adapted(text: str, folder: Path, port: int, plain_port: int, upstream: int) -> str:
    """Return the configuration for this machine. Raises AssertionError where the file lacks what is replaced."""
    changes = {
        "user www-data;": "user root;" if os.geteuid() == 0 else "",
        "worker_processes auto;": "worker_processes 1;",
        "pid /run/nginx.pid;": f"pid {folder}/nginx.pid;",
        "/run/nginx-bodies": f"{folder}/bodies",
        "    listen [::]:443 ssl default_server;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        "    listen [::]:80 default_server;\n": "",
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "listen 80 ": f"listen 127.0.0.1:{plain_port} ",
        "/etc/steady/tls/fullchain.pem": f"{folder}/certificate.pem",
        "/etc/steady/tls/privkey.pem": f"{folder}/key.pem",
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{upstream};",
    }
    for given, wanted in changes.items():
        assert given in text, given
        text = text.replace(given, wanted)
    # Folders that this build of nginx would make elsewhere, for what the configuration does not use.
    unused = "".join(
        f"    {name}_temp_path {folder}/{name};\n" for name in ("proxy", "fastcgi", "uwsgi", "scgi")
    )
    return re.sub(r"(?m)^http \{\n", lambda found: found[0] + unused, text, count=1)


def write_certificate(folder: Path) -> None:
    """Write a certificate for `HOST` that nobody signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(secret)


@contextmanager
def running(folder: Path, upstream: int) -> Iterator[Proxy]:
    """Run the proxy in front of the port `upstream`; its files lie in `folder`."""
    nginx = program()
    assert nginx is not None, MISSING
    port, plain_port = free_port(), free_port()
    write_certificate(folder)
    configuration = folder / "nginx.conf"
    configuration.write_text(adapted(CONFIGURATION.read_text(), folder, port, plain_port, upstream))
    command = [nginx, "-p", str(folder), "-c", str(configuration), "-g", "daemon off;", "-e", "stderr"]
    said = (folder / "nginx.txt").open("wb")
    server = subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)
    try:
        wait_for(server, folder / "nginx.pid", folder / "nginx.txt")
        yield Proxy(port, plain_port, folder)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(STARTS_WITHIN)
        said.close()


def wait_for(server: "subprocess.Popen[bytes]", pid: Path, said: Path) -> None:
    """Wait until nginx has opened its ports, which it does before it writes its number."""
    give_up = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < give_up and server.poll() is None:
        if pid.exists() and pid.read_text().strip():
            return
        time.sleep(0.05)
    raise RuntimeError(f"nginx did not start:\n{said.read_text()}")
