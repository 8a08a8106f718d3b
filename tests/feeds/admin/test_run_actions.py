"""Curators decide about held and applied runs in the admin."""

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
def staff_client(client: Client) -> Client:
    curator = make_curator(client)
    curator.user_permissions.add(Permission.objects.get(codename="change_importrun"))
    # A sign-in has the rights that it began with.
    client.force_login(curator)
    return client


def page_of(run: ImportRun) -> str:
    return reverse("admin:feeds_importrun_change", args=(run.pk,))


def decide(staff_client: Client, run: ImportRun, decision: str) -> Any:
    return staff_client.post(
        reverse("admin:feeds_importrun_decide", args=(run.pk,)), {"decision": decision}, follow=True
    )


def test_held_run_shows_differences_and_is_released(staff_client: Client, import_rows: Any) -> None:
    import_rows(rows(*ALL))
    held = import_rows(rows(*ALL, time="20:30"))
    page = staff_client.get(page_of(held)).content.decode()
    assert "30 of 30 listings would change" in page
    assert "Let it through" in page
    assert "20:30" in page
    assert "30 updated" in decide(staff_client, held, "release").content.decode()
    held.refresh_from_db()
    assert held.decided_by == str(Account.objects.get().pk)
    assert {meeting.start.hour for meeting in Meeting.objects.all()} == {20}


def test_release_explains_missing_listings(staff_client: Client, import_rows: Any) -> None:
    import_rows(rows(*ALL))
    held = import_rows(rows(*range(1, 20)))
    assert "Letting it through is enough" in staff_client.get(page_of(held)).content.decode()
    told = decide(staff_client, held, "release").content.decode()
    assert "11 listings were missing for the first time. They stay;" in told
    assert "Letting it through is enough" not in told


def test_run_is_dismissed_or_undone(staff_client: Client, import_rows: Any) -> None:
    first = import_rows(rows(*ALL))
    held = import_rows(rows(*ALL, time="20:30"))
    decide(staff_client, held, "dismiss")
    assert "Let it through" not in staff_client.get(page_of(held)).content.decode()
    assert "does not wait" in decide(staff_client, held, "release").content.decode()
    assert "30 listings are as they were" in decide(staff_client, first, "undo").content.decode()
    assert not SupportGroup.objects.exists()
    assert "can be taken back" in decide(staff_client, first, "undo").content.decode()


def test_decisions_need_permission(client: Client, import_rows: Any) -> None:
    curator = make_curator(client)
    curator.groups.first().permissions.filter(codename="change_importrun").delete()
    import_rows(rows(*ALL))
    held = import_rows(rows(*ALL, time="20:30"))
    assert "Let it through" not in client.get(page_of(held)).content.decode()
    assert decide(client, held, "release").status_code == 403


def test_unknown_decision_changes_nothing(staff_client: Client, import_rows: Any) -> None:
    import_rows(rows(*ALL))
    held = import_rows(rows(*ALL, time="20:30"))
    decide(staff_client, held, "explode")
    held.refresh_from_db()
    assert held.state == ImportRun.State.HELD
