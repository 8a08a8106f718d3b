"""Reports and suggestions as visitors send them: what is stored, what is refused, and who may read the answer."""

import datetime
import hashlib
import statistics
import time

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from core import codes
from curation.models import Message, Report, Suggestion
from curation.submissions import access_codes, rate_limit, services, text_cleaning
from tests.builders import make_account, make_group, make_listing, make_meeting
from tests.curation.submissions.submitting import (
    FROM_OUR_PAGE,
    access_code,
    main_text,
    open_answer,
    parse_html,
    post_form,
    send_report,
    send_suggestion,
)
from tests.soak import size

pytestmark = pytest.mark.django_db

BAD_TEXTS = {
    "nul": "late\x00r",
    "controls": "".join(map(chr, range(32))) + "\x7f\x80\x9f later",
    "right to left": "\u202ereversed\u202c and \u2067more\u2069",
    "zero width": "lat\u200ber\u200d\u200c\ufeff",
    "combining": "a" + "\u0301" * 10_000,
    "mixed combining": "a" + "\u0301\u0323\u0488" * 3_000,
    "emoji family": "👨‍👩‍👧‍👦 came 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "full width": "ｌａｔｅｒ ７:３０ ٧:٣٠",
    "dotless": "Iıİi ßSS",
    "quotes": "';--\" \\ % _ ` DROP TABLE",
    "operators": '"*NEAR( name:x )) AND NOT &|!<->',
    "many words": "later " * 330,
    "template": "{{7*7}} {% debug %} ${x} ../../etc",
    "line ends": "one\r\ntwo\rthree\x0bfour\x85five\u2028six",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)> later",
    "markdown": "[click](javascript:alert(1)) later",
    "formula": "=cmd|' /C calc'!A0",
    "not a character": "\ufffe\uffff later",
    "thai": "กี่โมง",
    "arabic": "الساعة السابعة",
}
BAD_BYTES = {
    "invalid utf-8": b"%ff%fe+later",
    "overlong": b"%c0%af%e0%80%af+later",
    "lone surrogate": b"%ed%a0%80+later",
    "cut short": b"later+%e2%82",
    "half escape": b"later+%",
}


@pytest.fixture
def group():
    return make_group(slug="lantern", name="Lantern Group", meetings=2)


def test_report_page_asks_which_meeting_and_for_no_contact(client, group):
    page = parse_html(client.get("/listing/lantern/report/?problem=closed"))
    meetings = page.select("input[type=radio][name=meeting]")
    assert [each["value"] for each in meetings] == [*(str(m.pk) for m in group.meetings.all()), "all"]
    assert page.select_one("input[name=problem][checked]")["value"] == "closed"
    assert {field["name"] for field in page.select("main [name]")} == {
        "meeting",
        "problem",
        "details",
        "subject",
    }


def test_report_page_chooses_the_only_meeting(client):
    meeting = make_meeting(make_group(slug="one"))
    page = parse_html(client.get("/listing/one/report/"))
    assert page.select_one("input[name=meeting][checked]")["value"] == str(meeting.pk)


def test_report_page_without_meetings_asks_for_none(client):
    make_listing(slug="calm")
    assert not parse_html(client.get("/listing/calm/report/")).select("[name=meeting]")
    assert send_report(client, "calm").status_code == 200
    assert Report.objects.get().meeting is None


def test_report_is_stored_with_meeting_and_value(client, group):
    meeting = group.meetings.last()
    response = send_report(
        client, "lantern", meeting=meeting.pk, problem="wrong-time", details="Half past seven."
    )
    kept = Report.objects.get()
    assert (kept.listing_id, kept.meeting, kept.problem, kept.details) == (
        group.pk,
        meeting,
        "wrong-time",
        "Half past seven.",
    )
    assert kept.value_when_reported == "Tuesday 7:00 pm"
    assert kept.status == "open"
    assert "Thank you" in main_text(response)


def test_suggestion_is_stored(client):
    response = send_suggestion(client, schedule="Tuesdays", contact="408-555-0123", details="Kind people.")
    kept = Suggestion.objects.get()
    assert (kept.kind, kept.name, kept.location, kept.schedule, kept.contact, kept.details) == (
        "support-groups", "Morning Light", "San Jose", "Tuesdays", "408-555-0123", "Kind people.",
    )  # fmt: skip
    assert access_code(response)


def test_pages_link_to_the_forms(client, group):
    assert parse_html(client.get("/listing/lantern/")).select_one("a[href='/listing/lantern/report/']")
    assert parse_html(client.get("/")).select_one("footer a[href='/suggest/']")
    assert parse_html(client.get("/find/?q=zzzzqqqq")).select_one("#results a[href='/suggest/']")


def test_sending_needs_no_account_and_sets_no_cookie(client, group):
    for response in (
        send_report(client, "lantern", meeting="all"),
        send_suggestion(client),
        open_answer(client, "X"),
    ):
        assert response.status_code == 200
        assert not response.cookies
        assert response.headers["Cache-Control"] == "no-store"
        assert "CDN-Cache-Control" not in response.headers


@pytest.mark.parametrize("address", ["/listing/lantern/report/", "/suggest/", "/answer/"])
def test_forms_from_other_sites_are_refused(client, group, address):
    for headers in ({}, {"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}):
        response = Client(enforce_csrf_checks=True).post(address, {"problem": "nobody"}, headers=headers)
        assert response.status_code == 403
    assert Client(enforce_csrf_checks=True).post(
        address, {}, headers={"Sec-Fetch-Site": "same-origin"}
    ).status_code == 200  # fmt: skip


@pytest.mark.parametrize("status", ["draft", "in-review"])
def test_report_on_a_hidden_listing_is_not_found(client, status):
    make_listing(slug="secret", status=status)
    assert client.get("/listing/secret/report/").status_code == 404
    assert send_report(client, "secret").status_code == 404
    assert send_report(client, "nowhere").status_code == 404


def test_report_on_a_paused_listing_is_stored(client):
    make_listing(slug="away", status="paused", status_reason="Roof.")
    assert send_report(client, "away").status_code == 200
    assert Report.objects.count() == 1


def test_report_on_a_moved_listing_goes_to_the_new_one(client):
    new = make_listing(slug="new")
    make_listing(slug="old", status="closed", status_reason="Moved.", replaced_by=new)
    send_report(client, "old")
    assert Report.objects.get().listing_id == new.pk


@pytest.mark.parametrize(
    "data",
    [
        {"problem": ""}, {"problem": "teleport"}, {"meeting": ""}, {"meeting": "999999"}, {"meeting": "x"},
        {"problem": "other", "details": ""}, {"details": "https://example.org/a"}, {"details": "!!! ???"},
        {"details": "see " + "https://example.org/ " * 6}, {"details": "x" * 2001}, {"subject": "buy"},
    ],
)  # fmt: skip
def test_invalid_report_is_refused_with_its_text_kept(client, group, data):
    sent = {"meeting": "all", "details": "Nobody came.", **data}
    response = send_report(client, "lantern", **sent)
    page = parse_html(response)
    assert response.status_code == 200
    assert page.select_one("main [role=alert]")
    assert page.select_one("textarea[name=details]").text.strip() == sent["details"].strip()
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {"kind": ""}, {"kind": "spaceships"}, {"name": ""}, {"name": "  \u200b "}, {"name": "https://example.org"},
        {"name": "x" * 256}, {"location": "x" * 301}, {"details": "www.example.org"}, {"subject": "x"},
    ],
)  # fmt: skip
def test_invalid_suggestion_is_refused(client, data):
    response = send_suggestion(client, contact="408-555-0123", **data)
    assert response.status_code == 200
    assert parse_html(response).select_one("input[name=contact]")["value"] == "408-555-0123"
    assert not Suggestion.objects.exists()


def test_honeypot_is_hidden_labelled_and_cleared(client):
    page = parse_html(send_suggestion(client, subject="spam"))
    field = page.select_one("input[name=subject]")
    assert field.find_parent(class_="sr-only")
    assert page.select_one(f"label[for={field['id']}]").text == "Leave this empty"
    assert not field.get("value")
    assert field["tabindex"] == "-1"
    assert "filled in" in page.select_one("[role=alert]").text


@pytest.mark.every_case
@pytest.mark.parametrize("words", BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_bad_text_never_breaks_a_page(client, group, words):
    began = time.perf_counter()
    responses = [
        send_report(client, "lantern", meeting="all", details=words),
        send_suggestion(client, name=words[:250], details=words),
        open_answer(client, words),
    ]
    assert time.perf_counter() - began < 2
    for response in responses:
        assert response.status_code == 200
        assert "<script>alert" not in response.content.decode()
    code = access_code(responses[0])
    assert open_answer(client, code, text=words).status_code == 200
    for kept in [
        *Report.objects.values_list("details", flat=True),
        *Message.objects.values_list("text", flat=True),
    ]:
        assert not set(kept) & (set(map(chr, range(32))) - set("\n\t"))


@pytest.mark.parametrize("raw", BAD_BYTES.values(), ids=BAD_BYTES)
def test_invalid_bytes_are_decoded(client, group, raw):
    body = b"meeting=all&problem=nobody&details=" + raw
    response = client.post(
        "/listing/lantern/report/", body, content_type="application/x-www-form-urlencoded",
        headers=FROM_OUR_PAGE,
    )  # fmt: skip
    assert response.status_code == 200
    assert "later" in Report.objects.get().details


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "hex", "idna", "zip", "nonsense", "rot13"])
def test_other_character_sets_are_ignored(client, group, charset):
    parts = {"meeting": b"all", "problem": b"nobody", "details": b"+2AA- later", "subject": b""}
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in parts.items()
    )
    for kind in (f"multipart/form-data; boundary=x; charset={charset}", f"text/plain; charset={charset}"):
        response = Client(raise_request_exception=False).generic(
            "POST", "/listing/lantern/report/", body + b"--x--\r\n", content_type=kind, headers=FROM_OUR_PAGE
        )
        assert response.status_code in (200, 400)


@pytest.mark.parametrize("address", ["/listing/lantern/report/", "/suggest/", "/answer/"])
def test_three_megabytes_are_refused_with_a_page(client, group, address):
    response = post_form(client, address, details="x" * 3 * 1024 * 1024, code="y")
    assert response.status_code == 413
    assert "too long" in main_text(response)
    assert parse_html(response).select_one("section.crisis-strip a[href='tel:988']")


def test_one_megabyte_is_shown_again(client, group):
    words = "word " * 200_000
    response = send_report(client, "lantern", meeting="all", details=words)
    assert response.status_code == 200
    assert parse_html(response).select_one("textarea").text.strip() == words.strip()
    assert "999999 signs" in response.content.decode()


def test_too_many_fields_are_refused(group):
    client = Client(raise_request_exception=False)
    response = post_form(client, "/suggest/", **{f"field{number}": "x" for number in range(2100)})
    assert response.status_code == 400
    assert parse_html(response).select_one("section.crisis-strip")


def test_equal_report_points_to_the_original(client, group):
    meeting = group.meetings.first()
    for words in ("First.", "Second.", ""):
        send_report(client, "lantern", meeting=meeting.pk, details=words)
    send_report(client, "lantern", meeting="all", details="Another thing.")
    card, *_rest = Report.objects.filter(duplicate_of=None)
    assert Report.objects.filter(duplicate_of=None).count() == 2
    assert [each.details for each in card.duplicates.order_by("pk")] == ["Second.", ""]


def test_equal_report_after_handling_is_a_new_original(client, group):
    send_report(client, "lantern", meeting="all")
    Report.objects.update(status="fixed")
    send_report(client, "lantern", meeting="all")
    assert Report.objects.filter(duplicate_of=None).count() == 2


def test_equal_report_reopens_an_asked_original(client, group):
    send_report(client, "lantern", meeting="all")
    Report.objects.update(status="asked")
    send_report(client, "lantern", meeting="all")
    assert Report.objects.get(duplicate_of=None).status == "open"


def test_equal_suggestion_points_to_the_original(client):
    send_suggestion(client)
    send_suggestion(client, name="morning light", location="SAN JOSE")
    send_suggestion(client, location="Oakland")
    assert Suggestion.objects.filter(duplicate_of=None).count() == 2


def test_code_is_readable_and_only_its_hash_is_stored(client, group):
    code = access_code(send_report(client, "lantern", meeting="all"))
    assert [len(part) for part in code.split("-")] == [5, 5, 5, 5]
    assert set(code) - {"-"} <= set(codes.CODE_ALPHABET)
    kept = Report.objects.get()
    assert kept.code_hash == hashlib.sha256(code.replace("-", "").encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM curation_report")
        rows = str(cursor.fetchall())
    assert code not in rows
    assert code.replace("-", "") not in rows


def test_codes_are_random_enough():
    assert len(codes.CODE_ALPHABET) ** codes.CODE_LENGTH > 2**80
    assert len({access_codes.new_code() for _ in range(200)}) == 200


def test_answer_opens_with_the_code_however_it_is_typed(client, group):
    code = access_code(send_report(client, "lantern", meeting="all", details="The door was shut."))
    for typed in (code, code.lower(), code.replace("-", " "), f"  {code} "):
        words = main_text(open_answer(client, typed))
        assert "The door was shut." in words
        assert "It waits to be looked at." in words


def test_almost_right_code_is_answered_as_an_unknown_one(client, group):
    code = access_code(send_report(client, "lantern", meeting="all", details="Mine."))
    almost = code[:-1] + ("2" if code[-1] != "2" else "3")
    responses = [open_answer(client, given) for given in (almost, "22222-22222-22222-22222", almost[:10])]
    pages = {main_text(response) for response in responses}
    assert len(pages) == 1
    assert {response.status_code for response in responses} == {200}
    assert "Mine." not in pages.pop()


def test_code_is_in_no_address(client, group):
    code = access_code(send_report(client, "lantern", meeting="all"))
    assert "door" not in main_text(client.get(f"/answer/?code={code}"))
    page = parse_html(open_answer(client, code))
    assert not [link["href"] for link in page.select("a") if code in link["href"]]
    assert {form["action"] for form in page.select("main form")} == {"/answer/"}
    assert {form["method"] for form in page.select("main form")} == {"post"}


def test_equal_senders_read_only_their_own_messages(client, group):
    mine = access_code(send_report(client, "lantern", meeting="all", details="My words."))
    theirs = access_code(send_report(client, "lantern", meeting="all", details="Their words."))
    open_answer(client, mine, text="My message.")
    curator = make_account()
    services.ask_sender(Report.objects.get(duplicate_of=None), text="Which door?", by=curator)
    own, other = main_text(open_answer(client, mine)), main_text(open_answer(client, theirs))
    assert "My words." in own and "My message." in own and "Which door?" in own  # noqa: PT018
    assert "Their words." in other and "Which door?" in other  # noqa: PT018
    assert "My words." not in other and "My message." not in other  # noqa: PT018


def test_later_equal_sender_does_not_read_earlier_questions(client, group):
    send_report(client, "lantern", meeting="all")
    with time_machine.travel(datetime.datetime(2026, 3, 3, 12, tzinfo=datetime.UTC)):
        services.ask_sender(Report.objects.get(), text="You with the blue coat?", by=make_account())
    later = access_code(send_report(client, "lantern", meeting="all"))
    assert "blue coat" not in main_text(open_answer(client, later))


def test_sender_may_reply_once_until_a_curator_answers(client, group):
    code = access_code(send_report(client, "lantern", meeting="all"))
    services.ask_sender(Report.objects.get(), text="When was that?", by=make_account())
    assert "We have a question for you." in main_text(open_answer(client, code))
    page = open_answer(client, code, text="On Monday.")
    assert "On Monday." in main_text(page)
    assert not parse_html(page).select("textarea")
    assert Report.objects.get().status == "open"
    open_answer(client, code, text="And on Tuesday.")
    assert [message.text for message in Message.objects.all()] == ["When was that?", "On Monday."]


def test_refused_reply_keeps_its_text(client, group):
    code = access_code(send_report(client, "lantern", meeting="all"))
    page = parse_html(open_answer(client, code, text="x" * 2001))
    assert page.select_one("textarea").text.strip() == "x" * 2001
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("status", "words"),
    [("fixed", "Put right."), ("dismissed", "nothing to change"), ("asked", "a question")],
)
def test_status_is_shown_in_words(client, group, status, words):
    code = access_code(send_report(client, "lantern", meeting="all"))
    Report.objects.update(status=status)
    assert words in main_text(open_answer(client, code))


@pytest.mark.parametrize(("status", "there"), [("draft", False), ("published", True)])
def test_suggestion_links_to_its_listing_once_it_is_public(client, status, there):
    code = access_code(send_suggestion(client))
    listing = make_listing(slug="morning-light", status=status)
    Suggestion.objects.update(status="fixed", listing_id=listing.pk)
    page = open_answer(client, code)
    assert bool(parse_html(page).select("main a[href='/listing/morning-light/']")) is there
    assert ("on the site now" in main_text(page)) is there


def test_address_limit_is_five(client, group):
    took, last = [], size(ci=200, soak=1000) - 1
    for number in range(last + 1):
        began = time.perf_counter()
        response = send_report(client, "lantern", meeting="all", problem="other", details=f"Words {number}.")
        took.append(time.perf_counter() - began)
    assert Report.objects.count() == rate_limit.ADDRESS_LIMIT.maximum == 5
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "600"
    page = parse_html(response)
    assert page.select_one("section.crisis-strip a[href='tel:988']")
    assert page.select_one("textarea").text.strip() == f"Words {last}."
    assert page.select_one("input[name=problem][checked]")["value"] == "other"
    assert statistics.median(took) < 0.2


def test_form_takes_few_queries_after_a_flood(client, group, django_assert_max_num_queries):
    for _number in range(20):
        send_suggestion(client)
    with django_assert_max_num_queries(4):
        assert client.get("/listing/lantern/report/").status_code == 200
    with django_assert_max_num_queries(4):
        assert send_suggestion(client).status_code == 429


FLOODS = {
    "one network": (20, [f"198.51.100.{number}" for number in range(61)]),
    "one network of IPv6": (20, [f"2001:db8:7:{number:x}::1" for number in range(61)]),
    "one wide network": (60, [f"198.51.{number}.7" for number in range(61)]),
    "one wide network of IPv6": (60, [f"2001:db8:{number:x}::1" for number in range(61)]),
    # Beyond 300, one more of each.
    "networks all over": (305, [f"{number}.7.7.7" for number in range(1, 62)]),
}


@pytest.mark.parametrize("flood", FLOODS)
def test_no_flood_blocks_others(client, flood):
    """Each of 61 addresses sends five submissions, which is the limit of an address."""
    most, addresses = FLOODS[flood]
    statuses = [
        send_suggestion(client, address_of_visitor=address, name=f"Group {number}").status_code
        for number in range(5)
        for address in addresses
    ]
    assert statuses.count(200) == most
    assert set(statuses) <= {200, 429}
    for address in ("203.0.113.9", "2001:db8:ffff:1::1" if "IPv6" not in flood else "2002:db8::1"):
        assert send_suggestion(client, address_of_visitor=address, name="Another").status_code == 200


def test_busy_site_accepts_one_submission_of_each_network(client, monkeypatch):
    assert (rate_limit.SITE_LIMIT.maximum, rate_limit.SITE_LIMIT.seconds) == (300, 3600)
    monkeypatch.setattr(rate_limit, "SITE_LIMIT", rate_limit.SITE_LIMIT._replace(maximum=0))
    statuses = [
        send_suggestion(
            client, address_of_visitor=f"203.0.{network}.{number}", name=f"Group {number}"
        ).status_code
        for network in range(3)
        for number in range(4)
    ]
    assert statuses == [200, 429, 429, 429] * 3


def test_limited_sender_takes_no_slot_from_others(client, monkeypatch):
    monkeypatch.setattr(rate_limit, "SITE_LIMIT", rate_limit.SITE_LIMIT._replace(maximum=8))
    for number in range(50):
        send_suggestion(client, name=f"Group {number}")
    taken = [
        send_suggestion(client, address_of_visitor="203.0.113.9", name=f"Another {number}")
        for number in range(3)
    ]
    assert [response.status_code for response in taken] == [200] * 3


def test_limited_network_gets_the_time_to_wait(client, monkeypatch):
    monkeypatch.setattr(rate_limit, "NETWORK_LIMIT", rate_limit.NETWORK_LIMIT._replace(maximum=1))
    send_suggestion(client, address_of_visitor="198.51.100.8")
    response = send_suggestion(client, address_of_visitor="198.51.100.9", name="Evening Light")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "3600")
    assert "in an hour" in main_text(response)
    assert parse_html(response).select_one("input[name=name]")["value"] == "Evening Light"


def test_busy_network_may_send_again_after_an_hour(client, monkeypatch):
    monkeypatch.setattr(rate_limit, "SITE_LIMIT", rate_limit.SITE_LIMIT._replace(maximum=0))
    with time_machine.travel(datetime.datetime(2026, 3, 3, 12, tzinfo=datetime.UTC), tick=False) as clock:
        assert [send_suggestion(client, name=f"Group {number}").status_code for number in range(2)] == [
            200,
            429,
        ]
        clock.shift(datetime.timedelta(hours=1, seconds=1))
        assert send_suggestion(client, name="Group 3").status_code == 200


def test_address_may_send_again_after_ten_minutes(client):
    with time_machine.travel(datetime.datetime(2026, 3, 3, 12, tzinfo=datetime.UTC), tick=False) as clock:
        for number in range(6):
            response = send_suggestion(client, name=f"Group {number}")
        assert response.status_code == 429
        clock.shift(datetime.timedelta(seconds=rate_limit.ADDRESS_LIMIT.seconds + 1))
        assert send_suggestion(client, name="Group 7").status_code == 200


def test_replies_count_as_submissions(client, group):
    code = access_code(send_report(client, "lantern", meeting="all"))
    for number in range(4):
        send_suggestion(client, name=f"Group {number}")
    response = open_answer(client, code, text="One more.")
    assert response.status_code == 429
    assert parse_html(response).select_one("textarea").text.strip() == "One more."
    assert not Message.objects.exists()


def test_invalid_form_takes_no_slot(client):
    for _number in range(8):
        send_suggestion(client, name="")
    assert send_suggestion(client).status_code == 200


def test_no_address_is_stored(client, group):
    """Neither the visitor's address nor its pseudonym is stored outside the cache."""
    from recovery_site.security.ip_pseudonyms import daily_key, network_pseudonyms, pseudonym

    code = access_code(send_report(client, "lantern", meeting="all"))
    send_suggestion(client), open_answer(client, code, text="Hello there.")
    made_up = {pseudonym("198.51.100.7", daily_key()), *network_pseudonyms("198.51.100.7", daily_key())}
    for model in apps.get_models():
        rows = str(list(model._default_manager.values()))
        assert "198.51.100.7" not in rows
        assert not [each for each in made_up if each in rows], model


def test_forms_work_for_members_without_naming_them(group):
    client = Client()
    account = make_account("plain-otter-77")
    client.force_login(account)
    send_report(client, "lantern", meeting="all")
    assert "plain-otter-77" not in str(Report.objects.values())
    assert b"plain-otter-77" not in client.get(reverse("report", args=("lantern",))).content


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  a\x00b\r\nc\rd  ", "ab\nc\nd"), ("e\u0301", "é"), ("\ud800x", "x"), ("a\u202eb\u200bc", "abc"),
        ("a" + "\u0301" * 50, "á" + "\u0301" * 7), ("👨‍👩‍👧", "👨‍👩‍👧"), ("", ""), ("\u2028", ""),
    ],
)  # fmt: skip
def test_clean_text(given, kept):
    assert text_cleaning.clean_text(given) == kept


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://example.org", True), ("www.example.org http://a.example", True), ("https://example.org !", True),
        ("The new link: https://example.org", False), ("No link.", False), ("", False),
    ],
)  # fmt: skip
def test_is_only_links(given, expected):
    assert text_cleaning.is_only_links(given) is expected


def test_clean_line_has_no_breaks():
    assert text_cleaning.clean_line("a\n b\t\tc\r\nd") == "a b c d"
