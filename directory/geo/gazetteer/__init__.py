"""The bundled gazetteer: US ZIPs and the towns of the world, with points and time zones.

`scripts/distil_gazetteer.py` writes its files. CREDITS.md names their sources.
"""

import csv
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.text import fold_words

# The zone of rows without one, by (country, region).
Zones = dict[tuple[str, str], str]

GAZETTEER_FOLDER = Path(__file__).parent
ZIPS, CITIES, COUNTRIES, ZONES = (
    GAZETTEER_FOLDER / f"{name}.csv" for name in ("zips", "cities", "countries", "zones")
)

SHORT_WORDS = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}
LONE_LETTER = re.compile(r"\b([dlo]) (?=\w)")


def fold_name(text: str) -> str:
    """Return the form in which names are compared: `"St. John’s"` and `"SAINT JOHNS"` both give `"saint johns"`.

    It has no case, accents, punctuation or doubled spaces; full-width digits become ASCII. A single d, l or o
    joins the next word, so that "O'Fallon", "O Fallon" and "OFallon" are one. Takes any text.
    """
    words = " ".join([SHORT_WORDS.get(word, word) for word in fold_words(text).split()])
    return LONE_LETTER.sub(r"\1", words)


def read_rows() -> Iterator[dict[str, Any]]:
    """Yield every row of the gazetteer as the fields of a `GazetteerPlace`.

    ZIPs come first. Then come the towns, once for each spelling. The name of a ZIP is its town, or "near" and a town.
    """
    zones = area_zones()
    for row in _rows(ZIPS):
        yield _zip_row(row, zones)
    for row in _rows(CITIES):
        yield from _city_rows(row, zones)


def area_zones() -> Zones:
    """Return the time zone of most towns in each country, or where it has several, in each of its regions."""
    return {(row["country"], row["region"]): row["zone"] for row in _rows(ZONES)}


def country_names() -> dict[str, str]:
    """Return the English name of each country by its ISO 3166 code."""
    return {row["code"]: row["name"] for row in _rows(COUNTRIES)}


def load_gazetteer(model: Any, batch: int = 5000) -> int:
    """Insert every row into the table of `model`, which may be a historical model, and return their number.

    The function runs plain INSERT statements, which take a third of the time of model instances.
    """
    # Imported here, since the script that writes the files runs without Django.
    from django.db import connections, router, transaction

    connection = connections[router.db_for_write(model)]
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table, places = connection.ops.quote_name(model._meta.db_table), ", ".join(["%s"] * len(fields))
    insert = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 - names from the model alone
    rows, count = ([row[field.name] for field in fields] for row in read_rows()), 0
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        while chunk := list(itertools.islice(rows, batch)):
            cursor.executemany(insert, chunk)
            count += len(chunk)
    return count


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file as dictionaries by column name."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _zip_row(row: dict[str, str], zones: Zones) -> dict[str, Any]:
    """Return the gazetteer row of a US ZIP code from a row of the ZIP file."""
    return {
        "key": row["zip"],
        "name": row["city"],
        "region": row["state"],
        "country": "US",
        "latitude": float(row["latitude"]),
        "longitude": float(row["longitude"]),
        "population": 0,
        "zone": row["zone"] or zones["US", row["state"]],
        "is_zip": True,
    }


def _city_rows(row: dict[str, str], zones: Zones) -> Iterator[dict[str, Any]]:
    """Yield a gazetteer row for each spelling of a town from a row of the file of towns."""
    fields = {
        "name": row["name"],
        "region": row["region"],
        "country": row["country"],
        "latitude": float(row["latitude"]),
        "longitude": float(row["longitude"]),
        "population": int(row["population"]),
        "zone": row["zone"] or zones[row["country"], row["region"]],
        "is_zip": False,
    }
    spellings = [row["name"], *filter(None, row["also"].split("|"))]
    for key in dict.fromkeys(fold_name(spelling) for spelling in spellings):
        yield {"key": key, **fields}
