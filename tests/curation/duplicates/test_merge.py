"""Merging closes one listing in favour of another, and undoing it gives both back whole."""

import datetime
import io
import json

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reversion.models import Version

from curation.duplicates import merge as duplicate_merge
from curation.duplicates.merge import MergeError, mark_different, merge, reopen, unmerge
from curation.models import LikelyDuplicate
from directory.kinds.registry import kinds
from directory.models import Channel, HoursException, Listing, OpeningInterval, Organization
from directory.vocabulary import Audience, Language
from groups.models import Meeting
from tests.builders import make_account, make_group, make_listing, make_meeting, make_place
from tests.curation.duplicates.pairs import make_pair, whole

pytestmark = pytest.mark.django_db
Decision = LikelyDuplicate.Decision


@pytest.fixture
def curator():
    return make_account(is_staff=True)


def own(listing):
    return kinds[listing.kind].model.objects.get(pk=listing.pk)


def call(listing, dial, **facts):
    return Channel.objects.create(listing=listing, type="call", dial=dial, **facts)


def merged(keep, other, by):
    return merge(make_pair(keep, other), keep=keep, by=by)


# ---- What merging does ----


def test_merge_closes_the_other_and_leads_to_the_kept(curator, client):
    keep, other = make_listing(name="Hope House"), make_listing(name="Hope Hse")
    double = merged(keep, other, curator)
    other.refresh_from_db()
    assert (other.status, other.status_reason, other.replaced_by_id) == (
        "closed", "The same as “Hope House”.", keep.pk,
    )  # fmt: skip
    assert (double.decision, double.decided_by, double.decided_on) == (
        Decision.MERGED,
        curator,
        timezone.localdate(),
    )
    assert client.get(other.get_absolute_url())["Location"] == keep.get_absolute_url()


def test_either_of_the_two_may_be_kept(curator):
    one, other = make_listing(), make_listing()
    merge(make_pair(one, other), keep=other, by=curator)
    assert own(one).replaced_by_id == other.pk
    with pytest.raises(ValueError, match="none of the two"):
        merge(make_pair(make_listing(), make_listing()), keep=one, by=curator)


def test_kept_takes_over_only_what_it_lacks(curator):
    organization = Organization.objects.create(name="Hope")
    keep = make_listing(name="Hope", summary="Ours.", languages=("en",))
    other = make_listing(
        name="Hoppe", summary="Theirs.", description="Long.", languages=("es",), audiences=("women",),
        organization=organization, insurance="Any",
    )  # fmt: skip
    merged(keep, other, curator)
    now = own(keep)
    assert (now.name, now.summary, now.languages) == ("Hope", "Ours.", ("en",))
    assert (now.description, now.audiences, now.organization, now.insurance) == (
        "Long.", ("women",), organization, "Any",
    )  # fmt: skip


def test_facts_that_belong_together_are_not_mixed(curator):
    day = datetime.date(2026, 3, 3)
    keep = make_listing(price_high=80)
    merged(keep, make_listing(price_low=100, price_high=150), curator)
    assert (own(keep).price_low, own(keep).price_high) == (None, 80)
    empty = make_listing()
    merged(empty, make_listing(accepting="yes", accepting_on=day), curator)
    assert (own(empty).accepting, own(empty).accepting_on) == ("yes", day)


def test_texts_in_another_language_are_left(curator):
    keep = make_listing()
    merged(
        keep,
        make_listing(text_language="es", summary="Bienvenidos.", country="US", languages=("es",)),
        curator,
    )
    assert (own(keep).summary, own(keep).country, own(keep).languages) == ("", "US", ("es",))


def test_between_kinds_only_what_all_kinds_share_is_taken(curator):
    keep, other = make_listing("treatment"), make_listing("therapists", summary="A.", insurance="Any")
    merged(keep, other, curator)
    assert own(keep).summary == "A."


def test_channels_with_another_dial_are_added_behind(curator):
    keep, other = make_listing(), make_listing()
    call(keep, "4085550101", position=4)
    for dial in ("+1 408 555-0101", "4085550102", "14085550102", "988"):
        call(other, dial)
    merged(keep, other, curator)
    assert [(row.dial, row.position) for row in own(keep).channels.all()] == [
        ("4085550101", 4), ("4085550102", 5), ("988", 6),
    ]  # fmt: skip
    assert own(other).channels.count() == 4


def test_meetings_at_other_times_are_added(curator):
    keep, other = make_group(meetings=1, modes=("in-person",)), make_group(modes=("online",))
    make_meeting(other, name="The same")
    make_meeting(other, start=datetime.time(22), zone="America/New_York", name="The same by another clock")
    make_meeting(other, weekday=2, source_ref="wed", name="New")
    make_meeting(other, weekday=3, modes=("phone",), name="New too")
    merged(keep, other, curator)
    added = own(keep).meetings.exclude(name="").order_by("weekday")
    assert [(row.name, row.modes, row.source_ref) for row in added] == [
        ("New", ("online",), ""), ("New too", ("phone",), ""),
    ]  # fmt: skip


def test_hours_are_taken_whole_or_not_at_all(curator):
    bare, full = make_listing(), make_listing()
    OpeningInterval.objects.create(listing=full, weekday=1, opens=datetime.time(8), closes=datetime.time(9))
    for keep in (bare, full):
        other = make_listing(zone="America/Denver")
        OpeningInterval.objects.create(
            listing=other, weekday=0, opens=datetime.time(9), closes=datetime.time(17)
        )
        HoursException.objects.create(listing=other, date=datetime.date(2026, 12, 25))
        merged(keep, other, curator)
    assert (own(bare).intervals.count(), own(bare).exceptions.count(), own(bare).zone) == (
        1,
        1,
        "America/Denver",
    )
    assert (own(full).intervals.count(), own(full).exceptions.count()) == (1, 0)


def test_hours_by_another_clock_are_left(curator):
    keep, other = make_listing(zone="America/New_York"), make_listing(zone="America/Denver", always_open=True)
    merged(keep, other, curator)
    assert not own(keep).always_open


def test_round_the_clock_is_taken_over(curator):
    keep = make_listing("hotlines")
    merged(keep, make_listing("hotlines", always_open=True, zone="UTC"), curator)
    assert own(keep).always_open


def test_provenance_notes_what_came_from_where(curator):
    keep = make_listing(source="one", source_ref="1", provenance={"*": {"source": "One"}})
    other = make_listing(
        source="two", source_ref="2", slug="other", summary="S.", provenance={"*": {"source": "Two"}}
    )
    call(other, "4085550101")
    merged(keep, other, curator)
    today = timezone.localdate().isoformat()
    notes = own(keep).provenance
    assert notes["*"] == {"source": "One"}
    mark = {"merged_from": "other", "source": "two", "when": today, "corrected_by": str(curator.pk)}
    assert (notes["channels"], notes["summary"]) == (mark, mark)
    assert own(other).provenance["status"]["corrected_by"] == str(curator.pk)


def test_merge_is_one_step_in_the_history_of_each(curator):
    keep, other = make_listing(name="Hope"), make_listing(name="Hoppe", summary="S.")
    unmerge(merged(keep, other, curator), by=curator)
    for listing, words in ((keep, "Merged with “Hoppe”"), (other, "Merged into “Hope”")):
        steps = [version.revision.comment for version in Version.objects.get_for_object(own(listing))]
        assert steps[0] == "The merge was undone."
        assert steps[1].startswith(words)
        assert len(steps) == 3  # the state before the first change stands below


# ---- What is refused ----


def test_decided_pair_is_not_decided_again(curator):
    keep, other = make_listing(), make_listing()
    double = merged(keep, other, curator)
    before = whole(keep, other)
    for again in (lambda: merge(double, keep=keep, by=curator), lambda: mark_different(double, by=curator),
                  lambda: reopen(double)):  # fmt: skip
        with pytest.raises(MergeError, match="Somebody decided meanwhile: Merged"):
            again()
    assert whole(keep, other) == before


def test_pair_that_is_gone_is_refused(curator):
    keep = make_listing()
    double = make_pair(keep, make_listing())
    LikelyDuplicate.objects.all().delete()
    with pytest.raises(MergeError, match="gone"):
        merge(double, keep=keep, by=curator)


def test_closed_listing_is_not_merged(curator):
    keep, other = make_listing(name="Open"), make_listing(name="Over", status="closed", status_reason="Over.")
    for kept in (keep, other):
        with pytest.raises(MergeError, match="“Over” is closed"):
            merge(LikelyDuplicate.objects.first() or make_pair(keep, other), keep=kept, by=curator)


def test_visitors_are_not_led_to_a_draft(curator):
    draft, public = make_listing(name="Draft", status="draft"), make_listing()
    double = make_pair(draft, public)
    with pytest.raises(MergeError, match="Publish “Draft” first"):
        merge(double, keep=draft, by=curator)
    merge(double, keep=public, by=curator)
    assert own(draft).replaced_by_id == public.pk


def test_merge_that_fails_half_way_leaves_nothing(curator, monkeypatch):
    keep, other = make_listing(), make_listing(summary="S.")
    double, before = make_pair(keep, other), whole(keep, other)
    monkeypatch.setattr(duplicate_merge, "record_decision", lambda *args, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        merge(double, keep=keep, by=curator)
    assert whole(keep, other) == before
    assert not Version.objects.exists()


# ---- Undoing ----


def full_pair():
    keep = make_group(
        meetings=1, name="Hope", source="one", source_ref="1", provenance={"*": {"source": "One"}}
    )
    other = make_group(
        meetings=3, summary="S.", audiences=("women",), place=make_place(), first_visit="Come in.",
        source="two", source_ref="2", provenance={"status": {"corrected_by": "7", "when": "2026-01-01"}},
    )  # fmt: skip
    call(keep, "4085550101")
    call(other, "4085550102")
    return keep, other


def test_unmerge_gives_both_back_whole(curator):
    keep, other = full_pair()
    before = whole(keep, other)
    double = merged(keep, other, curator)
    assert whole(keep, other) != before
    double = unmerge(double, by=curator)
    assert whole(keep, other) == before
    assert (double.decision, double.undo, double.decided_by) == (
        Decision.OPEN,
        {duplicate_merge.TAKEN_APART: True},
        None,
    )


def test_unmerge_keeps_what_was_changed_elsewhere_since(curator):
    keep, other = full_pair()
    double = merged(keep, other, curator)
    now = own(keep)
    now.hours_note, now.provenance = "Ring twice", {**now.provenance, "hours_note": {"corrected_by": "1"}}
    now.save()
    call(keep, "4085550103")
    unmerge(double, by=curator)
    now = own(keep)
    assert (now.hours_note, now.summary) == ("Ring twice", "")
    assert now.provenance == {"*": {"source": "One"}, "hours_note": {"corrected_by": "1"}}
    assert [row.dial for row in now.channels.all()] == ["4085550101", "4085550103"]


def edit_summary(keep, other):
    Listing.objects.filter(pk=keep.pk).update(summary="Mine.")


def reopen_other(keep, other):
    Listing.objects.filter(pk=other.pk).update(status="paused", status_reason="Moving.")


def take_out_channel(keep, other):
    keep.channels.get(dial="4085550102").delete()


def move_meeting(keep, other):
    Meeting.objects.filter(group=keep.pk, weekday=2).update(start=datetime.time(20))


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (edit_summary, "Hope: in one or two sentences"),
        (reopen_other, "status"),
        (take_out_channel, "way to reach it"),
        (move_meeting, "Wednesday 20:00"),
    ],
)
def test_unmerge_is_refused_where_a_touched_value_was_changed(curator, edit, words):
    keep, other = full_pair()
    double = merged(keep, other, curator)
    edit(keep, other)
    before = whole(keep, other)
    with pytest.raises(MergeError, match=words):
        unmerge(double, by=curator)
    assert whole(keep, other) == before
    assert LikelyDuplicate.objects.get().decision == Decision.MERGED


def test_apart_and_reopen(curator):
    keep, other = make_listing(), make_listing()
    before = whole(keep, other)
    double = mark_different(make_pair(keep, other), by=curator)
    assert (double.decision, double.decided_by) == (Decision.APART, curator)
    assert reopen(double).decision == Decision.OPEN
    assert whole(keep, other) == before


# ---- Any two listings ----

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
CONTENTS = st.fixed_dictionaries(
    {},
    optional={
        "summary": WORDS, "description": WORDS, "cost_note": WORDS, "hours_note": WORDS,
        "languages": st.sets(st.sampled_from(Language.values), max_size=3).map(tuple),
        "audiences": st.sets(st.sampled_from(Audience.values), max_size=3).map(tuple),
        "country": st.sampled_from(["", "US", "CA"]), "zone": st.sampled_from(["", "UTC", "America/Denver"]),
        "always_open": st.booleans(), "text_language": st.sampled_from(["en", "es"]),
        "source": st.sampled_from(["", "one"]), "status": st.sampled_from(["published", "draft"]),
        "provenance": st.dictionaries(
            st.sampled_from(["*", "summary", "status", "channels"]), st.just({"corrected_by": "1"})
        ),
    },
)  # fmt: skip
KINDS = st.sampled_from(["support-groups", "therapists", "hotlines", "recovery-housing"])
DIALS = st.lists(st.sampled_from(["988", "4085550101", "+14085550101", "4085550102"]), max_size=3)
TIMES = st.times().map(lambda time: time.replace(microsecond=0))
SLOTS = st.lists(st.tuples(st.integers(0, 6), TIMES, st.sampled_from(["UTC", "Asia/Kolkata"])), max_size=3)
SIDE = st.tuples(KINDS, CONTENTS, DIALS, SLOTS)


def random_listing(kind, contents, dials, slots):
    listing = make_listing(kind, **contents)
    for dial in dials:
        call(listing, dial)
    for weekday, start, zone in slots:
        if kind == "support-groups":
            make_meeting(listing, weekday=weekday, start=start, zone=zone)
        elif not listing.intervals.filter(weekday=weekday, opens=start).exists():
            OpeningInterval.objects.create(listing=listing, weekday=weekday, opens=start, closes=start)
    return listing


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(SIDE, SIDE)
def test_merge_and_unmerge_is_nothing_for_any_two(one, other):
    curator = make_account()
    keep, other = random_listing(*one), random_listing(*other)
    before = whole(keep, other)
    double = make_pair(keep, other)
    try:
        double = merge(double, keep=keep, by=curator)
    except MergeError:
        assert (keep.status, other.status) == ("draft", "published")
    else:
        assert own(other).replaced_by_id == keep.pk
        unmerge(double, by=curator)
    assert whole(keep, other) == before


# ---- Later runs of a feed ----


def test_facts_loaded_again_follow_a_merge(curator):
    call_command("load_facts", stdout=io.StringIO())
    keep, other = Listing.objects.filter(source="facts", kind="hotlines").order_by("pk")[:2]
    by_hand = make_listing("hotlines")
    call(by_hand, "4085550109")
    merged(keep, by_hand, curator)
    merged(by_hand := make_listing("hotlines"), other, curator)
    call_command("load_facts", stdout=io.StringIO())
    assert own(keep).channels.filter(dial="4085550109").exists()
    assert (own(other).status, own(other).replaced_by_id) == ("closed", by_hand.pk)


def run(tmp_path, *rows, source):
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(rows))
    call_command("import_feed", "meeting-guide", str(path), source=source, json=True)


def row(**facts):
    return {
        "slug": "lantern", "name": "Lantern Group", "day": 1, "time": "19:00", "types": ["O"],
        "formatted_address": "412 Alder Street, San Jose, CA 95112, USA", "latitude": 37.34, "longitude": -121.88,
        **facts,
    }  # fmt: skip


def test_later_runs_follow_a_merge(tmp_path, curator, capsys):
    run(tmp_path, row(), source="One")
    run(tmp_path, row(slug="b", name="Lantern", group_notes="Ring twice.", day=[1, 3]), source="Two")
    keep, other = Listing.objects.get(source="one"), Listing.objects.get(source="two")
    double = merged(keep, other, curator)
    run(tmp_path, row(), source="One")
    run(tmp_path, row(slug="b", name="Lantern", group_notes="Ring.", day=[1, 3, 5]), source="Two")
    assert (own(other).status, own(other).replaced_by_id) == ("closed", keep.pk)
    assert own(keep).description == "Ring twice."
    assert sorted(own(keep).meetings.values_list("weekday", flat=True)) == [0, 2]
    unmerge(double, by=curator)
    assert own(keep).meetings.count() == 1
