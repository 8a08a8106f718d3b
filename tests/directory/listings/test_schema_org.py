"""Structured data for each kind, the sitemap, and the pages that robots are excluded from."""

import json
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client

from directory.kinds.registry import kinds
from directory.models import Channel, OpeningInterval
from tests.builders import make_group, make_listing, make_meeting, make_place

pytestmark = pytest.mark.django_db

# Of https://schema.org: the types that we use, and the properties of each and of its parents that we fill in.
THING = {"@context", "@type", "@id", "name", "description", "url"}
ORGANIZATION = THING | {
    "telephone",
    "contactPoint",
    "knowsLanguage",
    "parentOrganization",
    "address",
    "location",
    "event",
}
BUSINESS = ORGANIZATION | {"geo", "openingHoursSpecification"}
PROPERTIES = {
    "Organization": ORGANIZATION, "MedicalBusiness": BUSINESS, "MedicalClinic": BUSINESS, "LodgingBusiness": BUSINESS,
    "CreativeWork": THING | {"inLanguage", "publisher"},
    "PostalAddress": {"@type", "streetAddress", "addressLocality", "addressRegion", "postalCode", "addressCountry"},
    "GeoCoordinates": {"@type", "latitude", "longitude"},
    "Place": {"@type", "geo", "address"},
    "VirtualLocation": {"@type", "url"},
    "Audience": {"@type", "audienceType"},
    "ContactPoint": {"@type", "telephone", "description"},
    "OpeningHoursSpecification": {"@type", "dayOfWeek", "opens", "closes"},
    "Event": {
        "@type", "name", "description", "eventSchedule", "eventAttendanceMode", "inLanguage", "audience", "location",
    },
    "Schedule": {"@type", "repeatFrequency", "byDay", "startDate", "startTime", "duration", "scheduleTimezone"},
}  # fmt: skip


def structured_data(client: Client, slug: str) -> dict:
    block = BeautifulSoup(client.get(f"/listing/{slug}/").content, "html.parser").select_one(
        "[type='application/ld+json']"
    )
    return json.loads(block.string) if block else {}


def typed_objects(value: object) -> list[dict]:
    """Return each object in the value that has a type."""
    if isinstance(value, list):
        return [each for one in value for each in typed_objects(one)]
    if not isinstance(value, dict):
        return []
    return [value, *(each for one in value.values() for each in typed_objects(one))]


@pytest.mark.parametrize("slug", kinds)
def test_kind_uses_only_properties_of_its_type(client: Client, slug: str) -> None:
    listing = make_listing(
        slug, slug="one", summary="A place", languages=("en",), place=make_place(), zone="America/Los_Angeles"
    )
    Channel.objects.create(listing=listing, type="call", dial="+14085550100")
    OpeningInterval.objects.create(listing=listing, weekday=0, opens="09:00", closes="17:00")
    if slug == "support-groups":
        facts = {"modes": ("in-person", "online"), "audiences": ("women",), "note": "Ring twice."}
        make_meeting(
            listing, repeat="monthly", weeks=("-1",), join_url="https://meet.example.org/one", **facts
        )
    found = structured_data(client, "one")
    assert found["@type"] == kinds[slug].schema_type
    for each in typed_objects(found):
        assert each.keys() <= PROPERTIES[each["@type"]], each


def test_event_has_schedule_and_zone(client: Client) -> None:
    make_meeting(make_group(slug="one"), repeat="monthly", weeks=("3",))
    assert structured_data(client, "one")["event"][0]["eventSchedule"] == {
        "@type": "Schedule", "repeatFrequency": "P1M", "byDay": "3MO", "startTime": "19:00", "duration": "PT60M",
        "scheduleTimezone": "America/Los_Angeles",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("modes", "mode", "locations"),
    [
        (("in-person",), "OfflineEventAttendanceMode", ["Place"]),
        (("online",), "OnlineEventAttendanceMode", ["VirtualLocation"]),
        (("in-person", "online"), "MixedEventAttendanceMode", ["Place", "VirtualLocation"]),
        (("phone",), "OnlineEventAttendanceMode", []),
    ],
)
def test_event_has_the_facts_of_its_meeting(client: Client, modes, mode: str, locations: list[str]) -> None:
    """The group's own modes and languages are those of its other meetings."""
    group = make_group(slug="one", modes=("in-person",), languages=("en",), place=make_place())
    link = "https://meet.example.org/one" if "online" in modes else ""
    make_meeting(group, modes=modes, languages=("es",), audiences=("women",), join_url=link)
    [event] = structured_data(client, "one")["event"]
    assert event["eventAttendanceMode"] == f"https://schema.org/{mode}"
    assert [each["@type"] for each in event.get("location", [])] == locations
    assert event["inLanguage"] == ["es"]
    assert event["audience"] == [{"@type": "Audience", "audienceType": "Women"}]


def test_private_address_gives_only_town(client: Client) -> None:
    place = make_place(private=True, street="9 Hidden Lane", postal_code="95112")
    make_listing("recovery-housing", slug="one", place=place)
    found = structured_data(client, "one")
    assert found["address"].keys() == {"@type", "addressLocality", "addressRegion", "addressCountry"}
    assert "geo" not in found


@pytest.mark.parametrize("facts", [{"sample": True}, {"status": "paused", "status_reason": "Resting"}])
def test_sample_or_paused_listing_has_no_data(client: Client, facts: dict) -> None:
    make_listing(slug="one", **facts)
    assert structured_data(client, "one") == {}


def test_text_cannot_end_script_element(client: Client) -> None:
    name = "</script><script>alert(1)</script><!--\u2028"
    make_listing(slug="one", name=name)
    assert structured_data(client, "one")["name"] == name


def test_sitemap_has_only_public_pages(client: Client) -> None:
    make_listing(slug="real")
    make_listing(slug="made-up", sample=True)
    make_listing(slug="draft", status="draft")
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    sections = [each.text for each in index.findall(".//{*}loc")]
    found = {
        each.text.removeprefix(settings.SITE_ORIGIN)
        for address in sections
        for each in ElementTree.fromstring(client.get(address).content).findall(".//{*}loc")
    }
    assert {"/", "/now/", "/es/now/", "/support-groups/", "/listing/real/"} <= found
    assert not any(
        part in each for each in found for part in ("made-up", "draft", "my-network", "accounts", "admin")
    )
    for address in found:
        assert client.get(address).status_code == 200, address


def test_robots_txt_excludes_personal_pages(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "Disallow: /my-network/" in answer.text
    assert f"Sitemap: {settings.SITE_ORIGIN}/sitemap.xml" in answer.text


def test_contact_point_names_tty_and_videophone(client: Client) -> None:
    line = make_listing("hotlines", slug="one", country="US")
    for kind, dial in (("call", "988"), ("tty", "+14085550101"), ("videophone", "https://example.org/asl")):
        Channel.objects.create(listing=line, type=kind, dial=dial, display=dial, note="Day and night.")
    assert structured_data(client, "one")["contactPoint"] == [
        {"@type": "ContactPoint", "telephone": "988", "description": "Day and night."},
        {"@type": "ContactPoint", "telephone": "+14085550101", "description": "TTY. Day and night."},
    ]
