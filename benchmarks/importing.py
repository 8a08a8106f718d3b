"""`python -m benchmarks.importing`: how quickly a feed of 5,000 invented groups is imported on SQLite.

On a new base in a folder that is thrown away: all new, then the very same file, then the same rows in another order,
which changes nothing either. Prints listings a second for each, and one JSON object last: `listings`, `new_per_s`,
`unchanged_per_s`, `in_another_order_per_s`.
"""

import json
import os
import tempfile
import time
from pathlib import Path

import django

GROUPS = 5000


def row(number: int) -> dict[str, object]:
    return {
        "slug": f"meeting-{number}", "name": f"Group {number}", "day": number % 7, "time": "19:00", "types": ["O", "D"],
        "formatted_address": f"{number} Invented Street, San Jose, CA 95112, USA", "location": f"Hall {number}",
        "latitude": 37.3 + number / 1e6, "longitude": -121.88, "notes": "A quiet room on the first floor. " * 6,
    }  # fmt: skip


def main() -> None:
    rows = [row(number) for number in range(GROUPS)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {"STATE_DIR": name, "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "recovery_site.settings"
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        new, same, mixed = (rate(folder / "feed.json", each) for each in (rows, rows, rows[::-1]))
    print(f"Import: {new:,.0f} new listings a second; {same:,.0f} unchanged, {mixed:,.0f} in another order")
    found = {"new_per_s": new, "unchanged_per_s": same, "in_another_order_per_s": mixed}
    print(json.dumps({"listings": GROUPS, **{name: round(each) for name, each in found.items()}}))


def rate(path: Path, rows: list[dict[str, object]]) -> float:
    """Listings a second of one import, reading and comparing included."""
    from feeds.pipeline import run

    path.write_text(json.dumps(rows))
    began = time.perf_counter()
    run.import_feed("meeting-guide", str(path), "Sample")
    return len(rows) / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
