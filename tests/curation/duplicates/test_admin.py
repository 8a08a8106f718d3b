"""The desk shows a pair side by side; a decision leads to the next pair and can be taken back."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from curation.duplicates import comparison
from curation.models import CuratorRegion, LikelyDuplicate
from directory.models import Channel, Listing, Region
from tests.builders import make_account, make_curator, make_group, make_listing, make_meeting, make_place
from tests.curation.duplicates.pairs import make_pair, whole
from tests.form_filling import sent_by
from tests.project_rules import inline_code

pytestmark = pytest.mark.django_db
Decision = LikelyDuplicate.Decision
LIST = "admin:curation_likelyduplicate_changelist"


def address(double):
    return reverse("admin:curation_likelyduplicate_change", args=(double.pk,))


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def decide(client, double, decision):
    """Presses a button of the page, which must be there."""
    page = client.get(address(double))
    assert soup(page).select_one(f'form.decide button[value="{decision}"]'), decision
    return client.post(address(double), {**sent_by(page, "form.decide"), "decision": decision})


def two():
    one = make_group(name="Lantern", meetings=2, place=make_place(), summary="Ours.")
    other = make_group(name="Lantern Group", meetings=1, place=one.place)
    make_meeting(other, weekday=4, name="Candles")
    Channel.objects.create(listing=other, type="call", dial="4085550102", display="408-555-0102")
    return one, other


def table(page):
    return {
        row.select_one("th").text.strip(): [" ".join(cell.text.split()) for cell in row.select("td")]
        for row in soup(page).select(".doubles tbody tr")
    }


def test_pair_stands_side_by_side_with_the_differences_in_words(client):
    make_curator(client)
    page = client.get(address(make_pair(*two(), reasons=["The same phone: 988."])))
    facts = table(page)
    assert "The same phone: 988." in soup(page).select_one(".doubles ul").text
    assert facts["Name"] == ["Lantern", "Lantern Group", "Different"]
    assert facts["Kind"] == ["Support group", "Support group", "Same"]
    assert facts["In one or two sentences"] == ["Ours.", "Not given", "Only on the left"]
    assert facts["Ways to reach it"] == ["Not given", "Call: 408-555-0102 [4085550102]", "Only on the right"]
    assert facts["Monday 19:00"] == ["60 minutes, America/Los_Angeles"] * 2 + ["Same"]
    assert facts["Tuesday 19:00"] == ["60 minutes, America/Los_Angeles", "Not given", "Only on the left"]
    assert facts["Friday 19:00"] == [
        "Not given",
        "60 minutes, Candles, America/Los_Angeles",
        "Only on the right",
    ]
    assert [name for name in facts if "19:00" in name] == ["Monday 19:00", "Tuesday 19:00", "Friday 19:00"]
    assert "1 Invented Street" in facts["Place"][0]


def test_thing_in_a_cell_that_the_other_lacks_is_marked(client):
    make_curator(client)
    one, other = two()
    for dial in ("4085550101", "4085550102"):
        Channel.objects.create(listing=one, type="call", dial=dial, display="408-555-0102")
    left, right, verdict = table(client.get(address(make_pair(one, other))))["Ways to reach it"]
    assert left.startswith("Call: 408-555-0102 [4085550101] (only here)Call: 408-555-0102")
    assert left.count("only here") == 1
    assert ("only here" in right, verdict) == (False, "Different")


def test_page_works_without_script_and_with_the_keyboard(client):
    make_curator(client)
    page = client.get(address(make_pair(*two())))
    form = soup(page).select_one("form.decide")
    assert [(each["value"], *each["accesskey"]) for each in form.select("button")] == [
        ("left", "1"), ("right", "2"), ("apart", "3"),
    ]  # fmt: skip
    assert inline_code(page.content.decode()) == []
    # What scrolls sideways can be reached by key, and says what it is.
    region = soup(page).select_one("[role=region]")
    assert (region["tabindex"], soup(page).select_one(f"#{region['aria-labelledby']}").name) == (
        "0",
        "caption",
    )


@pytest.mark.parametrize(("side", "kept"), [("left", 0), ("right", 1)])
def test_keeping_one_side_merges_and_leads_to_the_next_pair(client, side, kept):
    curator = make_curator(client)
    listings = two()
    double, following = make_pair(*listings), make_pair(make_listing(), make_listing())
    answer = decide(client, double, side)
    assert answer["Location"] == address(following)
    double.refresh_from_db()
    assert (double.decision, double.decided_by) == (Decision.MERGED, curator)
    assert Listing.objects.get(replaced_by=listings[kept].pk).pk == listings[1 - kept].pk
    said = soup(client.get(answer["Location"])).select_one(".messagelist .success")
    assert "now leads to" in said.text
    assert said.select_one("a")["href"] == address(double)


def test_last_decision_leads_to_the_list(client):
    make_curator(client)
    assert decide(client, make_pair(*two()), "apart")["Location"] == reverse(LIST)


def test_different_ones_stay_two(client):
    make_curator(client)
    listings = two()
    before = whole(*listings)
    double = make_pair(*listings)
    decide(client, double, "apart")
    double.refresh_from_db()
    assert double.decision == Decision.APART
    assert whole(*listings) == before
    decide(client, double, "undo")
    double.refresh_from_db()
    assert double.decision == Decision.OPEN


def test_undo_gives_both_back_and_stays_on_the_page(client):
    make_curator(client)
    listings = two()
    before = whole(*listings)
    double = make_pair(*listings)
    decide(client, double, "left")
    assert whole(*listings) != before
    page = client.get(address(double))
    assert "Merged: “Lantern” was kept." in page.content.decode()
    assert not soup(page).select('form.decide button[value="left"]')
    assert decide(client, double, "undo")["Location"] == address(double)
    assert whole(*listings) == before


def test_undo_that_is_refused_says_why(client):
    make_curator(client)
    one, other = two()
    double = make_pair(one, other)
    decide(client, double, "left")
    Listing.objects.filter(pk=other.pk).update(status_reason="Burnt down.")
    decide(client, double, "undo")
    assert "changed since" in soup(client.get(address(double))).select_one(".messagelist .error").text
    assert Listing.objects.get(pk=other.pk).status == "closed"


@pytest.mark.parametrize("decision", ["", "merge", "left\0"])
def test_word_that_is_no_decision_changes_nothing(client, decision):
    make_curator(client)
    double = make_pair(*two())
    assert client.post(address(double), {"decision": decision})["Location"] == address(double)
    double.refresh_from_db()
    assert double.decision == Decision.OPEN


def test_second_curator_is_told_that_it_is_decided(client):
    make_curator(client)
    double = make_pair(*two())
    decide(client, double, "apart")
    client.post(address(double), {"decision": "left"})
    assert "Somebody decided meanwhile" in client.get(address(double)).content.decode()


def test_pair_that_is_gone_leads_on(client):
    make_curator(client)
    double, following = make_pair(*two()), make_pair(*two())
    double.delete()
    gone = reverse("admin:curation_likelyduplicate_change", args=(following.pk + 7,))
    assert client.get(gone)["Location"] == address(following)


def test_list_shows_open_pairs_first(client):
    make_curator(client)
    pairs = [
        make_pair(*two(), decision=decision) for decision in (Decision.APART, Decision.OPEN, Decision.MERGED)
    ]
    page = client.get(reverse(LIST))
    assert [row.pk for row in page.context["cl"].result_list] == [pairs[1].pk, pairs[2].pk, pairs[0].pk]
    assert client.get(reverse(LIST), {"q": "Lantern", "decision": "open"}).context["cl"].result_count == 1


def test_who_may_not_change_listings_sees_no_pairs(client):
    make_curator(client)
    staff = make_account(is_staff=True)
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(staff, generate_totp_secret())
    client.force_login(staff)
    one, other = two()
    double = make_pair(one, other)
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(address(double)).status_code == 403
    assert client.post(address(double), {"decision": "left"}).status_code == 403
    double.refresh_from_db()
    assert double.decision == Decision.OPEN


def test_curator_of_a_region_reaches_only_pairs_within_it(client):
    curator = make_curator(client)
    ours = Region.objects.create(name="Ours", country="US")
    CuratorRegion.objects.create(curator=curator, region=ours)
    inside = make_pair(make_listing(region=ours), make_listing(region=ours))
    across = make_pair(make_listing(region=ours), make_listing())
    assert client.get(address(inside)).status_code == 200
    client.post(address(across), {"decision": "left"})
    assert client.get(address(across))["Location"] == address(inside)
    across.refresh_from_db()
    assert across.decision == Decision.OPEN


def test_page_asks_as_much_for_many_meetings_as_for_few(client, django_assert_max_num_queries):
    make_curator(client)
    double = make_pair(*two())
    with django_assert_max_num_queries(45) as few:
        client.get(address(double))
    for hour in range(20):
        make_meeting(double.first.kind_instance, start=datetime.time(hour))
        Channel.objects.create(listing=double.first, type="call", dial=f"40855502{hour:02d}")
    with django_assert_max_num_queries(len(few)):
        client.get(address(double))


def test_rows_of_two_kinds_hold_what_either_has():
    left = make_listing(
        "therapists", insurance="Any", accepting="yes", accepting_on=datetime.date(2026, 3, 3)
    )
    right = make_listing("recovery-housing", beds=0, beds_on=datetime.date(2026, 3, 4))
    rows = {row.term: row for row in comparison.comparison_rows(left, right)}
    assert rows["Insurance taken"].verdict == "Only on the left"
    # None free is a fact.
    assert [line.text for line in rows["Free beds"].right] == ["0"]
    assert rows["Kind"].verdict == "Different"
    assert not rows["Kind"].same
