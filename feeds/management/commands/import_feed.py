import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from directory.vocabulary import Fellowship
from feeds import runs
from feeds.formats import PARSERS
from feeds.models import ImportRun
from feeds.upsert import Tally

MOST_CHANGES = 40


class Command(BaseCommand):
    help = "Brings the listings of a feed into the directory. Importing the same feed twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
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
        try:
            record, tally = runs.run(
                options["format"],
                options["where"],
                options["source"],
                fellowship=options["fellowship"],
                dry_run=options["dry_run"],
            )
        except runs.CannotImport as problem:
            raise CommandError(str(problem)) from problem
        if options["json"]:
            self.stdout.write(json.dumps(runs.report(record)))
        else:
            self.speak(record, tally, dry_run=options["dry_run"])

    def speak(self, record: ImportRun, tally: Tally, *, dry_run: bool) -> None:
        would = "would be " if dry_run else ""
        self.stdout.write(
            f"{record.source}: {record.rows} rows read; listings {would}created {record.created}, "
            f"updated {record.updated}, unchanged {record.unchanged}, retired {record.retired}; "
            f"{len(record.rejected)} rows rejected."
        )
        for row in record.rejected:
            self.stdout.write(f"  row {row['row']} ({row['id'] or 'no id'}): {row['reason']}")
        for change in tally.changes[:MOST_CHANGES]:
            self.stdout.write(
                f"  {change['name']}: {change['field']} {change['before']!r} → {change['after']!r}"
            )
        if len(tally.changes) > MOST_CHANGES:
            self.stdout.write(f"  and {len(tally.changes) - MOST_CHANGES} changes more")
