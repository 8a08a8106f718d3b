"""The admin shows a pair side by side; a decision opens the next pair and can be undone."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils.formats import date_format

from curation.duplicates import comparison
from curation.models import CuratorRegion, LikelyDuplicate
from directory.models import Channel, HoursException, Listing, OpeningInterval, Region
from tests.builders import make_account, make_curator, make_group, make_listing, make_meeting, make_place
from tests.curation.duplicates.pairs import make_pair, stored_values
from tests.form_filling import sent_by
from tests.project_rules import inline_code

pytestmark = pytest.mark.django_db
Decision = LikelyDuplicate.Decision
LIST = "admin:curation_likelyduplicate_changelist"


def decision_page(pair):
    return reverse("admin:curation_likelyduplicate_change", args=(pair.pk,))


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def decide(client, pair, decision):
    """Press a button of the page, which must be there."""
    page = client.get(decision_page(pair))
    assert soup(page).select_one(f'form.decision button[value="{decision}"]'), decision
    return client.post(decision_page(pair), {**sent_by(page, "form.decision"), "decision": decision})


def make_two_groups():
    one = make_group(name="Lantern", meetings=2, place=make_place(), summary="Ours.")
    other = make_group(name="Lantern Group", meetings=1, place=one.place)
    make_meeting(other, weekday=4, name="Candles")
    Channel.objects.create(listing=other, type="call", dial="4085550102", display="408-555-0102")
    return one, other


def comparison_table(page):
    return {
        row.select_one("th").text.strip(): [" ".join(cell.text.split()) for cell in row.select("td")]
        for row in soup(page).select(".duplicates tbody tr")
    }


def test_page_compares_both_listings_in_words(client):
    make_curator(client)
    page = client.get(decision_page(make_pair(*make_two_groups(), reasons=["The same phone: 988."])))
    facts = comparison_table(page)
    assert "The same phone: 988." in soup(page).select_one(".duplicates ul").text
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


def test_page_marks_lines_that_only_one_cell_has(client):
    make_curator(client)
    one, other = make_two_groups()
    for dial in ("4085550101", "4085550102"):
        Channel.objects.create(listing=one, type="call", dial=dial, display="408-555-0102")
    left, right, verdict = comparison_table(client.get(decision_page(make_pair(one, other))))[
        "Ways to reach it"
    ]
    assert left.startswith("Call: 408-555-0102 [4085550101] (only here)Call: 408-555-0102")
    assert left.count("only here") == 1
    assert ("only here" in right, verdict) == (False, "Different")


def test_page_works_without_script_and_with_the_keyboard(client):
    make_curator(client)
    page = client.get(decision_page(make_pair(*make_two_groups())))
    form = soup(page).select_one("form.decision")
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
def test_keep_one_side_merges_and_opens_the_next_pair(client, side, kept):
    curator = make_curator(client)
    listings = make_two_groups()
    pair, following = make_pair(*listings), make_pair(make_listing(), make_listing())
    answer = decide(client, pair, side)
    assert answer["Location"] == decision_page(following)
    pair.refresh_from_db()
    assert (pair.decision, pair.decided_by) == (Decision.MERGED, curator)
    assert Listing.objects.get(replaced_by=listings[kept].pk).pk == listings[1 - kept].pk
    said = soup(client.get(answer["Location"])).select_one(".messagelist .success")
    assert "now leads to" in said.text
    assert said.select_one("a")["href"] == decision_page(pair)


def test_last_decision_opens_the_list(client):
    make_curator(client)
    assert decide(client, make_pair(*make_two_groups()), "apart")["Location"] == reverse(LIST)


def test_decide_different_and_undo(client):
    make_curator(client)
    listings = make_two_groups()
    before = stored_values(*listings)
    pair = make_pair(*listings)
    decide(client, pair, "apart")
    pair.refresh_from_db()
    assert pair.decision == Decision.DIFFERENT
    assert stored_values(*listings) == before
    decide(client, pair, "undo")
    pair.refresh_from_db()
    assert pair.decision == Decision.OPEN


def test_undo_restores_both_and_stays_on_the_page(client):
    make_curator(client)
    listings = make_two_groups()
    before = stored_values(*listings)
    pair = make_pair(*listings)
    decide(client, pair, "left")
    assert stored_values(*listings) != before
    page = client.get(decision_page(pair))
    assert "Merged: “Lantern” was kept." in page.content.decode()
    assert not soup(page).select('form.decision button[value="left"]')
    assert decide(client, pair, "undo")["Location"] == decision_page(pair)
    assert stored_values(*listings) == before


def test_refused_undo_says_why(client):
    make_curator(client)
    one, other = make_two_groups()
    pair = make_pair(one, other)
    decide(client, pair, "left")
    Listing.objects.filter(pk=other.pk).update(status_reason="Burnt down.")
    decide(client, pair, "undo")
    assert "changed since" in soup(client.get(decision_page(pair))).select_one(".messagelist .error").text
    assert Listing.objects.get(pk=other.pk).status == "closed"


@pytest.mark.parametrize("decision", ["", "merge", "left\0"])
def test_unknown_decision_changes_nothing(client, decision):
    make_curator(client)
    pair = make_pair(*make_two_groups())
    assert client.post(decision_page(pair), {"decision": decision})["Location"] == decision_page(pair)
    pair.refresh_from_db()
    assert pair.decision == Decision.OPEN


def test_second_decision_is_refused(client):
    make_curator(client)
    pair = make_pair(*make_two_groups())
    decide(client, pair, "apart")
    client.post(decision_page(pair), {"decision": "left"})
    assert "Somebody decided meanwhile" in client.get(decision_page(pair)).content.decode()


def test_deleted_pair_opens_the_next(client):
    make_curator(client)
    pair, following = make_pair(*make_two_groups()), make_pair(*make_two_groups())
    pair.delete()
    gone = reverse("admin:curation_likelyduplicate_change", args=(following.pk + 7,))
    assert client.get(gone)["Location"] == decision_page(following)


def test_list_shows_open_pairs_first(client):
    make_curator(client)
    pairs = [
        make_pair(*make_two_groups(), decision=decision)
        for decision in (Decision.DIFFERENT, Decision.OPEN, Decision.MERGED)
    ]
    page = client.get(reverse(LIST))
    assert [row.pk for row in page.context["cl"].result_list] == [pairs[1].pk, pairs[2].pk, pairs[0].pk]
    assert client.get(reverse(LIST), {"q": "Lantern", "decision": "open"}).context["cl"].result_count == 1


def test_pairs_need_the_right_to_change_listings(client):
    make_curator(client)
    staff = make_account(is_staff=True)
    from network.accounts.allauth_internals import TOTP, generate_totp_secret

    TOTP.activate(staff, generate_totp_secret())
    client.force_login(staff)
    one, other = make_two_groups()
    pair = make_pair(one, other)
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(decision_page(pair)).status_code == 403
    assert client.post(decision_page(pair), {"decision": "left"}).status_code == 403
    pair.refresh_from_db()
    assert pair.decision == Decision.OPEN


def test_curator_of_a_region_opens_only_pairs_within_it(client):
    curator = make_curator(client)
    ours = Region.objects.create(name="Ours", country="US")
    CuratorRegion.objects.create(curator=curator, region=ours)
    inside = make_pair(make_listing(region=ours), make_listing(region=ours))
    across = make_pair(make_listing(region=ours), make_listing())
    assert client.get(decision_page(inside)).status_code == 200
    client.post(decision_page(across), {"decision": "left"})
    assert client.get(decision_page(across))["Location"] == decision_page(inside)
    across.refresh_from_db()
    assert across.decision == Decision.OPEN


def test_page_takes_the_same_queries_for_many_meetings(client, django_assert_max_num_queries):
    make_curator(client)
    pair = make_pair(*make_two_groups())
    with django_assert_max_num_queries(45) as few:
        client.get(decision_page(pair))
    for hour in range(20):
        make_meeting(pair.first.kind_instance, start=datetime.time(hour))
        Channel.objects.create(listing=pair.first, type="call", dial=f"40855502{hour:02d}")
    with django_assert_max_num_queries(len(few)):
        client.get(decision_page(pair))


def test_comparison_has_a_line_for_each_range_of_days_and_exception():
    left, right = make_listing("therapists"), make_listing("therapists", hours_note="Ring first.")
    for listing in (left, right):
        for weekday, hour in ((0, 9), (1, 9), (4, 12)):
            OpeningInterval.objects.create(
                listing=listing, weekday=weekday, opens=datetime.time(hour), closes=datetime.time(17)
            )
    HoursException.objects.create(listing=left, date=datetime.date(2026, 12, 25))
    hours = next(row for row in comparison.comparison_rows(left, right) if row.term == "Hours")
    usual = [("Monday to Tuesday, 9:00 am to 5:00 pm", False), ("Friday, 12:00 pm to 5:00 pm", False)]
    closed = f"{date_format(datetime.date(2026, 12, 25), 'DATE_FORMAT')} closed"
    assert [(line.text, line.only_here) for line in hours.left] == [*usual, (closed, True)]
    assert [(line.text, line.only_here) for line in hours.right] == [*usual, ("Ring first.", True)]


def test_comparison_of_two_kinds_has_the_fields_of_both():
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
