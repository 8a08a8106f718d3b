"""Measure how fast a feed of 5,000 invented groups is imported on SQLite: `python -m benchmarks.import_speed`.

It uses a new database in a temporary folder. The first import finds only new rows, the second one the same file, the
third one the same rows in another order. It prints listings per second for each, and at last one JSON object with
`listings`, `new_per_s`, `unchanged_per_s` and `in_another_order_per_s`.
"""

import json
import os
import tempfile
import time
from pathlib import Path

import django

GROUPS = 5000


def meeting_row(number: int) -> dict[str, object]:
    """Return one row of the feed in the Meeting Guide format."""
    return {
        "slug": f"meeting-{number}", "name": f"Group {number}", "day": number % 7, "time": "19:00", "types": ["O", "D"],
        "formatted_address": f"{number} Invented Street, San Jose, CA 95112, USA", "location": f"Hall {number}",
        "latitude": 37.3 + number / 1e6, "longitude": -121.88, "notes": "A quiet room on the first floor. " * 6,
    }  # fmt: skip


def main() -> None:
    """Run the three imports and print their speed."""
    rows = [meeting_row(number) for number in range(GROUPS)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {"STATE_DIR": name, "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "recovery_site.settings"
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        new, same, mixed = (import_rate(folder / "feed.json", each) for each in (rows, rows, rows[::-1]))
    print(f"Import: {new:,.0f} new listings a second; {same:,.0f} unchanged, {mixed:,.0f} in another order")
    rates = {"new_per_s": new, "unchanged_per_s": same, "in_another_order_per_s": mixed}
    print(json.dumps({"listings": GROUPS, **{name: round(each) for name, each in rates.items()}}))


def import_rate(path: Path, rows: list[dict[str, object]]) -> float:
    """Import the rows and return the listings per second, parsing and comparing included."""
    from feeds.pipeline import run

    path.write_text(json.dumps(rows))
    began = time.perf_counter()
    run.import_feed("meeting-guide", str(path), "Sample")
    return len(rows) / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
