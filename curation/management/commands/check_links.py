from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from curation.links import services
from curation.links.http_probe import LinkProber


class Command(BaseCommand):
    help = "Tries the links of published listings, gently, and notes which do not answer. Run it once a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=positive, metavar="N", help="try N links at most")

    def handle(self, *args: Any, **options: Any) -> None:
        watched = self.stderr.isatty() and options["verbosity"] > 0
        try:
            tally = services.check_links(
                LinkProber(),
                limit=options["limit"],
                progress=self.tell if watched else lambda _done, _all: None,
            )
        except services.NetworkOffline as problem:
            raise CommandError(
                "Not one link answered. Is this machine on the network? Nothing was noted."
            ) from problem
        finally:
            if watched:
                self.stderr.write("")
        self.stdout.write(
            f"{tally.tried:,} links tried, {tally.failed:,} did not answer; {tally.dead:,} are dead."
        )

    def tell(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{done:,} of {total:,} links tried", ending="")
        self.stderr.flush()


def positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("a whole number from 1 up")
    return int(text)
