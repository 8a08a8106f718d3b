import datetime

import pytest
from cryptography.fernet import Fernet
from django.test import Client
from django.urls import reverse

from network.accounts.sessions import SessionStore
from network.models import Session
from tests.builders import PASSWORD, make_account
from tests.network.steps import is_signed_in

pytestmark = pytest.mark.django_db


def test_session_data_is_encrypted_in_its_row():
    store = SessionStore()
    store["canary"] = "of-the-session"
    store.save()
    assert SessionStore(store.session_key)["canary"] == "of-the-session"
    assert "canary" not in Session.objects.get().session_data
    assert Session.objects.get().session_data.startswith("gAAAA")


def test_session_is_readable_after_a_new_first_key(settings):
    store = SessionStore()
    store["canary"] = 1
    store.save()
    settings.PRIVATE_DATA_KEYS = [Fernet.generate_key().decode(), *settings.PRIVATE_DATA_KEYS]
    assert SessionStore(store.session_key)["canary"] == 1


@pytest.mark.parametrize("stored", ["", "gAAAAdamaged", "plain", "é"])
def test_session_that_cannot_be_decrypted_is_empty(stored):
    assert SessionStore().decode(stored) == {}


def test_session_row_does_not_reveal_the_cookie():
    store = SessionStore()
    store.save()
    row = Session.objects.get()
    assert row.pk != store.session_key
    assert not SessionStore(row.pk).load()


@pytest.fixture
def at_noon(time_machine):
    time_machine.move_to("2031-05-06 12:34:56+00:00", tick=False)
    return time_machine


def signed_in(stay=False, **facts):
    client = Client()
    given = {"login": make_account(**facts).login_name, "password": PASSWORD}
    client.post(reverse("account_login"), given | ({"stay": "on"} if stay else {}))
    assert is_signed_in(client)
    return client


def test_sign_in_lasts_a_day_and_ends_with_the_browser(at_noon):
    client = signed_in()
    assert not client.cookies["session"]["max-age"]
    at_noon.shift(datetime.timedelta(hours=23))
    assert is_signed_in(client)
    at_noon.shift(datetime.timedelta(hours=1))
    assert not is_signed_in(client)


def test_sign_in_lasts_thirty_days_on_request(at_noon):
    client = signed_in(stay=True)
    assert 29 * 86400 < client.cookies["session"]["max-age"] <= 30 * 86400
    at_noon.shift(datetime.timedelta(days=29, hours=23))
    assert is_signed_in(client)
    at_noon.shift(datetime.timedelta(hours=1))
    assert not is_signed_in(client)


def test_active_staff_session_lasts_a_day(at_noon):
    client = signed_in(stay=True, is_staff=True)
    assert not client.cookies["session"]["max-age"]
    for _ in range(46):
        at_noon.shift(datetime.timedelta(minutes=29))
        assert is_signed_in(client)
    for _ in range(4):
        at_noon.shift(datetime.timedelta(minutes=29))
        client.get(reverse("my_network"))
    assert not is_signed_in(client)


def test_idle_staff_session_ends_after_half_an_hour(at_noon):
    client = signed_in(is_staff=True)
    at_noon.shift(datetime.timedelta(minutes=31))
    assert not is_signed_in(client)


def test_session_does_not_store_the_time_of_the_sign_in(at_noon):
    signed_in(stay=True)
    row = Session.objects.get()
    assert f"{row.expire_date:%H:%M:%S}" == "12:00:00"
    assert f"{row.signed_in_on:%Y-%m-%d}" == "2031-05-06"
