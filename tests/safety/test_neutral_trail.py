"""Q6: what a private page leaves behind reveals nothing.

Titles and paths of private pages and names of cookies, files and downloads contain no word that would reveal the
subject of the site.

Planted faults: a title and a file name with such a word. The last test detects both.
"""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from network.models import EncryptedItem
from network.vault import store
from network.vault.items import Appointment, Goal, Person
from tests.builders import make_account, make_listing
from tests.network.steps import post_form, reauthenticate, sign_in
from tests.safety.test_owner_only import freeze, routes

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("titles, paths and names")]
TELLING = set(
    "abuse abstinence addict addiction addicted addictive alcohol alcoholic alcoholics alcoholism "
    "anonymous beer buprenorphine clean clinic cocaine counselor craving cravings crisis dependence "
    "depression detox diagnosis disorder drink drinking drug drugs drunk fentanyl gambling harm heroin "
    "hotline meds medication meetings mental meth methadone naloxone narcan narcotics opioid opioids "
    "overdose patient pills quit recovery rehab relapse relapsed sober sobriety sponsor substance suicide "
    "therapist therapy treatment trigger triggers twelve-step withdrawal".split()
)
THERAPY = Appointment("Therapy", on="2031-05-06", at="10:00", zone="America/Los_Angeles")
CHROME = re.compile(r'<(?:script|link)[^>]+(?:src|href)="([^"]+)"')


def words(text):
    return set(re.findall(r"[a-z]+", text.lower())) & TELLING


def pages(account):
    """Yield private addresses with the ids of the person's own rows."""
    ids = {
        "uuid": [str(pk) for pk in EncryptedItem.objects.filter(account=account).values_list("pk", flat=True)]
    }
    for name, converters in sorted(set(map(freeze, routes()))):
        if not converters:
            yield reverse(name)
        elif converters[0][1] == "uuid":
            yield from (reverse(name, args=(pk,)) for pk in ids["uuid"])
        elif converters[0][1] == "slug":
            yield reverse(name, args=("signs",))


def trail(answer, path):
    """Return what remains visible of a response: address, title, file names and cookies."""
    title = ""
    if answer["Content-Type"].startswith("text/html") and not answer.streaming:
        text = answer.content.decode()
        title = " ".join([*re.findall(r"<title>(.*?)</title>", text), *CHROME.findall(text)])
    return " ".join([path, title, answer.get("Content-Disposition", ""), *answer.cookies])


@pytest.fixture
def person(client):
    account = make_account()
    sign_in(client, account.login_name)
    reauthenticate(client)
    post_form(client, "save", listing=make_listing(name="Alcohol Recovery Clinic").slug)
    for thing in (
        Person("Sponsor of mine"),
        Goal("goal", "Sober for a year"),
        THERAPY,
    ):
        store.save_item(account, store.row_id_for(account, thing), thing, store.UNSAVED_VERSION)
    return account


def test_private_pages_leave_a_neutral_trail_q6(client, person, figure):
    seen = found = 0
    telling = {}
    for path in pages(person):
        answer = client.get(path)
        if answer.status_code != 200:
            continue
        seen += 1
        if hit := words(trail(answer, path)):
            telling[path] = hit
            found += 1
    answer = client.post(reverse("export_copy"))
    assert not words(trail(answer, reverse("export_copy")))
    measured = f"{seen} personal pages and a download against {len(TELLING)} words: {found} found"
    figure("Q6", measured, must="0 of 60 words")
    assert len(TELLING) >= 60
    assert seen >= 20
    assert telling == {}


def test_calendar_files_are_neutral_by_default_q6(client, person):
    for path in pages(person):
        answer = client.get(path)
        if answer.get("Content-Type", "").startswith("text/calendar"):
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert not words(text.decode())


def test_site_and_cookie_names_are_neutral_q6():
    names = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "kept", "Steady"]
    assert not [name for name in names if words(name)]


def test_nothing_is_mailed_q6(client, person, mailoutbox):
    client.post(reverse("new_recovery_code"))
    assert mailoutbox == []


def test_revealing_title_and_file_are_detected_q6(client, person):
    """Detect the planted faults."""
    answer = client.get(reverse("my_data"))
    answer.content = answer.content.replace(b"<title>", b"<title>My recovery: ")
    assert words(trail(answer, "/")) == {"recovery"}
    answer["Content-Disposition"] = 'attachment; filename="relapse-plan.zip"'
    assert words(trail(answer, "/")) == {"recovery", "relapse"}
