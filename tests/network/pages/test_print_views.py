import pytest
from django.conf import settings
from django.urls import reverse

from tests.builders import make_account, make_group, make_listing, make_meeting
from tests.network.steps import fill_in_and_save, parse_html, post_form, saved_slugs

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    client.force_login(make_account())
    for name, phone in (("Marisol", "555-555-0103"), ("Dev", "(555) 555 0104"), ("Nobody’s number", "")):
        fill_in_and_save(client, reverse("new_person"), name=name, phone=phone)
    fill_in_and_save(client, reverse("step", args=["coping"]), text="Walk to the river\n\n  Cold water  ")
    return client


def test_card_writes_numbers_out(member):
    line = make_listing("hotlines", name="Harbor Night Line")
    line.channels.create(type="call", dial="+15555550100", display="555-555-0100")
    post_form(member, "save", listing=line.slug)
    card = parse_html(member.get(reverse("print_card"))).select_one(".wallet-card")
    assert len(card.select(".card-face")) == 4
    for number in ("988", "911", "555-555-0100", "555-555-0103", "(555) 555 0104"):
        assert number in card.text
    assert "Nobody’s number" not in card.text
    assert "Walk to the river" in card.text
    assert not card.select("a")


def test_text_only_hotline_is_on_the_card(member):
    line = make_listing("hotlines", name="Harbor Text Line")
    line.channels.create(type="text", dial="555111", display="555111", body="HOME")
    post_form(member, "save", listing=line.slug)
    face = parse_html(member.get(reverse("print_card"))).select_one(".card-face")
    assert "Harbor Text Line Text HOME to 555111" in " ".join(face.text.split())


def test_therapist_number_is_among_the_people(member):
    """Nobody answers it at any hour."""
    listing = make_listing("therapists", name="River Counseling")
    listing.channels.create(type="call", dial="+15555550107", display="555-555-0107")
    post_form(member, "save", listing=listing.slug)
    lines, people = parse_html(member.get(reverse("print_card"))).select(".card-face")[:2]
    assert "River Counseling" not in lines.text
    assert "River Counseling 555-555-0107" in people.text


def test_printed_list_has_each_number_once(client):
    line = make_listing("hotlines", name="Harbor Night Line", always_open=True)
    line.channels.create(type="call", dial="+15555550100", display="555-555-0100")
    line.channels.create(type="text", dial="555111", display="555111", body="HOME")
    group = make_group(name="Lantern Group", meetings=0)
    meeting = make_meeting(group)
    meeting.join_phone = "+15555550108,,123456#"
    meeting.save()
    for each in (line, group):
        post_form(client, "save", listing=each.slug)
    ways = [each.text for each in parse_html(client.get(reverse("print_list"))).select(".printout .number")]
    assert ways[:2] == ["Call 555-555-0100", "Text HOME to 555111"]
    assert "Open , any" not in parse_html(client.get(reverse("print_list"))).text
    assert all("%23" not in way and "," not in way.partition(", ")[0] for way in ways)


def test_printed_list_says_how_to_join_the_meeting(client):
    group = make_group(name="Lantern Group", modes=("phone",), country="US")
    make_meeting(group, join_phone="+15555550108,,869126579#", join_url="https://meet.example.org/j/1?pwd=x")
    post_form(client, "save", listing=group.slug)
    [row] = parse_html(client.get(reverse("print_list"))).select(".printout .personal li")
    assert [each.text for each in row.select(".number")] == [
        "Join: meet.example.org/j/1",
        "Dial in: (555) 555-0108, then the meeting id 869 126 579 and #",
    ]
    assert "by phone" in row.text


def test_qr_code_leads_to_the_public_now_page(member):
    page = member.get(reverse("print_card"))
    assert page.context["now_address"] == f"{settings.SITE_ORIGIN.removeprefix('http://')}/now/"
    drawn = str(parse_html(page).select_one(".qr svg"))
    assert "style=" not in drawn
    other = type(member)()
    other.force_login(make_account())
    assert drawn == str(parse_html(other.get(reverse("print_card"))).select_one(".qr svg"))


def test_card_lists_meetings(member):
    group = make_group(name="Lantern Group")
    for weekday in range(5):
        make_meeting(group, weekday=weekday)
    post_form(member, "save", listing=group.slug)
    assert len(parse_html(member.get(reverse("print_card"))).select(".with-qr li")) == 3


def test_printed_plan_has_numbers_and_no_hours(member):
    line = make_listing("hotlines", name="Harbor Night Line", always_open=True)
    line.channels.create(type="call", dial="+15555550100", display="555-555-0100")
    post_form(member, "save", listing=line.slug)
    fill_in_and_save(member, reverse("step", args=["lines"]), listings=[str(line.pk)])
    page = parse_html(member.get(reverse("print_plan"))).select_one(".printout")
    assert "555-555-0100" in page.select_one("#step-lines b").text
    assert "Open" not in page.select_one("#step-lines ul").text.replace("555-555-0100", "").split("Call")[0]
    assert not page.select("a[href*='/plan/']:not(.back)")


def test_printed_list_has_saved_listings_and_people(member):
    listing = make_listing(name="Lantern Group")
    post_form(member, "save", listing=listing.slug)
    fill_in_and_save(member, reverse("note", args=[listing.slug]), text="Ask for Joan.")
    page = parse_html(member.get(reverse("print_list"))).text
    for words in ("Marisol", "555-555-0103", "Lantern Group", "Ask for Joan."):
        assert words in page


def test_printed_list_needs_no_account(client):
    listing = make_listing(name="Lantern Group")
    post_form(client, "save", listing=listing.slug)
    assert "Lantern Group" in parse_html(client.get(reverse("print_list"))).text
    assert saved_slugs(client) == [listing.slug]
