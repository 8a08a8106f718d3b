"""Walks through the site with the ninth kind: every page, filter, count, admin page and export, and the oracle.

`test_ninth_kind.py` runs these tests, with the settings of `ninth_kind_settings.py`.
"""

import datetime
import json
import random

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from curation.duplicates import auto_merge
from curation.duplicates import services as duplicates
from curation.models import LikelyDuplicate, Suggestion
from directory.admin import csv_io
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.listings.availability import AskedAt
from directory.models import Channel, Listing, OpeningInterval, Verification
from directory.search.filter_registry import offered_filters
from directory.search.index import manager, triggers
from directory.search.query import SearchQuery
from feeds.formats import WRITERS
from tests.builders import make_curator, make_group, make_listing, make_place
from tests.curation.submissions.submitting import post_form, send_report, send_suggestion
from tests.directory.admin.test_admin import act, add, address, change
from tests.directory.kinds.ninth_kind.models import Court, LegalClinic
from tests.directory.search import search_oracle
from tests.directory.search.search_oracle import Oracle
from tests.directory.search.test_search_oracle import compare
from tests.form_filling import sent_by

pytestmark = pytest.mark.django_db
KIND = kinds["legal-clinics"]
PAGE = "/legal-clinics/"


def make_clinic(**facts) -> LegalClinic:
    defaults = {
        "modes": ("in-person",), "languages": ("en",), "concerns": ("any",), "topics": ("housing",),
        "country": "US", "summary": "Free advice.",
    }  # fmt: skip
    return make_listing("legal-clinics", **{**defaults, **facts})


@pytest.fixture
def clinics() -> list[LegalClinic]:
    """Three clinics that differ in each of the kind's facts, beside listings of other kinds."""
    today = timezone.localdate()
    harbor = make_clinic(
        slug="harbor", name="Harbor Legal Clinic", place=make_place(), topics=("housing", "records"), fee="none",
        walk_ins="yes", walk_ins_on=today, what_to_bring="Bring a photograph card.", zone="America/Los_Angeles",
    )  # fmt: skip
    hill = make_clinic(
        slug="hill", name="Hill Legal Clinic", place=make_place(), topics=("custody",), fee="sliding",
        walk_ins="no", walk_ins_on=today, languages=("es",),
    )  # fmt: skip
    old = make_clinic(
        slug="old", name="Old Legal Clinic", modes=("online",), topics=("housing",), walk_ins="yes",
        walk_ins_on=today - datetime.timedelta(days=31),
    )  # fmt: skip
    Court.objects.create(clinic=harbor, county="north")
    Court.objects.create(clinic=hill, county="south")
    Channel.objects.create(listing=harbor, type="call", dial="4085550101", display="408-555-0101")
    for weekday in range(7):
        OpeningInterval.objects.create(
            listing=harbor, weekday=weekday, opens=datetime.time(0), closes=datetime.time(0)
        )
    make_group(meetings=1)
    make_listing("therapists")
    make_listing("hotlines", country="US")
    return [harbor, hill, old]


def soup(response) -> BeautifulSoup:
    assert response.status_code == 200, response
    return BeautifulSoup(response.content.decode(), "html.parser")


def total(page: BeautifulSoup) -> int:
    return int(page.select_one("[data-total]")["data-total"])


def slugs_on(page: BeautifulSoup) -> set[str]:
    return {each["data-listing"] for each in page.select('article[data-kind="legal-clinics"]')}


def test_system_checks_and_migrations_are_complete(clinics) -> None:
    assert triggers.check_triggers(None) == []
    call_command("check", fail_level="WARNING")
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_every_page_of_a_visitor_opens(client: Client, clinics, prefix: str) -> None:
    for path in (
        "/", "/find/", PAGE, "/now/", "/hotlines/", "/my-network/", "/suggest/", "/listing/harbor/",
        "/listing/harbor/report/", "/find/?kind=legal-clinics", "/about/", "/guides/",
    ):  # fmt: skip
        assert soup(client.get(prefix + path)).select_one("h1"), path


def test_home_has_its_tile(client: Client, clinics) -> None:
    tile = soup(client.get("/")).select_one(f'a[href="{PAGE}"]').get_text(" ")
    assert "Legal clinics" in tile
    assert "Advice on court" in tile
    assert "1 open now" in tile
    OpeningInterval.objects.all().delete()
    assert "3 clinics" in soup(client.get("/")).select_one(f'a[href="{PAGE}"]').get_text(" ")


def test_find_counts_and_shows_it(client: Client, clinics) -> None:
    page = soup(client.get("/find/"))
    assert page.select_one('[name="kind"][value="legal-clinics"]')["data-count"] == "3"
    assert slugs_on(soup(client.get("/find/?kind=legal-clinics"))) == {"harbor", "hill", "old"}
    assert slugs_on(soup(client.get("/find/?q=harbor"))) == {"harbor"}


@pytest.mark.parametrize("words", ["legal clinic", "photograph", "Legal clinics near 95112"])
def test_words_find_it(client: Client, clinics, words: str) -> None:
    """By the name of the kind, by a text that only this kind has, and beside a place."""
    assert "harbor" in slugs_on(soup(client.get("/find/", {"q": words})))


def test_suggestions_of_the_search_box_know_it(client: Client, clinics) -> None:
    assert "Legal clinics" in client.get("/find/suggest/?q=legal").content.decode()


def test_each_option_of_each_filter_finds_what_its_count_says(client: Client, clinics) -> None:
    page = soup(client.get(PAGE))
    options = [
        (field["name"], field["value"], int(field["data-count"]))
        for field in page.select("[data-count][name][value]")
        if field["value"]
    ]
    own = {each.key for each in KIND.filters}
    assert own <= {name for name, _value, _count in options}
    assert {name for name, _value, _count in options} >= {"mode", "language", "channel"}
    found = {}
    for name, value, count in options:
        if name == "country":
            continue
        answer = soup(client.get(PAGE, {name: value}))
        assert total(answer) == count, (name, value)
        found[name, value] = slugs_on(answer)
    assert found["walk_ins", "1"] == {"harbor"}
    assert found["topic", "housing"] == {"harbor", "old"}
    assert found["fee", "sliding"] == {"hill"}
    assert found["court", "south"] == {"hill"}
    assert found["language", "es"] == {"hill"}


def test_listing_page_shows_its_facts(client: Client, clinics) -> None:
    page = soup(client.get("/listing/harbor/"))
    text = page.select_one("main").get_text(" ", strip=True)
    assert "At the clinic" in text
    assert "Bring a photograph card." in text
    assert "2 topics" in text
    assert "Courts: North County." in client.get(PAGE).content.decode()
    data = json.loads(page.select_one('script[type="application/ld+json"]').text)
    assert data["@type"] == "LegalService"
    assert data["areaServed"] == ["North County"]
    assert len(data["openingHoursSpecification"]) == 7
    assert "latitude" in data["geo"]


def test_crisis_pages_do_not_take_it_for_a_line(client: Client, clinics) -> None:
    assert "Harbor Legal Clinic" not in client.get("/now/").content.decode()
    assert "Harbor Legal Clinic" not in client.get("/hotlines/").content.decode()


def test_saved_listing_stands_in_my_network(client: Client, clinics) -> None:
    form = soup(client.get(PAGE)).select_one('article[data-listing="harbor"] form[method="post"]')
    sent = {field["name"]: field.get("value", "") for field in form.select("input[name], button[name]")}
    assert post_form(client, form["action"], **sent).status_code in (200, 303)
    assert "Harbor Legal Clinic" in client.get("/my-network/").content.decode()


def test_report_and_suggestion_take_it(client: Client, clinics) -> None:
    assert send_report(client, "harbor").status_code in (200, 303)
    choices = soup(client.get("/suggest/")).select('option[value="legal-clinics"]')
    assert [choice.text for choice in choices] == ["Legal clinic"]
    assert send_suggestion(client, kind="legal-clinics", name="River Legal Clinic").status_code in (200, 303)
    assert Suggestion.objects.get().kind == "legal-clinics"


def test_sitemap_lists_its_page_and_its_listings(client: Client, clinics) -> None:
    assert "/legal-clinics/</loc>" in client.get("/sitemap-pages.xml").content.decode()
    assert "/listing/harbor/</loc>" in client.get("/sitemap-listings.xml").content.decode()


def test_change_shows_at_the_next_request(client: Client, clinics) -> None:
    """Changes of its own table and of the further table that it declares, by plain SQL."""
    assert total(soup(client.get(PAGE, {"fee": "sliding"}))) == 1
    LegalClinic.objects.filter(slug="old").update(fee="sliding")
    assert total(soup(client.get(PAGE, {"fee": "sliding"}))) == 2
    Court.objects.filter(county="south").update(county="north")
    assert total(soup(client.get(PAGE, {"court": "north"}))) == 2
    Court.objects.all().delete()
    assert total(soup(client.get(PAGE, {"court": "north"}))) == 0


def test_due_dates_follow_its_declaration(clinics) -> None:
    today, day = timezone.localdate(), datetime.timedelta(days=1)
    assert freshness.next_due_date("legal-clinics", today) == today + 120 * day
    assert freshness.next_due_date("legal-clinics", today, ["hours"]) == today + 45 * day
    assert freshness.next_due_date("legal-clinics", today, ["walk_ins"]) == today + 30 * day
    Verification.objects.create(listing=clinics[1], verified_on=today - 181 * day, method="called")
    Verification.objects.create(listing=clinics[2], verified_on=today - 179 * day, method="called")
    rows = Listing.objects.with_last_check().filter(kind="legal-clinics")
    assert [listing.slug for listing in rows if freshness.is_stale(listing, today)] == ["hill"]


def test_admin_lists_adds_changes_and_remembers(client: Client, clinics) -> None:
    make_curator(client, "publisher")
    harbor = clinics[0]
    assert "Harbor Legal Clinic" in client.get(address(LegalClinic, "changelist")).content.decode()
    added = add(client, LegalClinic, name="Lake Legal Clinic", topics=["records"], status="published")
    assert added.status_code == 302
    lake = LegalClinic.objects.get(name="Lake Legal Clinic")
    assert (lake.kind, lake.topics) == ("legal-clinics", ("records",))
    assert change(client, harbor, fee="sliding", checked="called").status_code == 302
    harbor.refresh_from_db()
    assert harbor.fee == "sliding"
    assert harbor.verifications.get().due_on in (None, timezone.localdate() + datetime.timedelta(days=120))
    assert client.get(address(LegalClinic, "history", harbor.pk)).status_code == 200
    offered = soup(client.get(address(LegalClinic, "change", harbor.pk))).select('[name="checked_facts"]')
    assert [field["value"] for field in offered] == ["walk_ins", "hours"]


def test_admin_changes_several_at_once(client: Client, clinics) -> None:
    make_curator(client, "publisher")
    for step in ("preview", "apply"):
        sent = {"step": step, "add_payment": ["free"]}
        assert act(client, LegalClinic, "change_several", clinics, **sent).status_code == 200
    assert {clinic.payment for clinic in LegalClinic.objects.all()} == {("free",)}
    act(client, LegalClinic, "checked_by_phone", clinics)
    assert Verification.objects.count() == 3
    act(client, LegalClinic, "pause", clinics[:1], reason="Moving.")
    assert Listing.objects.get(slug="harbor").status == "paused"


def test_csv_goes_out_and_comes_in(client: Client, clinics) -> None:
    make_curator(client, "publisher")
    answer = act(client, LegalClinic, "download", clinics)
    rows = b"".join(answer.streaming_content).decode()
    assert "harbor" in rows
    assert {"topics", "fee", "walk_ins", "what_to_bring"} <= set(csv_io.csv_columns(KIND))
    page = reverse("admin:ninth_kind_legalclinic_upload")
    file = SimpleUploadedFile("clinics.csv", b"slug,topics,fee\nhill,custody records,none\n")
    look = client.post(page, {"file": file})
    assert look.context["preview"].problems == []
    assert client.post(page, sent_by(look, "form.apply"), follow=True).status_code == 200
    hill = LegalClinic.objects.get(slug="hill")
    assert (set(hill.topics), hill.fee) == ({"custody", "records"}, "none")


def test_curators_see_its_work_queues(client: Client, clinics) -> None:
    make_curator(client, "publisher")
    today = timezone.localdate()
    Verification.objects.create(
        listing=clinics[0], verified_on=today - datetime.timedelta(days=200), method="called"
    )
    page = client.get("/admin/").content.decode()
    assert reverse("admin:ninth_kind_legalclinic_changelist") in page
    assert LegalClinic in admin.site._registry


def test_duplicates_are_found_and_left_to_a_curator(clinics) -> None:
    """`auto_merge` is off for the kind, so that not even identical listings are merged without a person."""
    twin = {"name": "Twin Legal Clinic", "place": make_place(), "source_ref": "1"}
    pair = [make_clinic(source=source, **twin) for source in ("one", "two")]
    for clinic in pair:
        Channel.objects.create(listing=clinic, type="call", dial="4085550109", display="408-555-0109")
    duplicates.store_duplicates()
    [double] = LikelyDuplicate.objects.filter(first=pair[0], second=pair[1])
    assert not auto_merge.may_be_identical(double)
    assert auto_merge.merge_identical_pairs() == 0


def test_exports_leave_it_out(clinics, capsys) -> None:
    """No open format that the site writes has this kind; each of them is written as before."""
    for name in WRITERS:
        call_command("export_feed", name)
        assert "Harbor Legal Clinic" not in capsys.readouterr().out


def test_oracle_finds_counts_and_orders_the_same(clinics, monkeypatch: pytest.MonkeyPatch) -> None:
    def courts_of(listing):
        own = getattr(listing, "legalclinic", None)
        return [court.county for court in own.courts.all()] if own else []

    monkeypatch.setitem(search_oracle.RELATED, "court", courts_of)
    assert search_oracle.unknown_filters() == set()
    manager.clear_index()
    oracle, at = Oracle(), AskedAt.now_in_zone()
    chance = random.Random("ninth kind")
    filters = offered_filters(("legal-clinics",), {})
    assert len(oracle.listings) >= 6
    for _number in range(150):
        chosen = {
            each.key: (chance.choice(each.options)[0],)
            for each in chance.sample(filters, chance.choice((0, 1, 1, 2)))
        }
        query = SearchQuery(
            q=chance.choice(("", "", "legal clinic", "harbor", "photograph", "free advice", "therapist")),
            kinds=chance.choice(((), ("legal-clinics",), ("legal-clinics", "therapists"))),
            chosen=tuple(sorted(chosen.items())),
            sort=chance.choice(("", "best", "soonest")),
        )
        compare(oracle, query, None, at)
