"""C5: the safety plan follows the model.

It has six steps in the order of Stanley and Brown, in the person's own words. Each can be skipped and is saved on its
own. Numbers can be tapped. Nothing is scored, promised or signed. (tests/browser/test_network.py checks that it
prints on one page.)

Planted faults: a step out of order, the words of a pledge, a save that is not committed before the response, and a
step that nobody saved.
"""

import itertools
import json
import random
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.db import OperationalError, connection, transaction
from django.urls import reverse

from network import safety_plan
from network.models import Account
from network.vault import store
from network.vault.items import PlanEntry
from tests.builders import make_account
from tests.network.steps import fill_in_and_save, form_values, parse_html
from tests.project_rules import ROOT
from tests.safety import people
from tests.safety.own_site import OwnSite, Server, get_page, post_form
from tests.soak import size

ORDER = [
    r"signs and triggers",
    r"by myself",
    r"people and places .* mind off",
    r"people I can ask",
    r"professionals and lines",
    r"surroundings safer",
]
PLEDGES = re.compile(
    r"\b(promise|pledge|contract|commit(ment)?|swear|vow|sign here|signature|streaks?|scores?|points|badges?"
    r"|level up|days? clean|sober days|relapsed? count|achievement|reset to)\b|\d+ ?%|!",
    re.IGNORECASE,
)
ROUNDS = size(2, 100)
KILLS = size(3, 100)


def out_of_order(headings: list[str]) -> list[str]:
    """Return the headings that are not where the model has them."""
    pairs = zip(headings, ORDER, strict=True)
    return [heading for heading, wanted in pairs if not re.search(wanted, heading, re.IGNORECASE)]


def headings(page) -> list[str]:
    return [each.text for each in page.select(".plan h2")]


@pytest.fixture
def member(client):
    client.force_login(make_account())
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["plan", "print_plan"])
def test_steps_follow_the_order_of_the_model(member, name, figure) -> None:
    found = headings(parse_html(member.get(reverse(name))))
    assert out_of_order(found) == []
    figure("C5", f"{len(found)} steps in order on the plan and on paper", must="6")


def test_wrong_order_is_detected() -> None:
    found = [str(step.heading) for step in safety_plan.STEPS.values()]
    assert out_of_order([*found[1:], found[0]])


@pytest.mark.django_db
def test_any_step_can_be_skipped(member) -> None:
    """In every order, leaving out any, also saved empty; line breaks and signs stay as they were typed."""
    chance = random.Random(5)
    for _round in range(3):
        for key in chance.sample(list(safety_plan.STEPS), 3):
            own = chance.choice(["", "“Just to sleep”\n<b>the long way</b> & home", "ein Wort, một từ, كلمة"])
            assert fill_in_and_save(member, reverse("step", args=[key]), text=own).status_code == 303
            shown = parse_html(member.get(reverse("step", args=[key]))).select_one("textarea").text
            assert shown.strip("\r\n").replace("\r\n", "\n") == own
    assert parse_html(member.get(reverse("plan"))).select("li[id^=step-]")
    for key in safety_plan.STEPS:
        links = parse_html(member.get(reverse("step", args=[key]))).select("form a")
        assert links[-1]["href"] == f"{reverse('plan')}#step-{key}"


def text_in_database(account: Account, key: str) -> str:
    """Return the step as another connection sees it, which excludes uncommitted changes."""

    def look() -> str:
        try:
            row = store.get_singleton(account, PlanEntry, key)
            return row.item.text if row else ""
        except OperationalError:  # SQLite locks a table that is being written
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(look).result()


@pytest.mark.django_db(transaction=True)
def test_each_step_is_saved_on_its_own(client, figure) -> None:
    """Whatever happens between two steps, the ones before are kept: each is committed before it is answered."""
    account, lost = make_account(), 0
    client.force_login(account)
    for number in range(ROUNDS):
        for key in safety_plan.STEPS:
            assert (
                fill_in_and_save(client, reverse("step", args=[key]), text=f"{key} {number}").status_code
                == 303
            )
            lost += text_in_database(account, key) != f"{key} {number}"
    figure("C5", f"{ROUNDS * len(safety_plan.STEPS)} steps saved one by one, {lost} lost", must="0 lost")
    assert lost == 0


@pytest.mark.django_db(transaction=True)
def test_uncommitted_save_is_detected(client) -> None:
    account = make_account()
    client.force_login(account)
    with transaction.atomic():
        fill_in_and_save(client, reverse("step", args=["signs"]), text="waits")
        assert text_in_database(account, "signs") == ""


def save_step(server: Server, session: str, key: str, words: str) -> int:
    """Save a step through a new connection, whatever happened to the server. Return the status."""
    address = f"{server.address}/my-network/plan/{key}/"
    given = form_values(BeautifulSoup(get_page(address, f"session={session}")[1], "html.parser")) | {
        "text": words
    }
    cookie = f"session={session}; form={given['csrfmiddlewaretoken']}"
    body = urlencode(given, doseq=True).encode()
    return post_form(address, body, {"Cookie": cookie, "Origin": server.address})


WRITTEN = """
import json
from network.models import Account
from network.vault import store
from network.vault.items import PlanEntry
rows = store.items_of_type(PlanEntry, store.load_items(Account.objects.get(pk={pk})))
print(json.dumps({{row.item.key: row.item.text for row in rows}}))
"""


def test_kill_between_steps_loses_no_saved_step(own_site, figure) -> None:
    """SIGKILL to every process that answers, after each step that was answered and one that was never sent."""
    site: OwnSite = own_site()
    saved, killed = {}, 0
    pk, session = people.create_accounts(site)
    with site.serving() as server:
        for number, key in zip(range(KILLS), itertools.cycle(list(safety_plan.STEPS)[:-1]), strict=False):
            saved[key] = f"{key}, {number}"
            assert save_step(server, session, key, saved[key]) == 303
            killed += bool(server.kill_workers())
            server.ready(workers=2)
    found = json.loads(site.python(WRITTEN.format(pk=pk)))
    lost = sum(found.get(key) != words for key, words in saved.items())
    figure("C5", f"{killed} kills between two steps, {lost} steps lost", must="0 lost")
    assert killed == KILLS
    assert found == saved, "nothing lost, and the step that nobody saved is not there"


@pytest.mark.django_db
def test_people_in_the_plan_can_be_called_and_texted(member) -> None:
    fill_in_and_save(member, reverse("new_person"), name="Marisol", phone="+1 (555) 555-0103")
    (row,) = store.items_of_type(store.items.Person, store.load_items(Account.objects.get()))
    fill_in_and_save(member, reverse("step", args=["ask"]), people=[str(row.pk)])
    shown = parse_html(member.get(reverse("plan"))).select_one("#step-ask")
    assert [link["href"] for link in shown.select(".row a")] == ["tel:+15555550103", "sms:+15555550103"]


def site_texts() -> list[str]:
    """All texts that the site itself says on pages of the network."""
    templates = [path.read_text() for path in ROOT.glob("templates/network/*.html")]
    code = (path.read_text() for path in (ROOT / "network").rglob("*.py"))
    found = [words for text in templates for words in re.findall(r"{% translate ['\"](.+?)['\"] %}", text)]
    found += [words for text in code for words in re.findall(r'_\(\s*"(.+?)"\s*\)', text)]
    return found + [
        words for text in templates for words in re.findall(r"{% blocktranslate[^%]*%}(.+?){% endblock", text)
    ]


def test_nothing_is_promised_signed_or_scored(figure) -> None:
    texts = site_texts()
    found = [text for text in texts if PLEDGES.search(text)]
    figure("C5", f"{len(texts)} texts, {len(found)} that pledge, score or cheer", must="0")
    assert found == []
    assert len(texts) > 100


@pytest.mark.parametrize("words", ["I promise to call", "Your streak", "12% done", "Sign here", "Well done!"])
def test_pledge_is_detected(words: str) -> None:
    assert PLEDGES.search(words)
