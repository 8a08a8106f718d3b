"""D6: typed text is not lost when a form cannot be saved.

Whatever the server answers, the response contains the typed text in a form that saves it once the problem is solved.
Nothing of it is stored meanwhile. (With a script the form stays on the page: tests/browser/test_network.py.)

The problems are real: the session ended, the token is old, another tab saved first, the row is gone, or the disk is
full (SQLite may use no more pages; PostgreSQL is read-only).

Planted fault: a response without the text.

Further row of the safety matrix: D3.
"""

import contextlib
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse

from curation.models import Suggestion
from curation.submissions.services import ask_sender, send_suggestion
from network.models import EncryptedItem
from network.pages import item_forms
from network.vault import store
from network.vault.items import PlanEntry
from tests.builders import PASSWORD, make_account, make_listing
from tests.network.steps import form_values, parse_html
from tests.soak import size

pytestmark = pytest.mark.django_db
ROUNDS = size(1, 40)
ORIGIN = {"Origin": "http://testserver"}
FORMS = ("new_person", "new_goal", "new_appointment", "step", "note")
ALPHABET = "abc ÄÉ ñ “”<>&\"'{}%  \t語中ع🙂\u200d"


def address_of(name: str) -> str:
    return reverse(name, args={"step": ["signs"], "note": [make_listing().slug]}.get(name, []))


@contextlib.contextmanager
def fill_disk() -> Iterator[None]:
    """Stop all writes: SQLite has used all its pages and may not grow, PostgreSQL is read-only."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filler (bytes BLOB)")
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        for length in (1_000_000, 100_000, 3_000):
            with contextlib.suppress(OperationalError):
                while True:
                    cursor.execute("INSERT INTO filler VALUES (zeroblob(%s))", [length])
        yield
        cursor.execute("PRAGMA max_page_count = 1073741823")
        cursor.execute("DROP TABLE filler")


def kept(answer: Any) -> dict[str, Any]:
    """Return what the form in the response would send, as a browser reads it."""
    form = parse_html(answer).select_one("main form")
    fields = [*form.select("input[name]"), *form.select("select[name]")]
    given = {each["name"]: each.get("value", "") for each in fields if each.name == "input"}
    for each in form.select("select[name]"):
        given[each["name"]] = (each.select_one("option[selected]") or each.select_one("option"))["value"]
    return given | {each["name"]: each.text.removeprefix("\n") for each in form.select("textarea[name]")}


def same(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


class Writer:
    def __init__(self, text: str) -> None:
        self.account, self.text = make_account(), text
        self.client = Client(enforce_csrf_checks=True, headers=ORIGIN)
        self.client.force_login(self.account)

    def begin(self, name: str) -> tuple[str, dict[str, Any]]:
        address = address_of(name)
        field = {"new_person": "name", "step": "text", "note": "text"}.get(name, "words")
        more = {"on": "2031-05-06", "at": "19:30"} if name == "new_appointment" else {}
        self.field = field
        return address, {**form_values(parse_html(self.client.get(address))), field: self.text, **more}

    def is_saved(self) -> bool:
        things = [row.item for row in store.load_items(self.account)]
        return same(self.text) in [same(getattr(thing, self.field, "")) for thing in things]


def ended(writer: Writer, address: str, given: dict[str, Any]) -> Any:
    writer.client.logout()
    answer = writer.client.post(address, given)
    writer.client.force_login(writer.account)
    return answer


def old_token(writer: Writer, address: str, given: dict[str, Any]) -> Any:
    return writer.client.post(address, {**given, "csrfmiddlewaretoken": "y" * 64})


def refused(writer: Writer, address: str, given: dict[str, Any]) -> Any:
    return writer.client.post(address, {**given, "version": ""})


def another_tab(writer: Writer, address: str, given: dict[str, Any]) -> Any:
    writer.client.post(address, {**given, writer.field: "the other tab"})
    return writer.client.post(address, given)


TROUBLES = {"ended": ended, "old token": old_token, "refused": refused, "another tab": another_tab}


def random_text(chance: random.Random) -> str:
    return "x" + "".join(chance.choices(ALPHABET, k=chance.randint(5, 80))) + "x"


def test_text_is_not_lost(figure) -> None:
    chance, tried, lost = random.Random(6), 0, []
    for number in range(ROUNDS):
        for trouble, bring_about in TROUBLES.items():
            for name in FORMS:
                writer = Writer(random_text(chance))
                address, given = writer.begin(name)
                answer = bring_about(writer, address, given)
                assert 400 <= answer.status_code < 500, (trouble, name, answer.status_code)
                again = kept(answer)
                if trouble == "refused":
                    again["version"] = given["version"]
                saved = writer.client.post(address, again)
                tried += 1
                if saved.status_code != 303 or not writer.is_saved():
                    lost.append((number, trouble, name))
    figure("D6", f"{tried} forms that could not be saved, {len(lost)} lost what was typed", must="0")
    assert lost == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("json", [False, True], ids=["plain", "script"])
def test_full_disk_keeps_the_text_reads_go_on_and_saving_heals(json: bool, figure) -> None:
    writer = Writer("Marisol")
    address, given = writer.begin("new_person")
    long = "a word of mine and another one. " * 120
    given |= {"ask_for": long, "boundaries": long}
    with fill_disk():
        answer = writer.client.post(address, given, headers={"Accept": "application/json"} if json else {})
        assert answer.status_code == 507
        assert not writer.is_saved()
        assert writer.client.get(reverse("plan")).status_code == 200
    if not json:
        given = kept(answer)
        assert same(given["ask_for"]) == same(long)
    assert json is False or answer.json()["message"]
    assert writer.client.post(address, given).status_code == 303
    assert writer.is_saved()
    figure("D6", "a full disk answered in words, saved when there was room", must="the same")


@contextlib.contextmanager
def no_writing() -> Iterator[None]:
    """Stop every write to the database, as on a disk that is full to the last page."""
    setting = (
        "PRAGMA query_only =" if connection.vendor == "sqlite" else "SET default_transaction_read_only TO"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"{setting} ON")
        try:
            yield
        finally:
            cursor.execute(f"{setting} OFF")


def sign_in(client: Client) -> Any:
    given = {"login": make_account("plain-otter-1").login_name, "password": PASSWORD}
    return lambda: client.post(reverse("account_login"), given)


def recover(client: Client) -> Any:
    make_account("plain-otter-2")
    return lambda: client.post(
        reverse("account_reset_password"), {"login_name": "plain-otter-2", "code": "WRNG"}
    )


def sign_up(client: Client) -> Any:
    return lambda: client.post(reverse("account_signup"), {"password": PASSWORD})


def suggest(client: Client) -> Any:
    given = {"kind": "support-groups", "name": "Morning Light", "location": "San Jose"}
    return lambda: client.post(reverse("suggest"), given, headers=ORIGIN)


def report(client: Client) -> Any:
    address = reverse("report", args=(make_listing().slug,))
    return lambda: client.post(address, {"problem": "other", "details": "Morning Light"}, headers=ORIGIN)


def write_back(client: Client) -> Any:
    code = send_suggestion(kind="", name="Morning", location="", schedule="", contact="", details="")
    ask_sender(Suggestion.objects.get(), text="Where?", by=make_account(is_staff=True))
    return lambda: client.post(reverse("answer"), {"code": code, "text": "Morning Light"}, headers=ORIGIN)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", [sign_in, recover, sign_up, suggest, report, write_back])
def test_full_disk_is_not_called_too_often(way: Any, figure) -> None:
    """Check that a full disk, which also stops rate limits from counting, is not reported as too many attempts."""
    send = way(Client(raise_request_exception=False))
    with no_writing():
        answer = send()
    assert answer.status_code == 507
    page = parse_html(answer)
    assert page.select_one("section.crisis-strip a[href='tel:988']")
    assert "no room left" in page.select_one("main").text
    assert "too often" not in page.text
    assert "short time" not in page.text
    if way in (suggest, report, write_back):
        assert "Morning Light" in str(page.select_one("main form"))
        assert send().status_code == 200
    figure("D6", f"{way.__name__} on a full disk answered {answer.status_code} and said so", must="507")


@pytest.mark.parametrize("json", [False, True], ids=["plain", "script"])
def test_text_that_is_far_too_long_comes_back_whole(json: bool, figure) -> None:
    """Send more text than any browser does, since the fields have maximum lengths."""
    writer = Writer("a word of mine, \u8a9e and \u0639. " * 40_000)
    address, given = writer.begin("step")
    answer = writer.client.post(address, given, headers={"Accept": "application/json"} if json else {})
    assert answer.status_code == 422
    if json:
        assert answer.json()["invalid_fields"] == [
            "text"
        ]  # the script never leaves the page that holds the text
    else:
        assert same(kept(answer)["text"]) == same(writer.text)
        figure("D6", f"{len(writer.text) // 1000} thousand signs in one field came back whole", must="all")
    assert not writer.is_saved()


def test_forms_hold_a_tenth_of_what_is_read(settings) -> None:
    """Fill each field with four-byte characters, each of which a browser sends as twelve bytes."""
    most = max(
        sum(12 * (getattr(field, "max_length", None) or 0) for field in form.base_fields.values())
        for form in item_forms.ITEM_FORMS
    )
    assert 0 < most * 10 < settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_beyond_what_is_read_a_page_says_so() -> None:
    writer = Writer("x" * 3 * 1024 * 1024)
    address, given = writer.begin("step")
    answer = writer.client.post(address, given)
    assert answer.status_code == 413
    assert parse_html(answer).select_one("section.crisis-strip a[href='tel:988']")


def test_nothing_is_stored_where_nothing_is_saved() -> None:
    writer = Writer("canary-that-is-not-saved")
    address, given = writer.begin("step")
    ended(writer, address, given)
    old_token(writer, address, given)
    from tests.network import dump

    assert EncryptedItem.objects.count() == 0
    assert "canary-that-is-not-saved" not in dump.database_text()
    assert store.get_singleton(writer.account, PlanEntry, "signs") is None


def test_answer_without_the_text_is_seen(monkeypatch) -> None:
    monkeypatch.setattr("network.pages.keep_input.typed_fields", lambda request: [])
    writer = Writer("gone")
    address, given = writer.begin("step")
    assert "text" not in kept(ended(writer, address, given))
