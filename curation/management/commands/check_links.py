"""Define the command `check_links`, which checks the web links of published listings and records failures."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from curation.links import services
from curation.links.http_probe import LinkProber


class Command(BaseCommand):
    """Check the links of published listings."""

    help = "Check the links of published listings with pauses for each host, and record failures. Run it once a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the option that limits how many links are checked."""
        parser.add_argument("--limit", type=_positive_integer, metavar="N", help="check at most N links")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the links and print the numbers. Raises CommandError where no link answers."""
        is_terminal = self.stderr.isatty() and options["verbosity"] > 0
        try:
            tally = services.check_links(
                LinkProber(),
                limit=options["limit"],
                progress=self.show_progress if is_terminal else lambda _done, _all: None,
            )
        except services.NetworkOffline as problem:
            raise CommandError(
                "No link answered. Is this machine on the network? Nothing was recorded."
            ) from problem
        finally:
            if is_terminal:
                self.stderr.write("")
        self.stdout.write(
            f"{tally.tried:,} links tried, {tally.failed:,} did not answer; {tally.dead:,} are dead."
        )

    def show_progress(self, done: int, total: int) -> None:
        """Write how many links were checked over the last line of the terminal."""
        self.stderr.write(f"\r{done:,} of {total:,} links tried", ending="")
        self.stderr.flush()


def _positive_integer(text: str) -> int:
    """Return the argument as a number of at least 1. Raises ArgumentTypeError."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("a whole number from 1 up")
    return int(text)
