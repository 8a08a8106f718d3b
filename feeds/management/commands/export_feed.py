"""Define the command `export_feed`, which writes the published listings in an open format to a file or the screen."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.files import write_atomically
from feeds.export.hotlines import EXPORTED_RECORDS
from feeds.formats import WRITERS


class Command(BaseCommand):
    """The command `export_feed`."""

    help = "Writes what the directory publishes in an open format, to the screen or to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the format and the options of the command."""
        parser.add_argument("format", choices=sorted(WRITERS))
        parser.add_argument(
            "--out",
            metavar="PATH",
            type=Path,
            help="the file to write; readers see the old file or the new one, never a part",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the export to the file or to standard output."""
        data = WRITERS[options["format"]](EXPORTED_RECORDS[options["format"]]())
        if options["out"] is None:
            self.stdout.write(data.decode(), ending="")
            return
        try:
            with write_atomically(options["out"], mode=0o644) as file:  # a published file, not a secret one
                file.write(data)
        except OSError as problem:
            raise CommandError(f"{options['out']} could not be written: {problem.strerror}.") from problem
        sys.stderr.write(f"{options['out']}: {len(data)} bytes.\n")
