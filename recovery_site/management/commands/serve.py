"""What `make run` and `make dev` start: all that a first visit needs, then the server."""

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

ADDRESS = "127.0.0.1"
# How many further ports are tried when the wanted one is taken.
FURTHER_PORTS = 20
GUNICORN = [
    "recovery_site.wsgi:application",
    "--worker-class=gthread",
    "--workers=2",
    "--threads=4",
    # Without it gunicorn opens a socket in the home folder, through which it takes orders.
    "--no-control-socket",
    # A fresh process now and then, not both in the same moment.
    "--max-requests=10000",
    "--max-requests-jitter=1000",
    # Its warnings quote the address and the words of a request that it could not read.
    "--log-level=error",
    # A search may be 6 KB long; the page then says what it could not read. Without this the server cuts at 4 KB.
    "--limit-request-line=8190",
    # Of headers: their number, and bytes of each.
    "--limit-request-fields=60",
    "--limit-request-field_size=8190",
    # Seconds: after which a worker that does not live is replaced; for which one that ends may finish; for which a
    # connection without a request stays open.
    "--timeout=30",
    "--graceful-timeout=30",
    "--keep-alive=2",
    # Headers by which a proxy may change path, prefix or scheme of a request. Anybody on this machine could send them,
    # and Steady reads what it needs of them itself (TRUSTED_PROXIES).
    "--forwarder-headers=",
    "--forwarded-allow-ips=",
]


class Command(BaseCommand):
    help = "Set up the database and the static files, then serve the site on this machine alone."
    # The server that is started at the end runs its own.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, default=8000, help="the port to serve on; the next free one if taken"
        )
        parser.add_argument("--debug", action="store_true", help="serve with DEBUG and reload on changes")

    def handle(self, *args: Any, port: int, debug: bool, **options: Any) -> None:
        if debug:
            # Read by the server that takes over this process.
            os.environ["DEBUG"] = "1"
        # The database, which is made here, is for its owner's eyes.
        os.umask(0o077)
        Path(settings.VAR).mkdir(parents=True, exist_ok=True)
        chosen = free_port(port)
        self.migrate()
        catalogs.compile_changed_catalogs()
        if not debug:
            self.collect()
        self.fill()
        self.announce(port, chosen)
        self.take_over(chosen, debug=debug)

    def migrate(self) -> None:
        try:
            executor = MigrationExecutor(connection)
        except OperationalError as problem:
            raise CommandError(f"The database cannot be opened: {problem}") from None
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Setting up the database …")
            call_command("migrate", interactive=False, verbosity=0)

    def collect(self) -> None:
        """Collect and compress the static files, unless none has changed since; it takes five seconds."""
        collected = Path(f"{settings.STATIC_ROOT}.collected")
        now = static_fingerprint()
        if collected.exists() and Path(settings.STATIC_ROOT).exists() and collected.read_text() == now:
            return
        self.stdout.write("Collecting the static files …")
        # All of them anew: how they are stored may have changed as well.
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        collected.write_text(now)

    def fill(self) -> None:
        """Put the bundled facts, and the demo town if there is to be one, into a base without listings."""
        if Listing.objects.exists():
            return
        self.stdout.write("Filling the directory …")
        call_command("load_facts", verbosity=0)
        if settings.DEMO:
            call_command("load_demo", verbosity=0)

    def announce(self, wanted: int, chosen: int) -> None:
        if chosen != wanted:
            self.stdout.write(f"Port {wanted} is taken, so this is port {chosen}.")
        self.stdout.write(f"{settings.SITE_NAME} is at http://localhost:{chosen}/")
        if settings.DEMO:
            call_command("demo_logins", stdout=self.stdout)
        self.stdout.write("Ctrl-C stops.")

    def take_over(self, port: int, *, debug: bool) -> NoReturn:
        """Become the server: this process is replaced, so that Ctrl-C reaches it alone."""
        connections.close_all()
        bind = f"{ADDRESS}:{port}"
        command = (
            [sys.argv[0], "runserver", bind] if debug else ["-m", "gunicorn", f"--bind={bind}", *GUNICORN]
        )
        if not env.text("SITE_ORIGIN"):
            os.environ["SITE_ORIGIN"] = f"http://localhost:{port}"
        # What waits in a buffer would be lost with this process.
        self.stdout.flush()
        os.execv(sys.executable, [sys.executable, *command])  # noqa: S606 - our own program, and no shell wanted


def static_fingerprint() -> str:
    """A hash over name, size and time of change of every static file, not over what is in them."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{file.st_size}\0{file.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def free_port(wanted: int) -> int:
    """`wanted` if nothing listens there, or else the next port that is free; CommandError when none is."""
    if not 1 <= wanted <= 65535:
        raise CommandError(f"{wanted} is no port; ports go from 1 to 65535.")
    last = min(wanted + FURTHER_PORTS, 65535)
    for port in range(wanted, last + 1):
        if is_free(port):
            return port
    raise CommandError(f"The ports {wanted} to {last} are all taken; PORT=… names another.")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the server does it: a port that was closed a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except PermissionError:
            raise CommandError(
                f"Port {port} is for the system's own services; PORT=8000 names a free one."
            ) from None
        except OSError:
            return False
    return True
