"""The demo town: complete, invented, loaded once and removed without a trace."""

import datetime
import re
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from demo import data_files, loader
from directory.geo import geocoding
from directory.kinds.registry import kinds
from directory.listings.availability import AskedAt
from directory.models import (
    Channel,
    HoursException,
    Listing,
    OpeningInterval,
    Organization,
    Place,
    Verification,
)
from directory.search.engine import search
from directory.search.filters import SHARED_FILTERS
from directory.search.query import SearchQuery
from directory.vocabulary import (
    Access,
    Age,
    Approach,
    Audience,
    Care,
    ChannelType,
    CheckMethod,
    CommunityCategory,
    Concern,
    Credential,
    Fellowship,
    Format,
    HouseLevel,
    Medication,
    Medium,
    Mode,
    Offer,
    Payment,
    PeerProgramType,
    Status,
)
from groups.models import Meeting, Repeat, SupportGroup
from tests.builders import make_group, make_listing, make_place

pytestmark = pytest.mark.django_db
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
NUMBER = re.compile(r"\+140855501[0-9]{2}")
DEMO = {"source": "demo"}


def command_output(command: str, **options) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def contents() -> dict[str, list[tuple]]:
    """Return every row of the site's tables, except Django's own, the gazetteer and the change log."""
    beside = ("directory.GazetteerPlace", "directory.Change")
    own = [model for model in apps.get_models() if model._meta.label not in beside]
    return {
        model._meta.label: sorted(model._default_manager.values_list(), key=repr)
        for model in own
        if model.__module__.split(".")[0] in ("directory", "groups", "network", "feeds", "curation")
    }


def own(kind: str):
    return kinds[kind].model.objects.filter(status=Status.PUBLISHED)


@pytest.fixture
def loaded() -> None:
    loader.load_town()


def test_load_demo_adds_over_two_hundred_of_all_kinds(loaded) -> None:
    found = Listing.objects.published()
    assert found.count() >= 240
    counts = {slug: found.filter(kind=slug).count() for slug in kinds}
    assert min(counts.values()) >= 12, counts
    assert all(own(slug).count() == number for slug, number in counts.items())


def test_load_demo_marks_everything_as_a_sample(loaded) -> None:
    assert not Listing.objects.exclude(sample=True, source="demo").exists()
    assert not Place.objects.exclude(**DEMO).exists()
    assert not Organization.objects.exclude(**DEMO).exists()


def test_load_demo_has_no_main_line(loaded) -> None:
    assert not own("hotlines").filter(is_main=True).exists()


def test_load_demo_makes_valid_rows(loaded) -> None:
    related = (Channel, OpeningInterval, HoursException, Verification, Meeting, Place, Organization)
    for model in (*related, *(kind.model for kind in kinds.values())):
        for row in model.objects.all():
            row.full_clean()


def test_load_demo_uses_only_fictional_numbers(loaded) -> None:
    dialled = Channel.objects.filter(type__in=("call", "text", "tty", "videophone"))
    assert dialled.count() > 60
    for way in dialled:
        assert NUMBER.fullmatch(way.dial)
        assert way.display == f"408-555-{way.dial[-4:]}"
    for phone in Meeting.objects.exclude(join_phone="").values_list("join_phone", flat=True):
        assert NUMBER.fullmatch(phone.partition(",,")[0])


def test_load_demo_uses_only_example_addresses(loaded) -> None:
    links = [*Channel.objects.filter(dial__startswith="http").values_list("dial", flat=True)]
    links += Meeting.objects.exclude(join_url="").values_list("join_url", flat=True)
    links += Organization.objects.values_list("website", flat=True)
    hosts = {urlsplit(link).netloc for link in links}
    hosts |= {
        dial.split("@")[1] for dial in Channel.objects.filter(type="email").values_list("dial", flat=True)
    }
    assert all(re.search(r"(^|\.)example\.(org|com)$", host) for host in hosts), hosts


def test_data_files_have_no_numbers_or_addresses() -> None:
    for row in data_files.town_listings():
        texts = " ".join(value for value in row.values() if isinstance(value, str))
        assert not re.search(r"[0-9]{3}[ -]?[0-9]{4}|https?:|@|www\.", texts), row["slug"]


def test_data_files_use_person_first_words() -> None:
    """The names of fellowships are excepted."""
    for row in data_files.town_listings():
        own = {key: value for key, value in row.items() if key != "fellowship"}
        texts = " ".join(value for value in own.values() if isinstance(value, str)).lower()
        assert not re.search(r"\b(addicts?|abus\w*|alcoholics?|clean|dirty|junk\w*)\b", texts), row["slug"]


def test_data_files_use_only_known_keys() -> None:
    for row in data_files.town_listings():
        fields = {field.name for field in kinds[row["kind"]].model._meta.get_fields()}
        assert row.keys() <= fields | loader.SHORT_FORMS


@pytest.mark.parametrize(
    ("kind", "field", "vocabulary"),
    [
        ("", "concerns", Concern),
        ("", "audiences", Audience),
        ("", "payment", Payment),
        ("", "access", Access),
        ("", "modes", Mode),
        ("therapists", "approaches", Approach),
        ("therapists", "credentials", Credential),
        ("therapists", "offers", Offer),
        ("treatment", "care", Care),
        ("treatment", "medications", Medication),
        ("treatment", "ages", Age),
        ("peer-programs", "program_type", PeerProgramType),
        ("community", "category", CommunityCategory),
    ],
)
def test_load_demo_has_each_value_of_a_set(loaded, kind, field, vocabulary) -> None:
    found = own(kind) if kind else Listing.objects.published()
    held = {value for values in found.values_list(field, flat=True) for value in values}
    assert held == set(vocabulary.values)


@pytest.mark.parametrize(
    ("kind", "field", "vocabulary"),
    [
        ("support-groups", "fellowship", Fellowship),
        ("recovery-housing", "level", HouseLevel),
        ("self-help", "medium", Medium),
    ],
)
def test_load_demo_has_each_value_of_a_choice(loaded, kind, field, vocabulary) -> None:
    assert set(vocabulary.values) <= set(own(kind).values_list(field, flat=True))


def test_load_demo_has_several_languages(loaded) -> None:
    held = {
        value
        for values in Listing.objects.published().values_list("languages", flat=True)
        for value in values
    }
    assert {"en", "es", "vi", "ase", "tl", "zh"} <= held
    assert Listing.objects.published().filter(text_language="es").count() >= 8


def test_load_demo_has_each_channel_type(loaded) -> None:
    assert set(Channel.objects.values_list("type", flat=True)) == set(ChannelType.values)


def test_load_demo_has_results_for_every_filter(loaded) -> None:
    at = AskedAt.now_in_zone()
    # What depends on the clock, and the countries and languages of the whole world, may be empty.
    skipped = {"when", "open", "country", "language"}
    for slug, kind in kinds.items():
        counts = search(SearchQuery(kinds=(slug,)), spot=None, at=at).counts
        for each in kind.filters:
            empty = [option for option, number in counts[each.key].items() if not number]
            assert each.key in skipped or empty == [], (slug, each.key)
    everything = search(SearchQuery(), spot=None, at=at).counts
    for each in SHARED_FILTERS:
        assert each.key in skipped or all(everything[each.key].values()), each.key


def test_load_demo_has_each_format_and_recurrence(loaded) -> None:
    active = Meeting.objects.filter(active=True)
    assert {value for values in active.values_list("formats", flat=True) for value in values} == set(
        Format.values
    )
    assert set(active.values_list("repeat", flat=True)) == set(Repeat.values)
    assert {("1",), ("5",), ("-1",)} <= set(active.values_list("weeks", flat=True))
    assert any(each.start and each.minutes and past_midnight(each) for each in active)


def past_midnight(meeting: Meeting) -> bool:
    return meeting.start.hour * 60 + meeting.start.minute + meeting.minutes > 24 * 60


def test_load_demo_has_groups_whose_meetings_differ(loaded) -> None:
    """One in what way people take part, one in whom it is for, one in clock and language."""
    sets = {
        name: [set(group.meetings.values_list(name, flat=True)) for group in own("support-groups")]
        for name in ("modes", "audiences", "zone", "languages", "attendance_slips")
    }
    assert {name for name, found in sets.items() if any(len(each) > 1 for each in found)} == sets.keys()
    phone_only = Meeting.objects.get(group__slug="sample-landline-circle")
    assert phone_only.join_phone.endswith(",,869126579#")


def test_load_demo_dates_are_in_the_future(loaded) -> None:
    today = timezone.localdate()
    for first in Meeting.objects.filter(repeat=Repeat.DATED).values_list("first", flat=True):
        assert today < first < today + datetime.timedelta(days=60)
    assert not Verification.objects.filter(verified_on__gte=today).exists()


def test_load_demo_has_several_zones(loaded) -> None:
    zones = set(Meeting.objects.values_list("zone", flat=True))
    assert {"America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York"} <= zones
    assert {"Europe/London", "Asia/Kolkata", "Asia/Kathmandu"} <= zones


def test_load_demo_has_meetings_near_downtown_on_every_day(loaded) -> None:
    (spot, *_rest) = geocoding.find_points("95112")
    for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"):
        query = SearchQuery(
            kinds=("support-groups",), near="95112", chosen=(("day", (day,)), ("mode", ("in-person",)))
        )
        assert search(query, spot=spot, at=AskedAt.now_in_zone()).total >= 12, day


def test_load_demo_has_private_rough_and_unmapped_places(loaded) -> None:
    private = Listing.objects.published().filter(place__private=True)
    assert private.count() >= 10
    assert private.exclude(place__street="").exists()
    assert Place.objects.filter(approximate=True).exists()
    assert Place.objects.filter(latitude=None).exists()


def test_load_demo_has_a_paused_and_a_replaced_group(loaded) -> None:
    paused = SupportGroup.objects.get(status=Status.PAUSED)
    closed = SupportGroup.objects.get(status=Status.CLOSED)
    assert paused.status_reason
    assert closed.replaced_by.slug == "sample-northside-noon"


def test_load_demo_has_unknown_facts(loaded) -> None:
    everything = Listing.objects.published()
    checked = everything.filter(verifications__isnull=False).distinct().count()
    assert 0.4 < checked / everything.count() < 0.9
    assert everything.filter(summary="").exists()
    assert everything.filter(channels=None).exists()
    assert everything.filter(payment="").exists()
    assert Meeting.objects.filter(minutes=None, repeat=Repeat.WEEKLY).exists()


def test_load_demo_visits_only_listings_with_place(loaded) -> None:
    visits = Verification.objects.filter(method=CheckMethod.VISITED)
    assert visits.exists()
    assert not visits.filter(listing__place=None).exists()


def test_load_demo_has_lunch_breaks_and_hours_past_midnight(loaded) -> None:
    assert (
        Listing.objects.get(slug="sample-lantern-row-recovery-center").intervals.filter(weekday=0).count()
        == 2
    )
    assert any(each.closes <= each.opens for each in OpeningInterval.objects.all())
    assert HoursException.objects.filter(opens=None).exists()
    assert HoursException.objects.exclude(opens=None).exists()


def test_load_demo_again_writes_nothing() -> None:
    assert re.fullmatch(
        r"Demo town: added [0-9]+ listings, all marked “Sample”\.\n", command_output("load_demo")
    )
    with CaptureQueriesContext(connection) as queries:
        assert command_output("load_demo") == "Demo town: it is there already.\n"
    assert [each["sql"] for each in queries if each["sql"].startswith(WRITES)] == []


def test_load_demo_is_repeatable() -> None:
    def facts() -> list:
        shown = ("slug", "summary", "modes", "languages", "place__latitude", "place__name")
        ways = Channel.objects.order_by("listing__slug", "position").values_list("listing__slug", "dial")
        checks = Verification.objects.order_by("listing__slug", "verified_on").values_list(
            "listing__slug", "verified_on", "method"
        )
        return [*Listing.objects.order_by("slug").values_list(*shown), *ways, *checks]

    loader.load_town()
    first = facts()
    loader.remove_town()
    loader.load_town()
    assert facts() == first


def test_load_demo_verbosity_0_prints_nothing() -> None:
    assert command_output("load_demo", verbosity=0) == command_output("remove_demo", verbosity=0) == ""


def test_remove_demo_keeps_other_rows() -> None:
    make_group(meetings=2, place=make_place(), source="tsml", source_ref="1")
    make_listing("hotlines", slug="ours")
    call_command("load_facts", verbosity=0)
    before = contents()
    command_output("load_demo")
    assert contents() != before
    assert re.fullmatch(r"Demo town: removed [0-9]+ listings\.\n", command_output("remove_demo"))
    assert contents() == before
    assert command_output("remove_demo") == "Demo town: there is none.\n"


def test_remove_demo_keeps_place_of_other_listing(loaded) -> None:
    place = Place.objects.get(source_ref="tin-kettle")
    ours = make_listing(place=place)
    loader.remove_town()
    ours.refresh_from_db()
    assert ours.place == place
    assert list(Place.objects.values_list("pk", "source")) == [(place.pk, "")]
    assert loader.load_town()
