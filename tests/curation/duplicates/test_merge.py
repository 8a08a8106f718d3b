"""A merge closes one listing in favour of another, and its undo restores both."""

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
from curation.duplicates.merge import MergeError, mark_as_different, merge_listings, reopen_pair, undo_merge
from curation.models import LikelyDuplicate
from directory.kinds.registry import kinds
from directory.models import Channel, HoursException, Listing, OpeningInterval, Organization
from directory.vocabulary import Audience, Language
from groups.models import Meeting
from tests.builders import make_account, make_group, make_listing, make_meeting, make_place
from tests.curation.duplicates.pairs import make_pair, stored_values

pytestmark = pytest.mark.django_db
Decision = LikelyDuplicate.Decision


@pytest.fixture
def curator():
    return make_account(is_staff=True)


def reload(listing):
    return kinds[listing.kind].model.objects.get(pk=listing.pk)


def add_phone(listing, dial, **facts):
    return Channel.objects.create(listing=listing, type="call", dial=dial, **facts)


def merge_pair(keep, other, by):
    return merge_listings(make_pair(keep, other), keep=keep, by=by)


# ---- What merging does ----


def test_merge_closes_the_other_and_redirects_to_the_kept(curator, client):
    keep, other = make_listing(name="Hope House"), make_listing(name="Hope Hse")
    pair = merge_pair(keep, other, curator)
    other.refresh_from_db()
    assert (other.status, other.status_reason, other.replaced_by_id) == (
        "closed", "The same as “Hope House”.", keep.pk,
    )  # fmt: skip
    assert (pair.decision, pair.decided_by, pair.decided_on) == (
        Decision.MERGED,
        curator,
        timezone.localdate(),
    )
    assert client.get(other.get_absolute_url())["Location"] == keep.get_absolute_url()


def test_merge_may_keep_either_listing(curator):
    one, other = make_listing(), make_listing()
    merge_listings(make_pair(one, other), keep=other, by=curator)
    assert reload(one).replaced_by_id == other.pk
    with pytest.raises(ValueError, match="none of the two"):
        merge_listings(make_pair(make_listing(), make_listing()), keep=one, by=curator)


def test_merge_fills_only_empty_fields(curator):
    organization = Organization.objects.create(name="Hope")
    keep = make_listing(name="Hope", summary="Ours.", languages=("en",))
    other = make_listing(
        name="Hoppe", summary="Theirs.", description="Long.", languages=("es",), audiences=("women",),
        organization=organization, insurance="Any",
    )  # fmt: skip
    merge_pair(keep, other, curator)
    now = reload(keep)
    assert (now.name, now.summary, now.languages) == ("Hope", "Ours.", ("en",))
    assert (now.description, now.audiences, now.organization, now.insurance) == (
        "Long.", ("women",), organization, "Any",
    )  # fmt: skip


def test_merge_does_not_mix_fields_that_belong_together(curator):
    day = datetime.date(2026, 3, 3)
    keep = make_listing(price_high=80)
    merge_pair(keep, make_listing(price_low=100, price_high=150), curator)
    assert (reload(keep).price_low, reload(keep).price_high) == (None, 80)
    empty = make_listing()
    merge_pair(empty, make_listing(accepting="yes", accepting_on=day), curator)
    assert (reload(empty).accepting, reload(empty).accepting_on) == ("yes", day)


def test_merge_leaves_texts_in_another_language(curator):
    keep = make_listing()
    merge_pair(
        keep,
        make_listing(text_language="es", summary="Bienvenidos.", country="US", languages=("es",)),
        curator,
    )
    assert (reload(keep).summary, reload(keep).country, reload(keep).languages) == ("", "US", ("es",))


def test_merge_of_two_kinds_fills_only_shared_fields(curator):
    keep, other = make_listing("treatment"), make_listing("therapists", summary="A.", insurance="Any")
    merge_pair(keep, other, curator)
    assert reload(keep).summary == "A."


def test_merge_appends_channels_with_other_numbers(curator):
    keep, other = make_listing(), make_listing()
    add_phone(keep, "4085550101", position=4)
    for dial in ("+1 408 555-0101", "4085550102", "14085550102", "988"):
        add_phone(other, dial)
    merge_pair(keep, other, curator)
    assert [(row.dial, row.position) for row in reload(keep).channels.all()] == [
        ("4085550101", 4), ("4085550102", 5), ("988", 6),
    ]  # fmt: skip
    assert reload(other).channels.count() == 4


def test_merge_adds_meetings_at_other_times(curator):
    keep, other = make_group(meetings=1, modes=("in-person",)), make_group(modes=("online",))
    make_meeting(other, name="The same")
    make_meeting(other, start=datetime.time(22), zone="America/New_York", name="The same by another clock")
    make_meeting(other, weekday=2, source_ref="wed", name="New")
    make_meeting(other, weekday=3, modes=("phone",), name="New too")
    merge_pair(keep, other, curator)
    added = reload(keep).meetings.exclude(name="").order_by("weekday")
    assert [(row.name, row.modes, row.source_ref) for row in added] == [
        ("New", ("online",), ""), ("New too", ("phone",), ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "of_kept", "of_other", "own", "expected"),
    [
        ("languages", ("en",), ("es",), (), ("es",)),
        ("languages", ("en",), ("es",), ("fr",), ("fr",)),
        ("languages", (), ("es",), (), ()),
        ("audiences", ("women",), ("men",), (), ("men",)),
        ("access", ("step-free",), ("parking",), (), ("parking",)),
        ("attendance_slips", "no", "yes", "", "yes"),
        ("attendance_slips", "yes", "yes", "", ""),
    ],
)
def test_merged_meeting_says_itself_what_its_group_said(curator, name, of_kept, of_other, own, expected):
    keep, other = make_group(meetings=1, **{name: of_kept}), make_group(**{name: of_other})
    make_meeting(other, weekday=2, **{name: own})
    merge_pair(keep, other, curator)
    added = reload(keep).meetings.get(weekday=2)
    assert getattr(added, name) == expected
    assert added.own_or_group(name) == (own or of_other)


def test_merged_meeting_keeps_its_public_id_and_an_undo_returns_it(curator):
    keep, other = make_group(meetings=1), make_group()
    moved, same = make_meeting(other, weekday=2), make_meeting(other)
    pair = merge_pair(keep, other, curator)
    assert reload(keep).meetings.get(weekday=2).public_id == moved.public_id
    same.refresh_from_db()
    assert Meeting.objects.get(pk=same.pk).public_id == same.public_id
    assert Meeting.objects.get(pk=moved.pk).public_id != moved.public_id
    undo_merge(pair, by=curator)
    assert Meeting.objects.get(pk=moved.pk).public_id == moved.public_id
    assert reload(keep).meetings.count() == 1


def test_merge_takes_all_hours_or_none(curator):
    bare, full = make_listing(), make_listing()
    OpeningInterval.objects.create(listing=full, weekday=1, opens=datetime.time(8), closes=datetime.time(9))
    for keep in (bare, full):
        other = make_listing(zone="America/Denver")
        OpeningInterval.objects.create(
            listing=other, weekday=0, opens=datetime.time(9), closes=datetime.time(17)
        )
        HoursException.objects.create(listing=other, date=datetime.date(2026, 12, 25))
        merge_pair(keep, other, curator)
    assert (reload(bare).intervals.count(), reload(bare).exceptions.count(), reload(bare).zone) == (
        1,
        1,
        "America/Denver",
    )
    assert (reload(full).intervals.count(), reload(full).exceptions.count()) == (1, 0)


def test_merge_leaves_hours_of_another_zone(curator):
    keep, other = make_listing(zone="America/New_York"), make_listing(zone="America/Denver", always_open=True)
    merge_pair(keep, other, curator)
    assert not reload(keep).always_open


def test_merge_takes_always_open(curator):
    keep = make_listing("hotlines")
    merge_pair(keep, make_listing("hotlines", always_open=True, zone="UTC"), curator)
    assert reload(keep).always_open


def test_merge_records_provenance(curator):
    keep = make_listing(source="one", source_ref="1", provenance={"*": {"source": "One"}})
    other = make_listing(
        source="two", source_ref="2", slug="other", summary="S.", provenance={"*": {"source": "Two"}}
    )
    add_phone(other, "4085550101")
    merge_pair(keep, other, curator)
    today = timezone.localdate().isoformat()
    notes = reload(keep).provenance
    assert notes["*"] == {"source": "One"}
    mark = {"merged_from": "other", "source": "two", "when": today, "corrected_by": str(curator.pk)}
    assert (notes["channels"], notes["summary"]) == (mark, mark)
    assert reload(other).provenance["status"]["corrected_by"] == str(curator.pk)


def test_merge_is_one_revision_of_each_listing(curator):
    keep, other = make_listing(name="Hope"), make_listing(name="Hoppe", summary="S.")
    undo_merge(merge_pair(keep, other, curator), by=curator)
    for listing, words in ((keep, "Merged with “Hoppe”"), (other, "Merged into “Hope”")):
        steps = [version.revision.comment for version in Version.objects.get_for_object(reload(listing))]
        assert steps[0] == "The merge was undone."
        assert steps[1].startswith(words)
        assert len(steps) == 3  # the state before the first change stands below


# ---- What is refused ----


def test_decided_pair_is_refused(curator):
    keep, other = make_listing(), make_listing()
    pair = merge_pair(keep, other, curator)
    before = stored_values(keep, other)
    for again in (lambda: merge_listings(pair, keep=keep, by=curator), lambda: mark_as_different(pair, by=curator),
                  lambda: reopen_pair(pair)):  # fmt: skip
        with pytest.raises(MergeError, match="Somebody decided meanwhile: Merged"):
            again()
    assert stored_values(keep, other) == before


def test_deleted_pair_is_refused(curator):
    keep = make_listing()
    pair = make_pair(keep, make_listing())
    LikelyDuplicate.objects.all().delete()
    with pytest.raises(MergeError, match="gone"):
        merge_listings(pair, keep=keep, by=curator)


def test_merge_of_a_closed_listing_is_refused(curator):
    keep, other = make_listing(name="Open"), make_listing(name="Over", status="closed", status_reason="Over.")
    for kept in (keep, other):
        with pytest.raises(MergeError, match="“Over” is closed"):
            merge_listings(LikelyDuplicate.objects.first() or make_pair(keep, other), keep=kept, by=curator)


def test_merge_into_a_draft_is_refused(curator):
    draft, public = make_listing(name="Draft", status="draft"), make_listing()
    pair = make_pair(draft, public)
    with pytest.raises(MergeError, match="Publish “Draft” first"):
        merge_listings(pair, keep=draft, by=curator)
    merge_listings(pair, keep=public, by=curator)
    assert reload(draft).replaced_by_id == public.pk


def test_failed_merge_changes_nothing(curator, monkeypatch):
    keep, other = make_listing(), make_listing(summary="S.")
    pair, before = make_pair(keep, other), stored_values(keep, other)
    monkeypatch.setattr(duplicate_merge, "record_decision", lambda *args, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        merge_listings(pair, keep=keep, by=curator)
    assert stored_values(keep, other) == before
    assert not Version.objects.exists()


# ---- Undoing ----


def make_full_pair():
    keep = make_group(
        meetings=1, name="Hope", source="one", source_ref="1", provenance={"*": {"source": "One"}}
    )
    other = make_group(
        meetings=3, summary="S.", audiences=("women",), place=make_place(), first_visit="Come in.",
        source="two", source_ref="2", provenance={"status": {"corrected_by": "7", "when": "2026-01-01"}},
    )  # fmt: skip
    add_phone(keep, "4085550101")
    add_phone(other, "4085550102")
    return keep, other


def test_undo_restores_both_listings(curator):
    keep, other = make_full_pair()
    before = stored_values(keep, other)
    pair = merge_pair(keep, other, curator)
    assert stored_values(keep, other) != before
    pair = undo_merge(pair, by=curator)
    assert stored_values(keep, other) == before
    assert (pair.decision, pair.undo, pair.decided_by) == (
        Decision.OPEN,
        {duplicate_merge.UNMERGED: True},
        None,
    )


def test_undo_keeps_later_changes_of_other_values(curator):
    keep, other = make_full_pair()
    pair = merge_pair(keep, other, curator)
    now = reload(keep)
    now.hours_note, now.provenance = "Ring twice", {**now.provenance, "hours_note": {"corrected_by": "1"}}
    now.save()
    add_phone(keep, "4085550103")
    undo_merge(pair, by=curator)
    now = reload(keep)
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
def test_undo_is_refused_where_a_merged_value_was_changed(curator, edit, words):
    keep, other = make_full_pair()
    pair = merge_pair(keep, other, curator)
    edit(keep, other)
    before = stored_values(keep, other)
    with pytest.raises(MergeError, match=words):
        undo_merge(pair, by=curator)
    assert stored_values(keep, other) == before
    assert LikelyDuplicate.objects.get().decision == Decision.MERGED


def test_mark_as_different_and_reopen(curator):
    keep, other = make_listing(), make_listing()
    before = stored_values(keep, other)
    pair = mark_as_different(make_pair(keep, other), by=curator)
    assert (pair.decision, pair.decided_by) == (Decision.DIFFERENT, curator)
    assert reopen_pair(pair).decision == Decision.OPEN
    assert stored_values(keep, other) == before


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
        add_phone(listing, dial)
    for weekday, start, zone in slots:
        if kind == "support-groups":
            make_meeting(listing, weekday=weekday, start=start, zone=zone)
        elif not listing.intervals.filter(weekday=weekday, opens=start).exists():
            OpeningInterval.objects.create(listing=listing, weekday=weekday, opens=start, closes=start)
    return listing


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(SIDE, SIDE)
def test_merge_and_undo_changes_nothing_for_any_two_listings(one, other):
    curator = make_account()
    keep, other = random_listing(*one), random_listing(*other)
    before = stored_values(keep, other)
    pair = make_pair(keep, other)
    try:
        pair = merge_listings(pair, keep=keep, by=curator)
    except MergeError:
        assert (keep.status, other.status) == ("draft", "published")
    else:
        assert reload(other).replaced_by_id == keep.pk
        undo_merge(pair, by=curator)
    assert stored_values(keep, other) == before


# ---- Later runs of a feed ----


def test_loading_facts_again_keeps_a_merge(curator):
    call_command("load_facts", stdout=io.StringIO())
    keep, other = Listing.objects.filter(source="facts", kind="hotlines").order_by("pk")[:2]
    by_hand = make_listing("hotlines")
    add_phone(by_hand, "4085550109")
    merge_pair(keep, by_hand, curator)
    merge_pair(by_hand := make_listing("hotlines"), other, curator)
    call_command("load_facts", stdout=io.StringIO())
    assert reload(keep).channels.filter(dial="4085550109").exists()
    assert (reload(other).status, reload(other).replaced_by_id) == ("closed", by_hand.pk)


def run(tmp_path, *rows, source):
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(rows))
    call_command("import_feed", "meeting-guide", str(path), source=source, json=True)


def feed_row(**facts):
    return {
        "slug": "lantern", "name": "Lantern Group", "day": 1, "time": "19:00", "types": ["O"],
        "formatted_address": "412 Alder Street, San Jose, CA 95112, USA", "latitude": 37.34, "longitude": -121.88,
        **facts,
    }  # fmt: skip


def test_later_imports_keep_a_merge(tmp_path, curator, capsys):
    run(tmp_path, feed_row(), source="One")
    run(tmp_path, feed_row(slug="b", name="Lantern", group_notes="Ring twice.", day=[1, 3]), source="Two")
    keep, other = Listing.objects.get(source="one"), Listing.objects.get(source="two")
    pair = merge_pair(keep, other, curator)
    run(tmp_path, feed_row(), source="One")
    run(tmp_path, feed_row(slug="b", name="Lantern", group_notes="Ring.", day=[1, 3, 5]), source="Two")
    assert (reload(other).status, reload(other).replaced_by_id) == ("closed", keep.pk)
    assert reload(keep).description == "Ring twice."
    assert sorted(reload(keep).meetings.values_list("weekday", flat=True)) == [0, 2]
    undo_merge(pair, by=curator)
    assert reload(keep).meetings.count() == 1
