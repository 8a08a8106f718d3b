"""Define the command `serve`, which prepares everything for a first visit and then starts the server.

`make run` and `make dev` call it.
"""

import hashlib
import os
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from directory.models import Listing
from recovery_site import env
from recovery_site.i18n import catalogs
from recovery_site.security.private_files import set_private_umask

ADDRESS = "127.0.0.1"
# How many more ports are tried if the requested one is taken.
MORE_PORTS = 20
GUNICORN_ARGUMENTS = [
    "recovery_site.wsgi:application",
    "--worker-class=gthread",
    "--workers=2",
    "--threads=4",
    # Otherwise gunicorn opens a socket in the home folder that accepts commands.
    "--no-control-socket",
    # Replace each process from time to time, but not both at once.
    "--max-requests=10000",
    "--max-requests-jitter=1000",
    # Warnings quote the address and the text of requests that gunicorn could not parse.
    "--log-level=error",
    # A search may be 6 KB long, and the page says what it could not read. The default limit is 4 KB.
    "--limit-request-line=8190",
    # The number of headers, and the bytes of each.
    "--limit-request-fields=60",
    "--limit-request-field_size=8190",
    # Seconds: until a worker that does not respond is replaced; for a worker that ends to finish its requests; for a
    # connection without a request to stay open.
    "--timeout=30",
    "--graceful-timeout=30",
    "--keep-alive=2",
    # Headers with which a proxy may change path, prefix or scheme of a request. Anybody on this machine could send
    # them. The site reads those that it needs itself (TRUSTED_PROXIES).
    "--forwarder-headers=",
    "--forwarded-allow-ips=",
]


class Command(BaseCommand):
    """Set up what is missing and become the server."""

    help = "Set up the database and the static files, then serve the site on this machine alone."
    # The server runs its own checks.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the port and the debug mode."""
        parser.add_argument(
            "--port", type=int, default=8000, help="the port to serve on; the next free one if taken"
        )
        parser.add_argument("--debug", action="store_true", help="serve with DEBUG and reload on changes")

    def handle(self, *args: Any, port: int, debug: bool, **options: Any) -> None:
        """Prepare everything, print the address, and replace this process by the server."""
        if debug:
            # For the server that replaces this process.
            os.environ["DEBUG"] = "1"
        # The database is created here, and only its owner may read it.
        set_private_umask()
        Path(settings.STATE_DIR).mkdir(parents=True, exist_ok=True)
        free_port = find_free_port(port)
        self.migrate_database()
        catalogs.compile_changed_catalogs()
        if not debug:
            self.collect_static_files()
        self.load_data()
        self.print_address(port, free_port)
        self.replace_process(free_port, debug=debug)

    def migrate_database(self) -> None:
        """Create or migrate the database if it needs it. Raises CommandError if it cannot be opened."""
        try:
            executor = MigrationExecutor(connection)
        except OperationalError as error:
            raise CommandError(f"The database cannot be opened: {error}") from None
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Setting up the database …")
            call_command("migrate", interactive=False, verbosity=0)

    def collect_static_files(self) -> None:
        """Collect and compress the static files if any has changed; it takes five seconds."""
        fingerprint_file = Path(f"{settings.STATIC_ROOT}.collected")
        fingerprint = static_fingerprint()
        is_collected = fingerprint_file.exists() and Path(settings.STATIC_ROOT).exists()
        if is_collected and fingerprint_file.read_text() == fingerprint:
            return
        self.stdout.write("Collecting the static files …")
        # All of them, because the way in which they are stored may have changed too.
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        fingerprint_file.write_text(fingerprint)

    def load_data(self) -> None:
        """Load the facts, and in demo mode the demo town, into a database without listings."""
        if Listing.objects.exists():
            return
        self.stdout.write("Filling the directory …")
        call_command("load_facts", verbosity=0)
        if settings.DEMO:
            call_command("load_demo", verbosity=0)

    def print_address(self, wanted_port: int, port: int) -> None:
        """Print the address of the site, and in demo mode the logins."""
        if port != wanted_port:
            self.stdout.write(f"Port {wanted_port} is taken, so this is port {port}.")
        self.stdout.write(f"{settings.SITE_NAME} is at http://localhost:{port}/")
        if settings.DEMO:
            call_command("demo_logins", stdout=self.stdout)
        self.stdout.write("Ctrl-C stops.")

    def replace_process(self, port: int, *, debug: bool) -> NoReturn:
        """Replace this process by the server, so that Ctrl-C reaches the server directly."""
        connections.close_all()
        bind = f"{ADDRESS}:{port}"
        command = (
            [sys.argv[0], "runserver", bind]
            if debug
            else ["-m", "gunicorn", f"--bind={bind}", *GUNICORN_ARGUMENTS]
        )
        if not env.read_text("SITE_ORIGIN"):
            os.environ["SITE_ORIGIN"] = f"http://localhost:{port}"
        # Buffered output would be lost with this process.
        self.stdout.flush()
        os.execv(sys.executable, [sys.executable, *command])  # noqa: S606 - our own program, and no shell


def static_fingerprint() -> str:
    """Return a hash over the name, size and modification time of every static file."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{file.st_size}\0{file.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def find_free_port(wanted: int) -> int:
    """Return the wanted port if it is free, or else the next free one. Raises CommandError if none is."""
    if not 1 <= wanted <= 65535:
        raise CommandError(f"{wanted} is no port; ports are numbers from 1 to 65535.")
    last = min(wanted + MORE_PORTS, 65535)
    for port in range(wanted, last + 1):
        if _is_free(port):
            return port
    raise CommandError(f"The ports {wanted} to {last} are all taken; choose another with PORT=…")


def _is_free(port: int) -> bool:
    """Return whether a server can listen on the port. Raises CommandError where that is forbidden."""
    with socket.socket() as probe:
        # As the server does: a port that was closed a moment ago counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except PermissionError:
            raise CommandError(
                f"Port {port} is reserved for services of the system; use PORT=8000."
            ) from None
        except OSError:
            return False
    return True
