"""Define the command `import_feed`, which imports the listings of a file or an address as one source."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.progress import Progress
from directory.vocabulary import Fellowship
from feeds.formats import PARSERS
from feeds.pipeline import run
from feeds.pipeline.apply import ReportProgress
from feeds.pipeline.run import Outcome

MAX_CHANGES = 40


class Command(BaseCommand):
    """The command `import_feed`."""

    help = "Brings the listings of a feed into the directory. Importing the same feed twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the format, the file or address, and the options of the command."""
        parser.add_argument("format", choices=sorted(PARSERS))
        parser.add_argument("where", metavar="PATH-OR-URL")
        parser.add_argument(
            "--source", required=True, metavar="NAME", help="who publishes it, such as “San Jose”"
        )
        parser.add_argument(
            "--fellowship",
            choices=Fellowship.values,
            default="",
            metavar="VALUE",
            help="whose meetings these are, where the feed does not say: aa, na, al-anon …",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, and change nothing"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of words")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the feed and report the result."""
        progress_lines: list[Progress] = []

        def start_progress(total: int) -> ReportProgress:
            progress_lines.append(Progress(sys.stderr, total, "listings"))
            return progress_lines[0].advance

        try:
            outcome = run.import_feed(
                options["format"],
                options["where"],
                options["source"],
                fellowship=options["fellowship"],
                dry_run=options["dry_run"],
                progress=start_progress,
            )
        except run.FeedImportError as problem:
            raise CommandError(str(problem)) from problem
        for line in progress_lines:
            line.finish()
        if options["json"]:
            self.stdout.write(json.dumps(run.run_report(outcome.run)))
        else:
            self._report(outcome, dry_run=options["dry_run"])

    def _report(self, outcome: Outcome, *, dry_run: bool) -> None:
        """Print what the run did, or would do, with its changes and problems."""
        run, would = outcome.run, "would be " if dry_run else ""
        if run.hold_reason:
            self.stdout.write(
                f"{run.source}: {would}held. {run.hold_reason} Nothing was changed. A curator decides about it in the "
                "admin, on the page of this import run."
            )
            return
        self.stdout.write(
            f"{run.source}: {run.rows} rows read; listings {would}created {run.created}, updated {run.updated}, "
            f"unchanged {run.unchanged}, retired {run.retired}; {run.meetings} meetings held; "
            f"{run.used} rows used, {run.merged} merged, {len(run.rejected)} rejected; {len(run.notes)} notes."
        )
        for row in run.rejected:
            self.stdout.write(f"  row {row['row']} ({row['id'] or 'no id'}): {row['reason']}")
        differences = outcome.differences
        for change in differences.rows[:MAX_CHANGES] if dry_run else []:
            self.stdout.write(
                f"  {change['name']}: {change['field']} {change['before']!r} → {change['after']!r}"
            )
        further = differences.further + max(0, len(differences.rows) - MAX_CHANGES)
        if dry_run and further:
            self.stdout.write(f"  and {further} changes more")
