import pytest
from cryptography.fernet import Fernet
from django.contrib.sessions.models import Session

from network.sessions import SessionStore

pytestmark = pytest.mark.django_db


def test_session_comes_back_and_is_sealed_in_its_row():
    store = SessionStore()
    store["canary"] = "of-the-session"
    store.save()
    assert SessionStore(store.session_key)["canary"] == "of-the-session"
    assert "canary" not in Session.objects.get().session_data
    assert Session.objects.get().session_data.startswith("gAAAA")


def test_session_opens_after_a_new_key_was_put_first(settings):
    store = SessionStore()
    store["canary"] = 1
    store.save()
    settings.PRIVATE_DATA_KEYS = [Fernet.generate_key().decode(), *settings.PRIVATE_DATA_KEYS]
    assert SessionStore(store.session_key)["canary"] == 1


@pytest.mark.parametrize("stored", ["", "gAAAAdamaged", "plain", "é"])
def test_session_that_does_not_open_is_empty(stored):
    assert SessionStore().decode(stored) == {}
