"""A site that is ready to import, told on its standard input what to do: `python -m tests.safety.importing`.

Each line in is a JSON list, each answer a JSON value on a line. `["import", PATH]` runs the real command in a process
of its own, forked from this one, so that a start costs milliseconds; it answers with that process's id, and once it has
ended with its return code, below 0 for a signal. `["look"]` gives the digest of all listings, `["empty"]` deletes them,
`["applied"]` counts the runs that came to their end.
With PLANTED_FAULT set, no batch is written in a transaction.
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
        {"import": forked, "look": look, "empty": empty, "applied": applied}[name](*given)
        connections.close_all()


def say(value: Any) -> None:
    print(json.dumps(value), flush=True)


def forked(path: str) -> None:
    if (child := os.fork()) == 0:
        bring(path)
    say(child)
    say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def bring(path: str) -> None:
    from django.core.management import call_command

    code = 1
    try:
        with open(os.devnull, "w") as nobody:
            call_command("import_feed", "meeting-guide", path, source="Sample", stdout=nobody)
        code = 0
    finally:
        os._exit(code)


def look() -> None:
    from tests.feeds.state import digest

    say(digest())


def applied() -> None:
    from feeds.models import ImportRun

    say(ImportRun.objects.filter(state=ImportRun.State.APPLIED).count())


def empty() -> None:
    from directory.models import Listing, Place
    from feeds.models import Source

    for model in (Listing, Place, Source):
        model.objects.all().delete()
    say("")


if __name__ == "__main__":
    django.setup()
    main()
