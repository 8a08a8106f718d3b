"""What curators enter by hand gets what feeds derive, and the same checks."""

import datetime

import pytest

from directory.kinds.registry import kinds
from directory.models import Channel, Listing, OpeningInterval, Place
from tests.builders import make_curator, make_listing, make_place
from tests.directory.admin.test_admin import add, change, messages_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("pages and forms of the admin")]
BROOKLYN = {"street": "12 Elm St", "city": "Brooklyn", "region": "NY", "postal_code": "11201"}


@pytest.fixture
def curator(client):
    return make_curator(client)


def errors_of(answer):
    return answer.context["adminform"].form.errors


def formset_errors(answer, prefix):
    formset = next(
        each.formset for each in answer.context["inline_admin_formsets"] if each.formset.prefix == prefix
    )
    return [
        *formset.non_form_errors(),
        *(text for row in formset.errors for texts in row.values() for text in texts),
    ]


def test_place_gets_point_zone_and_country_from_its_address(client, curator):
    answer = add(client, Place, **BROOKLYN)
    place = Place.objects.get()
    assert (round(place.latitude), round(place.longitude), place.approximate) == (41, -74, True)
    assert (place.zone, place.country) == ("America/New_York", "US")
    [text] = messages_of(client.get(answer["Location"]))[:1]
    assert "America/New_York" in text
    assert f"{place.latitude:.4f}" in text


def test_given_point_and_zone_stay(client, curator):
    add(client, Place, **BROOKLYN, latitude="40.7", longitude="-73.99", zone="America/Detroit")
    place = Place.objects.get()
    assert (place.latitude, place.approximate, place.zone) == (40.7, False, "America/Detroit")


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"latitude": "40.69", "longitude": "73.99"}, "latitude", "minus sign of the longitude"),
        ({"latitude": "-40.69", "longitude": "-73.99"}, "latitude", "minus sign of the latitude"),
        ({"latitude": "-73.99", "longitude": "40.69"}, "latitude", "swapped"),
        ({"latitude": "34.05", "longitude": "-118.24"}, "latitude", "not near ZIP 11201"),
        ({"latitude": "40.69", "longitude": "0"}, "latitude", "not near ZIP 11201"),
        ({"latitude": "0", "longitude": "0"}, "latitude", "not near ZIP 11201"),
        ({"postal_code": "", "latitude": "34.05", "longitude": "-118.24"}, "latitude", "not near NY"),
        ({"postal_code": "95112"}, "postal_code", "not near NY"),
        ({"country": "XX"}, "country", "No country"),
        ({"latitude": "40.69"}, "longitude", "Give both"),
    ],
)
def test_place_that_contradicts_itself_is_refused_and_nothing_typed_is_lost(
    client, curator, facts, field, words
):
    typed = {**BROOKLYN, "notes": "Use the glass door.", **facts}
    answer = add(client, Place, **typed)
    assert words in " ".join(errors_of(answer)[field])
    assert not Place.objects.exists()
    form = answer.context["adminform"].form
    assert {name: form[name].value() for name in typed} == typed


def test_derived_facts_follow_a_new_address_and_typed_ones_stay(client, curator):
    add(client, Place, **BROOKLYN)
    place = Place.objects.get()
    change(client, place, city="Chicago", region="IL", postal_code="60601")
    place.refresh_from_db()
    assert (round(place.latitude), round(place.longitude), place.zone) == (42, -88, "America/Chicago")
    change(client, place, latitude="41.9", approximate=[])
    answer = change(client, place, city="Peoria", postal_code="61602")
    assert "not near ZIP 61602" in errors_of(answer)["latitude"][0]


def test_country_code_of_everyday_use_is_understood(client, curator):
    add(client, Place, city="London", country="uk")
    assert (Place.objects.get().country, Place.objects.get().zone) == ("GB", "Europe/London")


def test_imported_place_stays_without_a_point_until_it_is_changed(client, curator):
    place = make_place(source="example", source_ref="1", latitude=None, longitude=None, zone="")
    change(client, place)
    place.refresh_from_db()
    assert place.latitude is None
    change(client, place, notes="At the back.")
    place.refresh_from_db()
    assert place.approximate
    assert place.zone == "America/Los_Angeles"


def test_unlikely_zone_of_a_place_is_asked_about(client, curator):
    answer = add(client, Place, **BROOKLYN, zone="America/Los_Angeles")
    assert "Is that right?" in messages_of(client.get(answer["Location"]))[0]


def test_listings_of_another_clock_are_counted_when_their_place_is_saved(client, curator):
    place = make_place()
    make_listing(place=place, zone="America/New_York")
    make_listing(place=place, zone="America/Tijuana")
    answer = change(client, place, notes="At the back.")
    assert "1 listing here keeps another time zone" in messages_of(client.get(answer["Location"]))[0]


@pytest.mark.parametrize("kind", [kind for kind in kinds if kind != "support-groups"])
def test_listing_of_each_kind_takes_the_zone_of_its_place(client, curator, kind):
    place = make_place(**BROOKLYN, latitude=None, longitude=None, zone="")
    add(client, kinds[kind].model, name="The Green Door", place=str(place.pk))
    listing = Listing.objects.get()
    assert (listing.zone, listing.languages, listing.text_language) == ("America/New_York", ("en",), "en")


def test_listing_abroad_takes_the_country_of_its_place(client, curator):
    place = make_place(
        street="", city="London", region="", country="GB", latitude=51.5, longitude=-0.1, zone=""
    )
    add(client, kinds["therapists"].model, name="The Green Door", place=str(place.pk))
    assert (Listing.objects.get().country, Listing.objects.get().zone) == ("GB", "Europe/London")


def test_zone_of_a_listing_follows_a_new_place_unless_it_was_chosen(client, curator):
    here, there = (
        make_place(),
        make_place(**BROOKLYN, latitude=40.69, longitude=-73.99, zone="America/New_York"),
    )
    moved = make_listing(place=here, zone="America/Los_Angeles")
    chosen = make_listing(place=here, zone="America/Denver")
    change(client, moved, place=str(there.pk))
    answer = change(client, chosen, place=str(there.pk))
    assert Listing.objects.get(pk=moved.pk).zone == "America/New_York"
    assert Listing.objects.get(pk=chosen.pk).zone == "America/Denver"
    assert any("Is that right?" in text for text in messages_of(client.get(answer["Location"])))


@pytest.mark.parametrize(
    ("typed", "dial", "shown"),
    [
        ("(605) 555-0123 ext 12", "+16055550123,,12", "(605) 555-0123 ext 12"),
        ("605.555.0123 x12", "+16055550123,,12", "605.555.0123 x12"),
        ("1-605-555-0123", "+16055550123", "1-605-555-0123"),
        ("tel:+1 605 555 0123", "+16055550123", "tel:+1 605 555 0123"),
        ("6055550123", "6055550123", ""),
        ("+16055550123,,12#", "+16055550123,,12#", ""),
        ("988", "988", ""),
        ("741741", "741741", ""),
    ],
)
def test_typed_number_becomes_dialable_and_is_shown_as_typed(client, curator, typed, dial, shown):
    add(client, kinds["therapists"].model, name="A", **{"channels-0-type": "call", "channels-0-dial": typed})
    channel = Channel.objects.get()
    assert (channel.dial, channel.display) == (dial, shown)


@pytest.mark.parametrize(
    "typed", ["555-0123", "5550123", "60555501", "call us", "605-555-0123 ask for Tom", "1" * 25]
)
def test_number_that_no_telephone_can_dial_is_refused_and_kept(client, curator, typed):
    facts = {"channels-0-type": "call", "channels-0-dial": typed, "channels-0-note": "Weekdays"}
    answer = add(client, kinds["therapists"].model, name="A", **facts)
    assert any("No telephone can dial this" in text for text in formset_errors(answer, "channels"))
    assert typed in answer.content.decode()
    assert not Listing.objects.exists()


def test_stored_number_is_not_checked_again(client, curator):
    listing = make_listing()
    Channel.objects.create(listing=listing, type="call", dial="5550123")
    assert change(client, listing, name="Again").status_code == 302


def day_rows(spans):
    rows = {}
    for number, (weekday, opens, closes) in enumerate(spans):
        row = {"weekday": str(weekday), "opens": opens, "closes": closes}
        rows |= {f"intervals-{number}-{name}": value for name, value in row.items()}
    return {**rows, "intervals-TOTAL_FORMS": str(len(spans))}


@pytest.mark.parametrize(
    ("opens", "closes"), [("23:00", "22:59"), ("00:00", "00:00"), ("00:00", "23:59"), ("09:00", "09:00")]
)
def test_24_hours_on_all_days_asks_for_the_tick(client, curator, opens, closes):
    rows = day_rows([(day, opens, closes) for day in range(7)])
    model = kinds["therapists"].model
    answer = add(client, model, name="A", **rows)
    assert any("open at any hour, any day" in text for text in formset_errors(answer, "intervals"))
    assert add(client, model, name="A", always_open="on", **rows).status_code == 302
    assert Listing.objects.get().always_open


@pytest.mark.parametrize(("opens", "closes"), [("23:00", "22:59"), ("00:00", "00:00"), ("00:00", "23:59")])
def test_24_hours_on_one_day_are_stored_from_midnight_to_midnight(client, curator, opens, closes):
    add(client, kinds["therapists"].model, name="A", **day_rows([(5, opens, closes), (6, "22:00", "06:00")]))
    midnight = datetime.time(0)
    assert list(OpeningInterval.objects.values_list("weekday", "opens", "closes")) == [
        (5, midnight, midnight),
        (6, datetime.time(22), datetime.time(6)),
    ]
