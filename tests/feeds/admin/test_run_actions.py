"""A curator decides of held and finished runs at the desk."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from feeds.models import ImportRun
from groups.models import Meeting, SupportGroup
from network.models import Account
from tests.builders import make_curator
from tests.feeds.sample import rows

ALL = range(1, 31)
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    curator = make_curator(client)
    curator.user_permissions.add(Permission.objects.get(codename="change_importrun"))
    # A sign-in has the rights that it began with.
    client.force_login(curator)
    return client


def page_of(run: ImportRun) -> str:
    return reverse("admin:feeds_importrun_change", args=(run.pk,))


def decide(desk: Client, run: ImportRun, decision: str) -> Any:
    return desk.post(
        reverse("admin:feeds_importrun_decide", args=(run.pk,)), {"decision": decision}, follow=True
    )


def test_held_run_shows_what_it_would_change_and_is_let_through(desk: Client, bring: Any) -> None:
    bring(rows(*ALL))
    held = bring(rows(*ALL, time="20:30"))
    page = desk.get(page_of(held)).content.decode()
    assert "30 of 30 listings would change" in page
    assert "Let it through" in page
    assert "20:30" in page
    assert "30 updated" in decide(desk, held, "release").content.decode()
    held.refresh_from_db()
    assert held.decided_by == str(Account.objects.get().pk)
    assert {meeting.start.hour for meeting in Meeting.objects.all()} == {20}


def test_what_becomes_of_the_missing_is_said(desk: Client, bring: Any) -> None:
    bring(rows(*ALL))
    held = bring(rows(*range(1, 20)))
    assert "Letting it through is enough" in desk.get(page_of(held)).content.decode()
    told = decide(desk, held, "release").content.decode()
    assert "11 listings were missing for the first time. They stay;" in told
    assert "Letting it through is enough" not in told


def test_run_is_thrown_away_or_taken_back(desk: Client, bring: Any) -> None:
    first = bring(rows(*ALL))
    held = bring(rows(*ALL, time="20:30"))
    decide(desk, held, "dismiss")
    assert "Let it through" not in desk.get(page_of(held)).content.decode()
    assert "does not wait" in decide(desk, held, "release").content.decode()
    assert "30 listings are as they were" in decide(desk, first, "undo").content.decode()
    assert not SupportGroup.objects.exists()
    assert "can be taken back" in decide(desk, first, "undo").content.decode()


def test_who_may_not_decide_sees_no_buttons_and_is_refused(client: Client, bring: Any) -> None:
    curator = make_curator(client)
    curator.groups.first().permissions.filter(codename="change_importrun").delete()
    bring(rows(*ALL))
    held = bring(rows(*ALL, time="20:30"))
    assert "Let it through" not in client.get(page_of(held)).content.decode()
    assert decide(client, held, "release").status_code == 403


def test_decision_that_is_none_changes_nothing(desk: Client, bring: Any) -> None:
    bring(rows(*ALL))
    held = bring(rows(*ALL, time="20:30"))
    decide(desk, held, "explode")
    held.refresh_from_db()
    assert held.state == ImportRun.State.HELD
