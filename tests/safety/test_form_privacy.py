"""P8: forms do not leak what is typed.

Every field in which a person writes about themselves asks the browser not to store or spell-check it. It is sent in a
body, never in an address, on a page that is not cached and may use no sensor of the device.

Planted faults: a field without the attributes, and a form that sends by GET.
"""

import uuid

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from network.vault import store
from network.vault.items import Appointment, Goal, Person
from recovery_site.security.headers import UNUSED_FEATURES
from tests.builders import make_account, make_listing
from tests.network.steps import form_values, parse_html, post_form

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("forms and headers")]
WRITES = "input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea"
TYPED = "canary-in-a-form"


def find_leaks(page: BeautifulSoup) -> list[str]:
    """Return what is wrong with the fields and forms of a page."""
    forms = [form for form in page.select("main form") if form.select(WRITES)]
    found = [f"sent by GET: {form}" for form in forms if form.get("method", "get").lower() != "post"]
    return found + [
        f"{field.get('name')}: {name}"
        for form in forms
        for field in form.select(WRITES)
        for name, value in (("autocomplete", "off"), ("spellcheck", "false"))
        if field.get(name) != value
    ]


@pytest.fixture
def pages(client):
    """Yield every page with a form: fresh, refused, not saved, and after a conflict."""
    account, listing = make_account(), make_listing()
    client.force_login(account)
    post_form(client, "save", listing=listing.slug)
    rows = {
        "person": Person(name="Marisol"),
        "goal": Goal(words="Thursdays"),
        "appointment": Appointment(words="Call", on="2031-05-06", at="12:30", zone="Asia/Tokyo"),
    }
    addresses = [
        reverse(name, args=[store.save_item(account, uuid.uuid4(), thing, store.UNSAVED_VERSION).pk])
        for name, thing in rows.items()
    ]
    addresses += [reverse(name) for name in ("new_person", "new_goal", "new_appointment", "zone")]
    addresses += [reverse("step", args=[key]) for key in ("signs", "ask", "lines")]
    addresses.append(reverse("note", args=[listing.slug]))
    found = {}
    for address in addresses:
        found[address] = client.get(address)
        given = form_values(parse_html(found[address])) | {"name": TYPED, "words": TYPED, "text": TYPED}
        found[f"{address} refused"] = client.post(address, {**given, "version": "x"})
        found[f"{address} behind"] = client.post(address, {**given, "version": 77})
        found[f"{address} of another"] = client.post(address, {**given, "whose": "another"})
    return found


def test_forms_do_not_leak(pages, figure) -> None:
    found = [
        f"{address}: {fault}" for address, page in pages.items() for fault in find_leaks(parse_html(page))
    ]
    fields = sum(len(parse_html(page).select(f"main form :is({WRITES})")) for page in pages.values())
    figure("P8", f"{fields} fields on {len(pages)} pages, {len(found)} leak", must="0 of all")
    assert found == []
    assert fields > 100


def test_nothing_stores_the_pages_and_they_use_no_sensor(pages) -> None:
    for address, page in pages.items():
        assert page["Cache-Control"] == "no-store", address
        assert {f"{name}=()" for name in UNUSED_FEATURES} == set(page["Permissions-Policy"].split(", ")), (
            address
        )


def test_what_was_typed_is_in_no_address(pages) -> None:
    for address, page in pages.items():
        assert TYPED not in page.get("Location", ""), address
        links = [link.get("href", "") for link in parse_html(page).select("a")]
        assert not [link for link in links if TYPED in link], address


@pytest.mark.parametrize(
    "markup",
    [
        '<main><form method="post"><input name="a" autocomplete="off"></form></main>',
        '<main><form method="post"><textarea name="a" spellcheck="false"></textarea></form></main>',
        '<main><form><input name="a" autocomplete="off" spellcheck="false"></form></main>',
    ],
)
def test_leak_is_detected(markup: str) -> None:
    assert find_leaks(BeautifulSoup(markup, "html.parser"))
