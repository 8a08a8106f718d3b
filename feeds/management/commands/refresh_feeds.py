"""Define the command `refresh_feeds`, which imports every source whose refresh interval has passed."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from feeds.models import ImportRun, Source
from feeds.pipeline import refresh


class Command(BaseCommand):
    """The command `refresh_feeds`."""

    help = (
        "Imports every source whose refresh interval has passed. Writes nothing if all went well and the output is "
        "no terminal; exits with 1 if any source failed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options of the command."""
        parser.add_argument("--only", metavar="NAME", help="import only this source, due or not")

    def handle(self, *args: Any, only: str | None, **options: Any) -> None:
        """Import the sources and report failures."""
        runs = refresh.refresh_due_sources() if only is None else self._refresh_named(only)
        failures = []
        for run in runs:
            if run.error:
                failures.append(run)
            if self.stdout.isatty():
                self.stdout.write(_describe_run(run))
        if failures:
            lines = "".join(f"\n  {_describe_run(run)}" for run in failures)
            raise CommandError(f"Sources that could not be read: {len(failures)}.{lines}")

    def _refresh_named(self, name: str) -> Iterable[ImportRun]:
        """Import one source by its name, due or not. Raises CommandError for an unknown name."""
        source = Source.objects.refreshable().filter(name=name).first()
        if source is None:
            raise CommandError(f"There is no source “{name}” that is in use and has a web address.")
        run = refresh.refresh_one(source)
        if run is None:
            raise CommandError(f"{name} is being read by another process.")
        return [run]


def _describe_run(run: ImportRun) -> str:
    """Return the result of a run as one line."""
    if run.error:
        return f"{run.source}: failed. {run.error}"
    if run.not_modified:
        return f"{run.source}: not modified."
    if run.hold_reason:
        return f"{run.source}: held. {run.hold_reason}"
    return (
        f"{run.source}: {run.rows} rows; listings created {run.created}, updated {run.updated}, "
        f"unchanged {run.unchanged}, retired {run.retired}; rows rejected {len(run.rejected)}."
    )
