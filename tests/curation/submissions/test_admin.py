"""The admin of reports and suggestions: a page for each, its actions, and the way to the next one."""

import datetime

import pytest
import time_machine
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.test import Client
from django.urls import reverse
from reversion.models import Version

from core.work_queues import sorted_queues
from curation.models import Message, Report, Suggestion
from curation.submissions import presenters, services
from directory.models import Channel, Listing, Verification
from groups.models import Meeting, SupportGroup
from tests.builders import make_account, make_curator, make_group, make_listing, make_meeting, make_place
from tests.curation.submissions.submitting import main_text, open_answer, parse_html
from tests.directory.admin.test_admin import unknown_attributes
from tests.form_filling import sent_by

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("pages and forms of the admin")]


@pytest.fixture
def curator(client):
    return make_curator(client)


@pytest.fixture
def group():
    return make_group(slug="lantern", name="Lantern Group", meetings=2, place=make_place())


def make_report(listing, meeting=None, problem="wrong-time", details="It is at half past.", on=None):
    """Send a report, and return it with its access code."""
    with time_machine.travel(on or datetime.datetime.now(datetime.UTC)):
        code = services.send_report(listing=listing, meeting=meeting, problem=problem, details=details)
    return Report.objects.latest("pk"), code


def make_suggestion(**facts):
    blank = {
        "kind": "therapists",
        "name": "River Counseling",
        "location": "",
        "schedule": "",
        "contact": "",
        "details": "",
    }
    code = services.send_suggestion(**{**blank, **facts})
    return Suggestion.objects.latest("pk"), code


def submission_page(row):
    return presenters.admin_url(row)


def press_button(client, row, action, **facts):
    """Press a button of a submission's page with the form as it stands; `facts` override its values."""
    form = {}
    if action == "fix":
        form = sent_by(client.get(submission_page(row)), "form.fix-form")
    return client.post(submission_page(row), {**form, **facts, "action": action})


def messages_text(response):
    return parse_html(response).select_one(".messagelist").get_text(" ", strip=True)


def test_fix_corrects_verifies_and_publishes_with_one_form(client, curator, group):
    meeting = group.meetings.first()
    row, code = make_report(group, meeting)
    following, _code = make_report(make_listing(), problem="closed")
    response = press_button(client, row, "fix", **{"fix-start": "19:30"})
    assert response["Location"] == submission_page(following)
    meeting.refresh_from_db(), row.refresh_from_db()
    assert meeting.start == datetime.time(19, 30)
    assert (row.status, row.handled_by) == ("fixed", curator)
    check = Verification.objects.get()
    assert (check.listing_id, check.method, check.verified_by, check.fields) == (
        group.pk,
        "called",
        curator,
        ["meetings"],
    )
    public = Client().get("/listing/lantern/").content.decode()
    assert "7:30" in public
    assert "by phone" in public
    assert "Put right." in main_text(open_answer(Client(), code))


def test_first_queue_opens_the_report_with_the_focus_on_the_time(client, curator, group):
    """The first queue opens the report with the focus on the time: five keys for it, then Enter."""
    row, _code = make_report(group, group.meetings.first())
    first = parse_html(client.get("/admin/")).select_one(".queues a")
    assert first["href"] == submission_page(row)
    page = parse_html(client.get(first["href"]))
    [focused] = page.select("[autofocus]")
    assert (focused["name"], focused["type"], focused["value"]) == ("fix-start", "time", "19:00")
    assert focused.find_parent("form").select_one("button")["value"] == "fix"


@pytest.mark.parametrize(
    ("problem", "focus"),
    [("wrong-time", "fix-start"), ("closed", "fix-active"), ("nobody", "fix-active"), ("wrong-place", "fix-status"),
     ("wrong-number", "fix-join_url"), ("other", "fix-status")],
)  # fmt: skip
def test_focus_is_on_the_field_most_likely_wrong(client, curator, group, problem, focus):
    row, _code = make_report(group, group.meetings.first(), problem=problem)
    assert [
        field["name"] for field in parse_html(client.get(submission_page(row))).select("[autofocus]")
    ] == [focus]


@pytest.mark.parametrize("problem", Report.Problem.values)
def test_report_page_opens_for_each_problem(client, curator, problem):
    listing = make_listing()
    Channel.objects.create(listing=listing, type="call", dial="4085550101")
    row, _code = make_report(listing, problem=problem)
    page = parse_html(client.get(submission_page(row)))
    assert page.select_one("form.fix-form")
    assert len(page.select("[autofocus]")) == 1


def test_report_page_marks_the_reported_meeting(client, curator, group):
    row, _code = make_report(group, group.meetings.last())
    page = parse_html(client.get(submission_page(row)))
    assert [mark.text for mark in page.select("aside mark")] == ["Tuesday 7:00 pm"]
    assert "Monday 7:00 pm" in page.select_one("aside").text
    assert page.select_one(f"a[href='{listing_page(row)}'][accesskey]")
    assert page.select_one("aside a[href='/listing/lantern/']")
    assert "It is at half past." in page.select_one("blockquote").text


def listing_page(row):
    return reverse(f"admin:curation_{row._meta.model_name}_listing", args=(row.pk,))


def test_report_page_says_what_changed_since(client, curator, group):
    meeting = group.meetings.first()
    row, _code = make_report(group, meeting)
    assert "It says now" not in parse_html(client.get(submission_page(row))).select_one("#content").text
    Meeting.objects.filter(pk=meeting.pk).update(start=datetime.time(18))
    text = parse_html(client.get(submission_page(row))).select_one("#content").get_text(" ", strip=True)
    assert "The listing said Monday 7:00 pm It says now Monday 6:00 pm" in text


def test_equal_reports_share_one_page(client, curator, group):
    row, _code = make_report(group, details="First.")
    make_report(group, details="<b>Second.</b>")
    page = client.get(submission_page(row))
    assert "Sent 2 times." in page.content.decode()
    assert [each.p.find_next_sibling("p").text for each in parse_html(page).select("blockquote")] == [
        "First.",
        "<b>Second.</b>",
    ]
    joined = Report.objects.latest("pk")
    assert client.get(submission_page(joined)).status_code == 302
    assert (
        parse_html(client.get(reverse("admin:curation_report_changelist")))
        .select_one(".field-times_sent")
        .text
        == "2"
    )


def test_fix_writes_only_what_the_curator_changed(client, curator, group):
    meeting = group.meetings.first()
    row, _code = make_report(group, meeting)
    form = sent_by(client.get(submission_page(row)), "form.fix-form")
    Meeting.objects.filter(pk=meeting.pk).update(minutes=45, join_url="https://example.org/new")
    client.post(submission_page(row), {**form, "fix-start": "20:00", "action": "fix"})
    meeting.refresh_from_db()
    assert (meeting.start, meeting.minutes, meeting.join_url) == (
        datetime.time(20), 45, "https://example.org/new",
    )  # fmt: skip


def test_fix_keeps_history_and_marks_the_correction(client, curator):
    group = make_group(source="example", provenance={"*": {"source": "Example"}})
    meeting = make_meeting(group)
    row, _code = make_report(group, meeting)
    press_button(client, row, "fix", **{"fix-weekday": "3"})
    versions = Version.objects.get_for_object(SupportGroup.objects.get(pk=group.pk))
    comments = [version.revision.get_comment() for version in versions]
    assert comments == [
        "Checked by phone.",
        "Put right after a report.",
        "As it was before the first change here.",
    ]
    assert {version.revision.user for version in versions} == {curator, None}
    mark = Listing.objects.get(pk=group.pk).provenance["meetings"]
    assert mark["corrected_by"] == str(curator.pk)


def test_fix_deactivates_a_meeting(client, curator, group):
    meeting = group.meetings.first()
    row, _code = make_report(group, meeting, problem="closed")
    form = sent_by(client.get(submission_page(row)), "form.fix-form")
    form.pop("fix-active")
    client.post(submission_page(row), {**form, "action": "fix"})
    assert not Meeting.objects.get(pk=meeting.pk).active


def test_fix_corrects_a_number(client, curator):
    listing = make_listing(slug="calm")
    channel = Channel.objects.create(listing=listing, type="call", dial="4085550101", display="408-555-0101")
    row, _code = make_report(listing, problem="wrong-number")
    assert row.value_when_reported == "408-555-0101"
    bad = press_button(client, row, "fix", **{f"fix-dial-{channel.pk}": "call us"})
    assert "No telephone can dial this" in bad.content.decode()
    press_button(
        client,
        row,
        "fix",
        **{f"fix-dial-{channel.pk}": "4085550102", f"fix-display-{channel.pk}": "408-555-0102"},
    )
    channel.refresh_from_db()
    assert (channel.dial, channel.display) == ("4085550102", "408-555-0102")
    assert Verification.objects.get().fields == ["channels"]


def test_fix_closes_a_listing_with_a_reason_only(client, curator):
    listing = make_listing(slug="gone")
    row, _code = make_report(listing, problem="closed")
    refused = press_button(client, row, "fix", **{"fix-status": "closed"})
    assert "Say why" in refused.content.decode()
    assert Report.objects.get().status == "open"
    press_button(client, row, "fix", **{"fix-status": "closed", "fix-status_reason": "It ended in May."})
    assert "It ended in May." in Client().get("/listing/gone/").content.decode()


def test_fix_publishes_a_paused_listing(client, curator):
    listing = make_listing(slug="back", status="paused", status_reason="Nobody knew.")
    row, _code = make_report(listing, problem="other", details="It is open again.")
    press_button(client, row, "fix", **{"fix-status": "published", "fix-everything": "on"})
    listing.refresh_from_db()
    assert (listing.status, listing.status_reason) == ("published", "")
    assert Verification.objects.get().fields == []
    assert "Checked" in Client().get("/listing/back/").content.decode()


def test_fix_without_a_check_records_none(client, curator, group):
    row, _code = make_report(group)
    press_button(client, row, "fix", **{"fix-how": ""})
    assert Report.objects.get().status == "fixed"
    assert not Verification.objects.exists()


def test_fix_refuses_a_meeting_without_a_time(client, curator, group):
    meeting = group.meetings.first()
    row, _code = make_report(group, meeting)
    response = press_button(client, row, "fix", **{"fix-start": ""})
    assert "Give the time at which it starts." in response.content.decode()
    meeting.refresh_from_db()
    assert meeting.start == datetime.time(19)
    assert Report.objects.get().status == "open"


def test_listing_page_saves_verifies_and_closes(client, curator, group):
    row, _code = make_report(group, group.meetings.first())
    address = listing_page(row)
    page = client.get(address)
    assert parse_html(page).select_one("#supportgroup_form input[type=submit]")["name"] == "_close_card"
    form = sent_by(page, "#supportgroup_form")
    response = client.post(address, {**form, "name": "Lantern Fellowship", "_close_card": "1"})
    assert response["Location"] == reverse("admin:index")
    group.refresh_from_db(), row.refresh_from_db()
    assert (group.name, row.status) == ("Lantern Fellowship", "fixed")
    assert Verification.objects.get().method == "called"


def test_listing_page_records_one_check(client, curator, group):
    row, _code = make_report(group)
    form = sent_by(client.get(listing_page(row)), "#supportgroup_form")
    client.post(listing_page(row), {**form, "checked": "website", "_close_card": "1"})
    assert [check.method for check in Verification.objects.all()] == ["website"]


def test_listing_page_with_errors_keeps_the_report_open(client, curator, group):
    row, _code = make_report(group)
    form = sent_by(client.get(listing_page(row)), "#supportgroup_form")
    response = client.post(listing_page(row), {**form, "name": "", "_close_card": "1"})
    assert response.status_code == 200
    assert parse_html(response).select_one(".errornote")
    assert parse_html(response).select_one("input[name=_close_card]")
    assert Report.objects.get().status == "open"


def test_listing_page_may_be_saved_without_closing(client, curator, group):
    row, _code = make_report(group)
    form = sent_by(client.get(listing_page(row)), "#supportgroup_form")
    client.post(listing_page(row), {**form, "_save": "1"})
    assert Report.objects.get().status == "open"


def test_question_reaches_everybody_who_sent_it(client, curator, group):
    row, first = make_report(group)
    _joined, second = make_report(group)
    press_button(client, row, "ask", text="Which door was it?")
    assert Message.objects.count() == 1
    for code in (first, second):
        assert "Which door was it?" in main_text(open_answer(Client(), code))
    assert Report.objects.get(pk=row.pk).status == "asked"


def test_reply_of_a_sender_is_shown_and_reopens_the_report(client, curator, group):
    row, _first = make_report(group)
    _joined, second = make_report(group)
    press_button(client, row, "ask", text="Which door was it?")
    assert not presenters.open_submissions(Report.objects.all()).exists()
    open_answer(Client(), second, text="The <i>red</i> one.")
    assert presenters.open_submissions(Report.objects.all()).get() == row
    assert "The &lt;i&gt;red&lt;/i&gt; one." in client.get(submission_page(row)).content.decode()


def test_question_without_an_answer_returns_after_two_weeks(client, curator, group):
    row, _code = make_report(group)
    press_button(client, row, "ask", text="Which door was it?")
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=presenters.DAYS_TO_ANSWER)
    with time_machine.travel(later - datetime.timedelta(days=1)):
        assert presenters.next_submission(Report, curator) is None
    with time_machine.travel(later):
        assert presenters.next_submission(Report, curator) == row


def test_dismissal_needs_a_note_that_senders_never_see(client, curator, group):
    row, code = make_report(group)
    assert "Say why" in press_button(client, row, "dismiss", private_note=" ").content.decode()
    press_button(client, row, "dismiss", private_note="I was there myself.")
    row.refresh_from_db()
    assert (row.status, row.private_note, row.handled_by) == ("dismissed", "I was there myself.", curator)
    response = main_text(open_answer(Client(), code))
    assert "nothing to change" in response
    assert "I was there" not in response


def test_note_alone_keeps_the_report_open(client, curator, group):
    row, _code = make_report(group)
    press_button(client, row, "note", private_note="Ask Tuesday.")
    row.refresh_from_db()
    assert (row.status, row.private_note) == ("open", "Ask Tuesday.")
    assert "Ask Tuesday." in client.get(submission_page(row)).content.decode()


@pytest.mark.parametrize("action", ["fix", "ask", "dismiss"])
def test_second_curator_gets_a_message_that_it_was_handled(client, curator, group, action):
    row, _code = make_report(group, group.meetings.first())
    form = sent_by(client.get(submission_page(row)), "form.fix-form")
    services.dismiss_submission(row, note="Done.", by=make_account())
    facts = {**form, "fix-start": "20:00", "text": "Why?", "private_note": "x"}
    client.post(submission_page(row), {**facts, "action": action})
    assert "in the meantime" in messages_text(client.get("/admin/"))
    row.refresh_from_db()
    assert (row.status, row.private_note) == ("dismissed", "Done.")
    assert not Verification.objects.exists()


def test_handled_report_offers_only_the_note(client, curator, group):
    row, _code = make_report(group)
    services.dismiss_submission(row, note="Done.", by=curator)
    page = parse_html(client.get(submission_page(row)))
    assert {button["value"] for button in page.select("button[name=action]")} == {"note"}


def test_next_submission_is_the_oldest(client, curator):
    days = [datetime.datetime(2026, 3, day, 12, tzinfo=datetime.UTC) for day in (3, 1, 2)]
    rows = [make_report(make_listing(), on=day)[0] for day in days]
    third, first, second = rows
    assert client.get(reverse("admin:curation_report_next"))["Location"] == submission_page(first)
    assert parse_html(client.get(submission_page(first))).select_one("a[accesskey=n]")[
        "href"
    ] == submission_page(second)
    for row, following in ((first, second), (second, third)):
        assert press_button(client, row, "dismiss", private_note="x")["Location"] == submission_page(
            following
        )
    assert press_button(client, third, "dismiss", private_note="x")["Location"] == "/admin/"
    assert "Nothing else waits here." in messages_text(client.get("/admin/"))


def test_queues_have_count_and_oldest_day(curator):
    make_report(make_listing(), on=datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC))
    row, _code = make_report(make_listing(), on=datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC))
    make_report(row.listing)
    reported, suggested = presenters.submission_queues(curator)
    assert (reported.key, reported.count, reported.oldest, reported.url) == (
        "reported", 2, datetime.date(2026, 3, 1), submission_page(row),
    )  # fmt: skip
    assert (suggested.key, suggested.count, suggested.oldest) == ("suggested", 0, None)
    assert {"reported", "suggested"} <= {queue.key for queue in sorted_queues(curator)}


def test_submissions_come_before_other_queues(curator):
    make_report(make_listing(), on=datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=2))
    first, second = sorted_queues(curator)[:2]
    assert first.key == "reported"
    assert second.count
    assert second.oldest < first.oldest


def test_queues_need_the_right_to_handle_submissions():
    assert presenters.submission_queues(make_account(is_staff=True)) == []


def test_suggestion_becomes_a_hidden_draft(client, curator):
    row, code = make_suggestion(
        schedule="Mondays", contact="408-555-0123", details="Kind.", location="San Jose"
    )
    response = press_button(client, row, "draft")
    row.refresh_from_db()
    assert response["Location"] == listing_page(row)
    draft = row.listing.kind_instance
    assert (draft.kind, draft.name, draft.slug, draft.status) == (
        "therapists", "River Counseling", "river-counseling", "draft",
    )  # fmt: skip
    assert (draft.description, draft.hours_note) == ("Kind.", "Mondays")
    assert [(channel.type, channel.dial, channel.display) for channel in draft.channels.all()] == [
        ("call", "4085550123", "408-555-0123")
    ]
    assert row.status == "fixed"
    assert Client().get("/listing/river-counseling/").status_code == 404
    assert "We are adding it." in main_text(open_answer(Client(), code))
    [version] = Version.objects.get_for_object(draft)
    assert (version.revision.user, version.revision.get_comment()) == (
        curator,
        "From a visitor’s suggestion.",
    )
    above = parse_html(client.get(response["Location"])).select_one(".submission-summary").text
    assert "San Jose" in above


def test_draft_can_be_published_from_its_page(client, curator):
    row, code = make_suggestion()
    address = press_button(client, row, "draft")["Location"]
    form = sent_by(client.get(address), "#therapist_form")
    client.post(address, {**form, "status": "published", "_close_card": "1"})
    assert "on the site now" in main_text(open_answer(Client(), code))


@pytest.mark.parametrize("kind", ["support-groups", "hotlines", "community", "self-help", "recovery-housing"])
def test_draft_of_any_kind_opens(client, curator, kind):
    row, _code = make_suggestion(kind=kind, name="渡り鳥")
    assert client.get(press_button(client, row, "draft")["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("contact", "channel"),
    [
        ("408-555-0123", ("call", "4085550123")), ("+1 (408) 555.0123", ("call", "+14085550123")),
        ("https://example.org/a", ("website", "https://example.org/a")), ("a@example.org", ("email", "a@example.org")),
        ("ask at the desk", None), ("408-555-0123 or come by", None), ("javascript:alert(1)", None), ("", None),
        ("https://example.org and more", None), ("- -", None),
    ],
)  # fmt: skip
def test_contact_is_parsed_or_left_out(contact, channel):
    assert services.parse_contact(contact) == channel


def test_suggestion_page_lists_similar_listings(client, curator):
    there = make_listing(name="River Counseling Center")
    row, _code = make_suggestion()
    assert parse_html(client.get(submission_page(row))).select_one(f"aside a[href$='/{there.pk}/change/']")


def test_draft_is_made_once(client, curator):
    row, _code = make_suggestion()
    press_button(client, row, "draft"), press_button(client, row, "draft")
    assert Listing.objects.count() == 1


def test_admin_neither_adds_nor_deletes_submissions(client, curator, group):
    row, _code = make_report(group)
    for page in ("add", "delete"):
        args = (row.pk,) if page == "delete" else ()
        assert client.get(reverse(f"admin:curation_report_{page}", args=args)).status_code == 403


def test_staff_without_the_permission_see_no_submissions(client, group):
    row, _code = make_report(group)
    curator = make_curator(client)
    curator.groups.clear()
    for address in (submission_page(row), listing_page(row), reverse("admin:curation_report_next")):
        assert client.get(address).status_code == 403
    assert press_button(client, row, "dismiss", private_note="x").status_code == 403
    assert Report.objects.get().status == "open"


def test_forms_need_the_csrf_token(curator, group):
    row, _code = make_report(group)
    client = Client(enforce_csrf_checks=True)
    client.force_login(curator)
    assert client.post(submission_page(row), {"action": "dismiss", "private_note": "x"}).status_code == 403


@pytest.mark.parametrize("action", ["", "explode", "draft"])
def test_unknown_action_changes_nothing(client, curator, group, action):
    row, _code = make_report(group)
    assert client.post(submission_page(row), {"action": action}).status_code == 200
    assert Report.objects.get().status == "open"


def test_pages_have_no_inline_code(client, curator, group):
    row, _code = make_report(group, group.meetings.first())
    suggestion, _code = make_suggestion()
    for address in (submission_page(row), listing_page(row), submission_page(suggestion)):
        text = client.get(address).content.decode()
        assert "<style" not in text
        assert " onclick" not in text
        assert " style=" not in text


def test_lists_open_and_search(client, curator, group):
    make_report(group), make_suggestion()
    for name in ("report", "suggestion"):
        address = reverse(f"admin:curation_{name}_changelist")
        for asked in ({}, {"q": "half"}, {"status__exact": "open", "_facets": "True"}):
            assert client.get(address, asked).status_code == 200


@pytest.mark.parametrize("model", [Report, Suggestion], ids=lambda model: model.__name__)
def test_admin_options_are_known(model):
    for own in type(admin.site._registry[model]).__mro__:
        if own.__module__.startswith("curation"):
            ours = {
                "page_template",
                "handlers",
                "forms",
                "handle",
                "page_context",
                "redirect_after",
                "close",
                "open_next",
            }
            more = {
                "next_view",
                "listing_view",
                "listing_context",
                "ask",
                "dismiss",
                "save_note",
                "fix",
                "create_draft",
            }
            extra = {"may_change_listing", "may_create_draft", "times_sent"}
            assert set(unknown_attributes(own, ModelAdmin)) <= ours | more | extra


def test_bad_text_is_escaped(client, curator, group):
    row, _code = make_report(group, details="</textarea><script>alert(1)</script>{{7*7}}")
    page = client.get(submission_page(row)).content.decode()
    assert "<script>alert(1)" not in page
    assert "{{7*7}}" in page


def test_corrected_number_is_written_as_people_write_it(client, curator, group):
    channel = Channel.objects.create(listing=group, type="call", dial="4085550101", display="Front desk")
    row, _code = make_report(group, problem="wrong-number")
    press_button(client, row, "fix", **{f"fix-dial-{channel.pk}": "(605) 555-0123 ext 12"})
    channel.refresh_from_db()
    assert (channel.dial, channel.display) == ("+16055550123,,12", "Front desk")


def test_corrected_dial_in_is_dialable_or_refused(client, curator, group):
    meeting = group.meetings.first()
    row, _code = make_report(group, meeting, problem="wrong-number")
    refused = press_button(client, row, "fix", **{"fix-join_phone": "see website"})
    assert "No telephone can dial this" in refused.content.decode()
    assert "see website" in refused.content.decode()
    press_button(client, row, "fix", **{"fix-join_phone": "605-555-0123 ID: 869 126 579"})
    meeting.refresh_from_db()
    assert meeting.join_phone == "+16055550123,,869126579#"


def test_draft_has_the_language_of_the_site_and_leaves_the_zone_to_its_place(client, curator):
    row, _code = make_suggestion()
    press_button(client, row, "draft")
    row.refresh_from_db()
    assert (row.listing.languages, row.listing.country, row.listing.zone) == (("en",), "US", "")
