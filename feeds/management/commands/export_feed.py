import contextlib
import os
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from feeds.export.hotlines import RECORDS
from feeds.formats import WRITERS


class Command(BaseCommand):
    help = "Writes what the directory publishes in an open format, to the screen or to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("format", choices=sorted(WRITERS))
        parser.add_argument(
            "--out", metavar="PATH", type=Path, help="the file to write; it is replaced as a whole"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        data = WRITERS[options["format"]](RECORDS[options["format"]]())
        if options["out"] is None:
            self.stdout.write(data.decode(), ending="")
            return
        try:
            replace(options["out"], data)
        except OSError as problem:
            raise CommandError(f"{options['out']} could not be written: {problem.strerror}.") from problem
        sys.stderr.write(f"{options['out']}: {len(data)} bytes.\n")


def replace(path: Path, data: bytes) -> None:
    """The old file stays whole until the new one is: readers never see half of it. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)  # a published file, not a secret one
        os.replace(name, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
