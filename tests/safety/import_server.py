"""A process that imports feeds on command: `python -m tests.safety.import_server`.

Each line on standard input is a JSON list, each answer a JSON value on a line. `["import", PATH]` runs the real command
in a process forked from this one, so that a start costs milliseconds. It answers with the id of that process, and after
its end with its return code, which is below 0 for a signal. `["look"]` answers with the digest of all listings,
`["empty"]` deletes them, `["applied"]` counts the applied runs. With PLANTED_FAULT set, no batch is written in a
transaction.
"""

import contextlib
import json
import os
import sys
from types import SimpleNamespace
from typing import Any

import django

SMALL_BATCH = 20


def main() -> None:
    from django.db import connections

    from feeds.pipeline import apply

    apply.BATCH_SIZE = SMALL_BATCH
    if os.environ.get("PLANTED_FAULT"):
        apply.transaction = SimpleNamespace(atomic=contextlib.nullcontext)
    for line in sys.stdin:
        name, *given = json.loads(line)
        {
            "import": fork_import,
            "look": print_digest,
            "empty": delete_listings,
            "applied": count_applied_runs,
        }[name](*given)
        connections.close_all()


def print_json(value: Any) -> None:
    print(json.dumps(value), flush=True)


def fork_import(path: str) -> None:
    if (child := os.fork()) == 0:
        run_import(path)
    print_json(child)
    print_json(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def run_import(path: str) -> None:
    from django.core.management import call_command

    code = 1
    try:
        with open(os.devnull, "w") as nobody:
            call_command("import_feed", "meeting-guide", path, source="Sample", stdout=nobody)
        code = 0
    finally:
        os._exit(code)


def print_digest() -> None:
    from tests.feeds.state import digest

    print_json(digest())


def count_applied_runs() -> None:
    from feeds.models import ImportRun

    print_json(ImportRun.objects.filter(state=ImportRun.State.APPLIED).count())


def delete_listings() -> None:
    from directory.models import Listing, Place
    from feeds.models import Source

    for model in (Listing, Place, Source):
        model.objects.all().delete()
    print_json("")


if __name__ == "__main__":
    django.setup()
    main()
