"""The page /now/: its content, its size, and that it opens while the database is stopped."""

import datetime
import gzip
import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import LazySettings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from directory.hotlines import help_now, snapshot
from directory.listings.availability import AskedAt
from directory.models import Channel, HoursException, OpeningInterval
from directory.models.hotline import Hotline
from directory.reference_data.loader import load_hotlines
from tests.builders import make_group, make_listing, make_meeting

pytestmark = pytest.mark.django_db

MONDAY_NOON = datetime.datetime(2026, 3, 9, 19, 0, tzinfo=datetime.UTC)  # in Los Angeles


@pytest.fixture(autouse=True)
def state(settings: LazySettings, tmp_path: Path) -> Path:
    settings.STATE_DIR = tmp_path
    snapshot._file_contents.clear()
    return tmp_path


@pytest.fixture
def monday_noon(time_machine) -> None:
    time_machine.move_to(MONDAY_NOON, tick=False)


def make_hotline(**facts: object) -> Hotline:
    line = make_listing("hotlines", **{"country": "US", "always_open": True, **facts})
    Channel.objects.create(listing=line, type="call", dial="+14085550100", display="408-555-0100")
    return line


def page(client: Client, address: str = "/now/") -> BeautifulSoup:
    return BeautifulSoup(client.get(address).content, "html.parser")


def names(page: BeautifulSoup) -> list[str]:
    return [each.b.text for each in page.select(".contacts > li")]


@pytest.mark.usefixtures("monday_noon")
def test_hotlines_show_state_and_next_opening(client: Client) -> None:
    make_hotline(name="Always", is_main=True)
    later = make_hotline(name="Later", always_open=False, zone="America/Los_Angeles", audiences=("women",))
    OpeningInterval.objects.create(listing=later, weekday=0, opens="18:00", closes="20:00")
    text = page(client)
    assert text.select_one(".contacts .open").text == "open, any hour, any day"
    assert text.select_one(".columns .closed").text == "closed, opens today 6:00 pm, for women"


@pytest.mark.usefixtures("monday_noon")
def test_online_meetings_come_first(client: Client) -> None:
    for name, modes in (("Far room", ("in-person",)), ("By screen", ("online",))):
        make_meeting(make_group(name=name, modes=modes), start=datetime.time(11, 30), minutes=60)
    assert names(page(client)) == ["By screen", "Far room"]


@pytest.mark.usefixtures("monday_noon")
def test_coming_meetings_show_if_none_is_in_progress(client: Client) -> None:
    make_meeting(make_group(name="Evening"))
    text = page(client)
    assert text.find("h2", string="Rooms that open next")
    assert names(text) == ["Evening"]


def test_country_parameter_selects_country(client: Client) -> None:
    make_hotline(name="Here")
    make_hotline(name="There", country="CA")
    assert names(page(client)) == ["Here"]
    assert names(page(client, "/now/?country=CA")) == ["There"]
    assert names(page(client, "/now/?country=%00")) == ["Here"]
    assert page(client).select_one("a[href='/now/?country=CA']").text == "Canada"


@pytest.mark.parametrize("address", ["/now/?country=ZA", "/hotlines/?country=ZA"])
def test_second_emergency_number_is_shown(client: Client, address: str) -> None:
    life = page(client, address).select_one(".emergency")
    assert [each["href"] for each in life.select("a")] == ["tel:112", "tel:10177"]
    assert "112 is for mobile phones" in life.text


def test_single_emergency_number_is_shown_alone(client: Client) -> None:
    life = page(client, "/now/?country=US").select_one(".emergency")
    assert [each["href"] for each in life.select("a")] == ["tel:911"]
    assert len(life.select("p")) == 1


def test_page_is_smaller_than_15_kb(client: Client) -> None:
    load_hotlines()
    for number in range(10):
        group = make_group(name=f"A room with a name of some length, number {number}", modes=("online",))
        make_meeting(group, repeat="ongoing", weekday=None, start=None, join_url="https://example.org/a-room")
    content = client.get("/now/").content
    assert len(content) < 15_000
    assert len(gzip.compress(content)) < 5_000


# ---- without a database ----


@pytest.mark.parametrize("change", ["save", "update", "channel", "hours"])
def test_change_to_hotline_updates_snapshot(client: Client, change: str) -> None:
    line = make_hotline(name="Before")
    client.get("/now/")
    before = snapshot.snapshot_path("US").read_bytes()
    if change == "save":
        line.name = "After"
        line.save()
    elif change == "update":
        Hotline.objects.update(name="After")
    elif change == "channel":
        line.channels.update(dial="+14085550199")
    else:
        HoursException.objects.create(listing=line, date=timezone.localdate())
    client.get("/now/")
    assert snapshot.snapshot_path("US").read_bytes() != before
    assert snapshot.load_snapshots("US") == [snapshot.snapshot_from_listing(Hotline.objects.get())]


def test_unchanged_snapshots_are_not_written(client: Client) -> None:
    make_hotline()
    client.get("/now/")
    when = snapshot.snapshot_path("US").stat().st_mtime_ns
    snapshot._file_contents.clear()
    client.get("/now/")
    assert snapshot.snapshot_path("US").stat().st_mtime_ns == when


def test_snapshots_equal_bundled_facts() -> None:
    """For every bundled hotline, at many hours of a week, row, snapshot and fact agree."""
    load_hotlines()
    help_now.save_all_snapshots()
    start = timezone.now()
    for country in ("US", "GB", "CA", "DE"):
        rows = help_now.page_context(country, AskedAt(start, "America/Los_Angeles"))
        kept = {each.slug: each for each in snapshot.load_snapshots(country)}
        facts = {each.slug: each for each in snapshot.bundled_snapshots(country)}
        assert kept.keys() == facts.keys() >= {each["slug"] for each in rows["open"]}
        for hours in range(0, 168, 12):
            at = AskedAt(start + datetime.timedelta(hours=hours), "America/Los_Angeles")
            assert {slug: line.availability(at) for slug, line in kept.items()} == {
                slug: line.availability(at) for slug, line in facts.items()
            }


@pytest.mark.parametrize("bent", [b"", b"{", b"[]", b'{"format": 1, "lines": [{"slug": "x"}]}', b'{"format": 9}',
    b'{"format": 1, "lines": [{"slug": "x", "name": "X", "zone": "UTC", "intervals": [[0, "morning", "noon"]]}]}',
])  # fmt: skip
def test_damaged_file_falls_back_to_bundled_snapshots(bent: bytes) -> None:
    snapshot.snapshot_path("US").parent.mkdir()
    snapshot.snapshot_path("US").write_bytes(bent)
    assert snapshot.load_without_database("US") == snapshot.bundled_snapshots("US")
    assert snapshot.bundled_snapshots("US")[0].is_main


def test_unwritable_folder_does_not_break_page(client: Client, state: Path) -> None:
    make_hotline(name="Here")
    (state / "lines").write_text("in the way")
    assert names(page(client)) == ["Here"]


def test_load_facts_saves_snapshots_of_every_country(django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        call_command("load_facts", verbosity=0)
    assert json.loads(snapshot.snapshot_path("GB").read_bytes())["lines"]


# ---- order, and how deaf people reach the main line ----


def test_hotlines_sort_by_narrowness(client: Client) -> None:
    make_hotline(name="Finder", concerns=("any",), national_finder=True)
    make_hotline(name="For some", concerns=("any",), audiences=("veterans",))
    make_hotline(name="Gambling", concerns=("gambling",))
    make_hotline(name="Drugs", concerns=("opioids",))
    make_hotline(name="Zest for anything", concerns=("any",))
    make_hotline(name="Main", is_main=True, concerns=("any",))
    order = ["Main", "Zest for anything", "Drugs", "Gambling", "For some", "Finder"]
    assert names(page(client)) == order
    shown = BeautifulSoup(client.get("/hotlines/").content, "html.parser")
    assert [each.a.text for each in shown.select("article h3")] == order


def test_snapshot_has_deaf_access(client: Client) -> None:
    line = make_hotline(name="Main", is_main=True, deaf_access="Dial 711 for a relay operator.")
    Channel.objects.create(listing=line, type="videophone", dial="+14085550101", display="408-555-0101")
    text = page(client)
    assert "Dial 711 for a relay operator." in text.select_one(".contacts").text
    assert text.select_one("a[href='tel:+14085550101']")
    assert text.select_one("a[href='/find/?kind=hotlines&deaf=1&country=US']")
    assert snapshot.load_snapshots("US")[0].deaf_access == "Dial 711 for a relay operator."
    assert ("videophone", "+14085550101", "408-555-0101", "") in snapshot.load_snapshots("US")[0].channels
