"""An invented feed with one group for each row, and a fixture that imports it."""

import json
from pathlib import Path
from typing import Any

import pytest

from feeds.models import ImportRun
from feeds.pipeline import run

STREETS = ("Alder", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Linden", "Maple", "Oak", "Pine")


def row(number: int, **facts: Any) -> dict[str, Any]:
    defaults = {
        "slug": f"meeting-{number}", "name": f"Group {number}", "day": number % 7, "time": "19:00", "types": ["O"],
        "formatted_address": f"{number} {STREETS[number % 10]} Street, San Jose, CA 95112, USA",
        "latitude": 37.3 + number / 10000, "longitude": -121.88, "website": "https://groups.example.org/all",
    }  # fmt: skip
    return {**defaults, **facts}


def rows(*numbers: int, **facts: Any) -> list[dict[str, Any]]:
    return [row(number, **facts) for number in numbers]


@pytest.fixture
def import_rows(tmp_path: Path):
    def import_rows(feed: list[dict[str, Any]], **options: Any) -> ImportRun:
        path = tmp_path / "feed.json"
        path.write_text(json.dumps(feed))
        return run.import_feed("meeting-guide", str(path), "Sample Intergroup", **options).run

    return import_rows
