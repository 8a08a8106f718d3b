"""`load_facts`: what ships arrives whole, a second time writes nothing, and people's corrections stay."""

import dataclasses
import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory.hotlines.by_country import source_text
from directory.kinds.registry import kinds
from directory.models import Channel, Listing
from directory.models.community import Community
from directory.models.hotline import Hotline
from directory.models.peer_program import PeerProgram
from directory.models.recovery_housing import RecoveryHousing
from directory.models.therapist import Therapist
from directory.models.treatment import Treatment
from directory.reference_data import loader
from directory.reference_data.loader import WITHDRAWN, load_hotlines
from directory.reference_data.parser import (
    ChannelFact,
    HoursFact,
    read_hotlines,
    read_mutual_aid,
    read_national_finders,
)
from directory.vocabulary import Status
from groups.models import SupportGroup
from tests.builders import make_listing

pytestmark = pytest.mark.django_db
WRITES = ("INSERT", "UPDATE", "DELETE")


def said() -> str:
    out = StringIO()
    call_command("load_facts", stdout=out)
    return out.getvalue()


def shipping(monkeypatch, *facts):
    monkeypatch.setattr(loader, "read_hotlines", lambda: list(facts))


@pytest.fixture
def line():
    return next(fact for fact in read_hotlines() if fact.slug == "us-988-lifeline")


def test_load_facts_brings_every_line_and_organization() -> None:
    said()
    slugs = {fact.slug for fact in [*read_hotlines(), *read_mutual_aid(), *read_national_finders()]}
    assert (
        set(Listing.objects.published().filter(source="facts").values_list("source_ref", flat=True)) == slugs
    )
    assert Hotline.objects.filter(kind="hotlines").count() == len(read_hotlines())
    assert SupportGroup.objects.filter(kind="support-groups").count() == len(read_mutual_aid())
    assert not Listing.objects.filter(sample=True).exists()
    finders = Listing.objects.filter(national_finder=True)
    assert set(finders.values_list("source_ref", flat=True)) == {
        "us-211",
        *(fact.slug for fact in read_national_finders()),
    }
    assert not finders.exclude(place=None).exists()


def test_load_national_finders_keeps_the_facts_of_a_kind() -> None:
    said()
    finder = Treatment.objects.get(slug="us-findtreatment")
    assert (finder.national_finder, finder.modes, finder.country) == (True, ("online",), "US")
    assert "detox" in finder.care
    assert [each.type for each in finder.channels.all()] == ["website"]


def test_load_national_finders_withdraws_what_no_longer_ships(monkeypatch) -> None:
    said()
    monkeypatch.setattr(loader, "read_national_finders", lambda: read_national_finders()[1:])
    assert loader.load_national_finders()["withdrawn"] == 1
    assert Treatment.objects.get(slug="us-findtreatment").status == Status.PAUSED


def test_load_facts_keeps_all_that_a_line_says(line) -> None:
    said()
    listing = Hotline.objects.get(slug=line.slug)
    assert (listing.is_main, listing.always_open, listing.country) == (True, True, "US")
    assert listing.steps == list(line.what_to_expect)
    assert listing.modes == ("online", "phone")
    ways = [(each.type, each.dial) for each in listing.channels.all()]
    assert ways[:-1] == [(each.type, each.dial) for each in line.channels]
    assert ways[-1] == ("website", line.website)
    assert source_text(listing).startswith("From samhsa.gov, read on ")


@pytest.mark.parametrize(
    ("page_date", "end"),
    [
        (2017, ", page of 2017"),
        (datetime.date(2017, 6, 5), ", page of 2017"),
        (2024, ", page of 2024"),
        (datetime.date(2024, 11, 27), ", page of 2024"),
        (datetime.date(2024, 11, 28), "November 2026"),
        (2025, "November 2026"),
        (None, "November 2026"),
    ],
)
def test_source_with_an_old_page_is_shown_as_dated(monkeypatch, time_machine, line, page_date, end) -> None:
    time_machine.move_to(datetime.datetime(2026, 11, 28, 20, 0, tzinfo=datetime.UTC))
    read = {"copied": datetime.date(2026, 11, 20), "copied_is": "read", "source": "https://www.example.org/a"}
    shipping(monkeypatch, dataclasses.replace(line, **read, page_date=page_date))
    load_hotlines()
    words = source_text(Hotline.objects.get(slug=line.slug))
    assert words.startswith("From example.org, read on 20 November 2026")
    assert words.endswith(end)


def test_load_hotlines_brings_deaf_access(monkeypatch, line) -> None:
    ways = (
        ChannelFact(type="videophone", dial="https://example.org/asl", display="example.org/asl"),
        ChannelFact(type="tty", dial="+14085550101", display="408-555-0101"),
    )
    said = "Dial 711 for a relay operator."
    shipping(monkeypatch, dataclasses.replace(line, channels=(*line.channels, *ways), deaf_access=said))
    load_hotlines()
    listing = Hotline.objects.get(slug=line.slug)
    assert listing.deaf_access == said
    hrefs = {each.type: each.href for each in listing.channels.all()}
    assert hrefs["videophone"] == "https://example.org/asl"
    assert hrefs["tty"] == "tel:+14085550101"
    assert "TTY" in kinds["hotlines"].card_labels(listing)
    assert "videophone" in kinds["hotlines"].card_labels(listing)


def test_load_hotlines_keeps_and_changes_opening_hours(monkeypatch, line) -> None:
    week = HoursFact(days=("mon", "fri"), opens="09:00", closes="17:00")
    timed = dataclasses.replace(line, always_open=False, hours=(week,), zone="America/New_York")
    shipping(monkeypatch, timed)
    load_hotlines()
    listing = Hotline.objects.get(slug=line.slug)
    assert [(each.weekday, each.opens.hour) for each in listing.intervals.all()] == [(0, 9), (4, 9)]
    assert listing.opening_hours().zone == "America/New_York"
    shipping(monkeypatch, dataclasses.replace(timed, hours=(dataclasses.replace(week, opens="10:00"),)))
    assert load_hotlines()["changed"] == 1
    assert [each.opens.hour for each in listing.intervals.all()] == [10, 10]


def test_load_facts_offers_the_meeting_finder() -> None:
    said()
    finder = Channel.objects.get(listing__slug="alcoholics-anonymous", display="Find a meeting")
    assert finder.href == "https://www.aa.org/find-aa"


def test_load_facts_makes_valid_listings() -> None:
    said()
    for model in (Hotline, SupportGroup, Treatment, Therapist, PeerProgram, RecoveryHousing, Community):
        for listing in model.objects.all():
            listing.full_clean()
            for row in [*listing.channels.all(), *listing.intervals.all()]:
                row.full_clean()


def test_load_facts_a_second_time_writes_nothing() -> None:
    assert f"{len(read_hotlines()) + len(read_mutual_aid()) + len(read_national_finders())} new" in said()
    with CaptureQueriesContext(connection) as queries:
        assert "0 new, 0 changed" in said()
    assert [each["sql"] for each in queries if each["sql"].startswith(WRITES)] == []


def test_load_facts_prints_one_line_and_none_when_quiet() -> None:
    assert said().count("\n") == 1
    out = StringIO()
    call_command("load_facts", stdout=out, verbosity=0)
    assert out.getvalue() == ""


def test_load_hotlines_brings_a_changed_fact(monkeypatch, line) -> None:
    said()
    way = dataclasses.replace(line.channels[0], note="New note.")
    changed = dataclasses.replace(
        line,
        summary="New words.",
        channels=(way,),
        copied=datetime.date(2027, 1, 2),
        source="https://example.org/a",
    )
    shipping(monkeypatch, *[changed if fact.slug == line.slug else fact for fact in read_hotlines()])
    assert load_hotlines()["changed"] == 1
    listing = Hotline.objects.get(slug=line.slug)
    assert listing.summary == "New words."
    assert [each.note for each in listing.channels.all()] == ["New note.", ""]
    assert source_text(listing) == "From example.org, read on 2 January 2027"


def test_load_facts_keeps_what_a_curator_corrected(line) -> None:
    said()
    listing = Hotline.objects.get(slug=line.slug)
    listing.name, listing.summary = "Corrected name", "Not corrected"
    mark = {"corrected_by": "curator", "when": "2026-03-03"}
    listing.provenance |= {"name": mark, "channels": mark}
    listing.save()
    listing.channels.filter(type="chat").delete()
    assert "1 changed" in said()
    listing.refresh_from_db()
    assert (listing.name, listing.summary) == ("Corrected name", line.summary)
    assert not listing.channels.filter(type="chat").exists()
    assert listing.provenance["name"] == mark


def test_load_facts_leaves_a_paused_line_paused(line) -> None:
    said()
    Listing.objects.filter(slug=line.slug).update(status=Status.PAUSED, status_reason="Moving house.")
    assert "0 changed" in said()
    assert Listing.objects.get(slug=line.slug).status == Status.PAUSED


def test_load_hotlines_pauses_what_no_longer_ships_and_brings_it_back(monkeypatch, line) -> None:
    said()
    shipping(monkeypatch, *[fact for fact in read_hotlines() if fact.slug != line.slug])
    assert load_hotlines()["withdrawn"] == 1
    assert load_hotlines()["withdrawn"] == 0
    listing = Listing.objects.get(slug=line.slug)
    assert (listing.status, listing.status_reason) == (Status.PAUSED, WITHDRAWN)
    shipping(monkeypatch, *read_hotlines())
    assert load_hotlines()["changed"] == 1
    assert Listing.objects.get(slug=line.slug).status == Status.PUBLISHED


def test_load_facts_leaves_a_listing_of_the_same_slug_alone(line) -> None:
    other = make_listing("hotlines", slug=line.slug, name="Ours")
    said()
    other.refresh_from_db()
    assert other.name == "Ours"
    assert Hotline.objects.get(source="facts", source_ref=line.slug).slug == f"{line.slug}-facts"


def test_load_facts_is_all_or_nothing(monkeypatch) -> None:
    def broken():
        raise ValueError("a wrong row")

    monkeypatch.setattr("groups.reference_data.read_mutual_aid", broken)
    with pytest.raises(ValueError, match="a wrong row"):
        said()
    assert not Listing.objects.exists()
