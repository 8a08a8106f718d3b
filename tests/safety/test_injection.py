"""N7: nothing that somebody writes into a text runs, and no link leads to anything but a page, a number or a map.

The payloads of payloads.py come in by a feed, in every field of its rows, by the forms for visitors, and straight into
every text of the database, as if no form had looked at them. The detector reads each page as a browser does and names
every script, handler, style, frame or address that does not belong to the site; a real Chromium opens the pages with
the most of them and listens for dialogs, for reports of the content policy and for requests to anybody else.

The planted faults: a page with one such text unescaped, and a link that is taken as it was given.
"""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib import admin
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape

from core.fields import ChoiceSetField
from curation.models import LikelyDuplicate, Report, Suggestion
from directory.models import Channel, Listing, Verification
from feeds.models import ImportRun, Source
from feeds.pipeline import run
from groups.models import Meeting, SupportGroup
from tests.builders import make_curator
from tests.curation.submissions import submitting
from tests.feeds.rows import TEXT_FIELDS, a_row
from tests.safety.admin_rows import make_one_of_each
from tests.safety.payloads import address_payloads, all_payloads
from tests.soak import size

pytestmark = pytest.mark.one_database("what templates escape")

PAYLOADS = all_payloads()
# A day, an hour or an id that is a payload costs the whole row, so that nothing of it would be seen.
TELLS_THE_ROW = {"day", "time", "slug", "attendance_option", "latitude"}
IN_ROWS = (*(name for name in TEXT_FIELDS if name not in TELLS_THE_ROW), "group_notes", "location_notes")
SCHEMES = {"", "http", "https", "tel", "sms", "mailto", "geo"}
ADDRESSES = (
    "href",
    "src",
    "action",
    "formaction",
    "xlink:href",
    "data",
    "poster",
    "ping",
    "srcset",
    "background",
)
FRAMES = ("iframe", "object", "embed", "base", "frame", "applet", "marquee")
IGNORED = re.compile(r"[\x00-\x20]")
OUR_OWN = {"slug", "kind", "status", "source", "source_ref", "country", "zone", "text_language", "sent_on"}
LINKS = {"join_url", "dial", "url", "address", "website"}
LISTINGS = size(40, len(PAYLOADS))


def faults(page: str) -> Iterator[str]:
    """What a page would run or lead to and should not."""
    for tag in BeautifulSoup(page, "html.parser").find_all(True):
        if tag.name in FRAMES or (tag.name == "meta" and tag.get("http-equiv")):
            yield f"<{tag.name}>"
        if tag.name in ("script", "style", "link") and not is_ours(tag):
            yield f"<{tag.name}> {str(tag)[:80]}"
        yield from faults_of_attributes(tag)


def is_ours(tag: Tag) -> bool:
    if tag.name == "script" and tag.get("type") in ("application/json", "application/ld+json"):
        return bool(json.loads(tag.get_text() or "null") or True)
    given = str(tag.get("src") or tag.get("href") or "")
    return given.startswith("/") and not given.startswith("//") and not tag.get_text().strip()


def faults_of_attributes(tag: Tag) -> Iterator[str]:
    for name, value in tag.attrs.items():
        if name.startswith(("on", "hx-on")) or name in ("style", "srcdoc"):
            yield f"<{tag.name} {name}>"
        text = str(value)
        if name in ADDRESSES and not is_safe_link(text):
            yield f"<{tag.name} {name}={text[:60]!r}>"


def is_safe_link(address: str) -> bool:
    """As a browser reads an address: blanks and control characters in it do not count."""
    bare = IGNORED.sub("", address)
    scheme = bare.partition(":")[0].casefold() if re.match(r"[a-z][\w+.-]*:", bare, re.I) else ""
    return scheme in SCHEMES and not bare.startswith(("//", "\\", "/\\"))


def disguised(page: str) -> list[str]:
    """Links whose host is not the one that stands first in them; on the desk Django shows what is stored as it is."""
    links = [str(link["href"]) for link in BeautifulSoup(page, "html.parser").select("a[href^=http]")]
    return [link for link in links if "@" in urlsplit(link).netloc or "\\" in link]


def import_payloads(tmp_path: Any) -> None:
    """Rows of a feed that hold a payload in each field, another one in each."""
    given = itertools.cycle(PAYLOADS)
    rows = [
        a_row(slug=f"n7-{number}", day=number % 7, website="https://good.example.org/")
        for number in range(LISTINGS)
    ]
    for row in rows:
        row |= {name: next(given) for name in IN_ROWS}
    for row in rows[::2]:
        row |= {
            "name": f"Harbor {row['slug']}",
            "location": "Grange Hall",
            "formatted_address": "12 Quay St, OR",
        }
    path = tmp_path / "n7.json"
    path.write_text(json.dumps(rows))
    run.import_feed("meeting-guide", str(path), "N7")


def send_payloads(listing: Listing) -> None:
    """Send payloads in every field of both forms.

    Each comes from a network of its own, since what one network may send is limited.
    """
    for number, text in enumerate(PAYLOADS[: size(20, 200)]):
        reporter, suggester = (f"100.{k % 200}.{k // 200}.7" for k in (2 * number, 2 * number + 1))
        facts = {"details": text[:1500], "problem": "other", "meeting": "all"}
        for answer in (
            submitting.send_report(Client(), listing.slug, address_of_visitor=reporter, **facts),
            submitting.send_suggestion(
                Client(),
                address_of_visitor=suggester,
                **dict.fromkeys(("name", "location", "contact", "details"), text[:200]),
            ),
        ):
            assert answer.status_code == 200
            assert list(faults(answer.content.decode())) == []
    assert Report.objects.count() > 5
    assert Suggestion.objects.count() > 5


def fill_every_text() -> list[Any]:
    """One of everything on the desk, each text of it a payload."""
    rows = list(make_one_of_each().values())
    group = next(row for row in rows if isinstance(row, SupportGroup))
    for listing in [row for row in rows if isinstance(row, Listing)]:
        for way in ("call", "text", "chat", "email", "website", "video"):
            rows.append(Channel.objects.create(listing=listing, type=way, dial="1"))
        rows.append(Verification.objects.create(listing=listing, verified_on="2026-01-01", method="called"))
    for number in range(len(address_payloads())):
        slot = {"weekday": number % 7, "start": time(9 + number // 7), "zone": "America/Los_Angeles"}
        rows.append(Meeting.objects.create(group=group, **slot))
    given = itertools.cycle(text for text in PAYLOADS if "\0" not in text)
    led = itertools.cycle(address_payloads())
    for row in rows:
        for table in {type(row), *type(row)._meta.parents}:
            texts = {
                field.name: cut(field, next(led if field.name in LINKS else given))
                for field in text_fields(table)
            }
            if texts:
                table._default_manager.filter(pk=row.pk).update(**texts)
    return rows


def text_fields(table: type[models.Model]) -> list[Any]:
    kinds_of_text = (models.CharField, models.TextField)
    return [
        field
        for field in table._meta.local_concrete_fields
        if isinstance(field, kinds_of_text) and not isinstance(field, ChoiceSetField) and not field.choices
        if field.name not in OUR_OWN and "hash" not in field.name and not field.unique
    ]


def cut(field: Any, text: str) -> str:
    return text[: field.max_length] if field.max_length else text


def public_addresses() -> list[str]:
    some = itertools.islice(PAYLOADS, 0, None, max(1, len(PAYLOADS) // size(12, 200)))
    pages = [listing.get_absolute_url() for listing in Listing.objects.visible()]
    reports = [f"{page}report/" for page in pages[:3]]
    return [
        "/",
        "/find/",
        "/now/",
        "/hotlines/",
        "/suggest/",
        "/support-groups/",
        *pages,
        *reports,
        *map(pages_that_ask, some),
    ]


def pages_that_ask(payload: str) -> str:
    return f"/find/?{urlencode({'q': payload[:300], 'near': payload[:100], 'kind': payload[:40], 'day': payload[:40]})}"


def desk_addresses(rows: list[Any]) -> list[str]:
    lists = [
        reverse(f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist") for m in admin.site._registry
    ]
    return ["/admin/", *lists, *(page for row in rows for page in pages_of(row))]


def pages_of(row: models.Model) -> Iterator[str]:
    for page in ("change", "history", "delete"):
        try:
            yield reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=(row.pk,))
        except NoReverseMatch:
            return


@pytest.fixture
def filled(client: Client, tmp_path: Any, db: None) -> list[Any]:
    import_payloads(tmp_path)
    send_payloads(SupportGroup.objects.filter(status="published")[0])
    rows = fill_every_text()
    make_curator(client, is_superuser=True)
    return rows


def test_table_is_as_long_as_promised() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 300


def test_no_page_holds_anything_that_runs(client: Client, filled: list[Any], figure) -> None:
    found, opened = [], 0
    for address in [*public_addresses(), *desk_addresses(filled)]:
        answer = client.get(address)
        assert answer.status_code < 500, address
        if answer["Content-Type"].startswith("text/html"):
            opened += 1
            page = answer.content.decode()
            found += [f"{address}: {fault}" for fault in faults(page)]
            found += [] if address.startswith("/admin/") else disguised(page)
    assert found == []
    assert opened > 60
    figure(
        "N7",
        f"{len(PAYLOADS)} payloads, {opened} pages, 0 that run, 0 bad links",
        must="300, all surfaces, 0",
    )


def test_no_file_holds_anything_that_runs(client: Client, filled: list[Any], capsys: Any) -> None:
    group = next(row for row in filled if isinstance(row, SupportGroup))
    group.refresh_from_db()
    calendar = client.get(reverse("calendar", args=(group.slug,))).content.decode().replace("\r\n ", "")
    names = {re.split("[;:]", line)[0] for line in calendar.split("\r\n") if line}
    assert names <= IN_CALENDARS
    call_command("export_feed", "helplines")
    lines = json.loads(capsys.readouterr().out)["lines"]
    assert lines
    for line in lines:
        web = [way["dial"] for way in line["channels"] if way["type"] in ("website", "chat")]
        assert all(
            link.startswith(("https://", "http://")) for link in [*web, line.get("website", "https://")]
        )


# RFC 5545; ATTACH, X-ALT-DESC and the like would load something from elsewhere.
IN_CALENDARS = set(
    "BEGIN END VERSION PRODID CALSCALE UID DTSTAMP SUMMARY DTSTART DURATION RRULE LOCATION DESCRIPTION URL"
    " COMMENT RDATE TZID TZNAME TZOFFSETFROM TZOFFSETTO".split()
)  # fmt: skip
HEAR = """
window.heard = [];
const note = found => heard.push(`${found.violatedDirective} ${found.blockedURI}`);
document.addEventListener("securitypolicyviolation", note);
"""
HOST = "http://testserver"


@dataclass
class Answer:
    """An answer of the site, read before the browser asks: its calls come outside the test's transaction."""

    status: int
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, client: Client, address: str) -> "Answer":
        given = client.get(address)
        body = b"".join(given.streaming_content) if given.streaming else given.content
        return cls(given.status_code, dict(given.headers), body)

    def parts(self) -> set[str]:
        """What the page asks for by itself."""
        page = BeautifulSoup(self.body, "html.parser")
        asked = [
            tag.get("src") or tag.get("href") for tag in page.select("script[src], link[href], img[src]")
        ]
        return {str(address) for address in asked if str(address).startswith("/")}


@pytest.mark.browser
def test_nothing_runs_in_a_browser(browser: Any, client: Client, filled: list[Any], figure) -> None:
    pages = browser_addresses(filled)
    answers = {address: Answer.of(client, address) for address in pages}
    parts = {part for answer in list(answers.values()) for part in answer.parts()}
    answers |= {part: Answer.of(client, part) for part in parts}
    heard: list[str] = []

    def answer(route: Any) -> None:
        address = route.request.url
        heard.extend([] if address.startswith(f"{HOST}/") else [f"asked {address}"])
        known = answers.get(address.removeprefix(HOST), Answer(204, {}, b""))
        route.fulfill(status=known.status, headers=known.headers, body=known.body)

    with tab(browser, answer) as page:
        page.on("dialog", lambda dialog: (heard.append(f"dialog {dialog.message}"), dialog.dismiss()))
        for address in pages:
            page.goto(HOST + address)
            page.mouse.move(200, 200)
            heard += [f"{address}: {words}" for words in page.evaluate("heard")]
    assert heard == []
    figure("N7", f"{len(pages)} pages in Chromium, 0 dialogs, 0 policy reports, 0 strange requests", must="0")


@contextmanager
def tab(browser: Any, answer: Callable[[Any], None]) -> Iterator[Any]:
    context = browser.new_context()
    context.add_init_script(HEAR)
    context.route("**/*", answer)
    yield context.new_page()
    context.close()


def browser_addresses(rows: list[Any]) -> list[str]:
    """The pages on which the most of what was written stands."""
    group = next(row for row in rows if isinstance(row, SupportGroup))
    imported = SupportGroup.objects.filter(source="n7", status="published")[: size(4, 40)]
    some = [
        row
        for row in rows
        if type(row) in (SupportGroup, Report, Suggestion, Source, ImportRun, LikelyDuplicate)
    ]
    lists = [reverse(f"admin:{page}_changelist") for page in ("groups_supportgroup", "curation_report")]
    return [
        "/", "/find/", "/support-groups/", group.get_absolute_url(), f"{group.get_absolute_url()}report/",
        *(each.get_absolute_url() for each in imported),
        pages_that_ask(PAYLOADS[5]), pages_that_ask(PAYLOADS[11]), "/admin/", *lists,
        *(next(iter(pages_of(row))) for row in some if not isinstance(row, Meeting)),
    ]  # fmt: skip


def test_plant_text_that_is_not_escaped_is_detected() -> None:
    assert all(list(faults(f"<p title='{text}'>{text}</p>")) for text in MARKUP_THAT_RUNS)


MARKUP_THAT_RUNS = [text for text in PAYLOADS[:36] if "&" not in text]


ONES_THAT_LEAD_ASTRAY = [address for address in address_payloads() if "&colon;" not in address][:-2]


@pytest.mark.parametrize("address", ONES_THAT_LEAD_ASTRAY)
def test_plant_address_as_it_was_given_is_detected(address: str) -> None:
    page = f'<a href="{escape(address)}">n7</a>'
    assert list(faults(page)) or disguised(page)


@pytest.mark.browser
def test_plant_script_in_a_page_is_heard(browser: Any) -> None:
    policy = {"Content-Type": "text/html", "Content-Security-Policy": "script-src 'self'"}

    def answer(route: Any) -> None:
        route.fulfill(status=200, headers=policy, body=f"<p>{PAYLOADS[0]}</p>")

    with tab(browser, answer) as page:
        page.goto(f"{HOST}/")
        assert page.evaluate("heard")
