from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from feeds.models import ImportRun, Source
from feeds.pipeline import refresh


class Command(BaseCommand):
    help = (
        "Reads every source whose rhythm says that it is its turn. Says nothing when all went well and nobody "
        "watches; ends with 1 if any failed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", metavar="NAME", help="this source alone, whether it is its turn or not")

    def handle(self, *args: Any, only: str | None, **options: Any) -> None:
        runs = refresh.refresh_due() if only is None else self.run_of(only)
        failures = []
        for run in runs:
            if run.error:
                failures.append(run)
            if self.stdout.isatty():
                self.stdout.write(in_words(run))
        if failures:
            lines = "".join(f"\n  {in_words(run)}" for run in failures)
            raise CommandError(f"Sources that could not be read: {len(failures)}.{lines}")

    def run_of(self, name: str) -> Iterable[ImportRun]:
        source = Source.objects.refreshable().filter(name=name).first()
        if source is None:
            raise CommandError(f"There is no source “{name}” that is in use and has a web address.")
        run = refresh.refresh_one(source)
        if run is None:
            raise CommandError(f"{name} is being read by another process.")
        return [run]


def in_words(run: ImportRun) -> str:
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
