"""A quick exit ends the sign-in, whatever fails, and keeps the saved list.

Row of the safety matrix: Q5.
"""

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from network.models import Session
from network.pages import views
from tests.builders import make_account, make_listing
from tests.network.steps import is_signed_in, post_form, saved_slugs, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client):
    sign_in(client, make_account().login_name)
    assert Session.objects.count() == 1
    return client


def test_quick_exit_redirects_without_a_trace(client, settings):
    response = client.get(reverse("leave"))
    assert reverse("leave") == "/leave/"
    assert response.status_code == 303
    assert response["Location"] == settings.LEAVE_TO
    assert response["Clear-Site-Data"] == '"cache"'
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


def test_sign_in_page_sets_no_persistent_cookie(client):
    cookies = client.get(reverse("account_login")).cookies
    assert set(cookies) == {"form"}
    assert not any(cookie["max-age"] or cookie["expires"] for cookie in cookies.values())


def test_quick_exit_ends_the_session(signed_in):
    old = signed_in.cookies["session"].value
    response = signed_in.get(reverse("leave"))
    assert not Session.objects.exists()
    assert response.cookies["session"]["max-age"] == 0
    replay = Client()
    replay.cookies["session"] = old
    assert not is_signed_in(replay)


def test_quick_exit_may_be_repeated(signed_in):
    for _ in range(3):
        assert signed_in.get(reverse("leave")).status_code == 303
    assert signed_in.post(reverse("leave")).status_code == 405


def test_quick_exit_deletes_the_list_on_request(client):
    post_form(client, "save", listing=make_listing().slug)
    assert post_form(client, "quick_exit_setting", list="goes").status_code == 303
    assert client.get(reverse("leave")).cookies["kept"]["max-age"] == 0
    assert saved_slugs(client) == []


@pytest.mark.parametrize("undo", [("quick_exit_setting", {"list": "stays"}), ("clear_device", {})])
def test_quick_exit_setting_can_be_turned_off(client, undo):
    post_form(client, "quick_exit_setting", list="goes")
    name, data = undo
    post_form(client, name, **data)
    post_form(client, "save", listing=make_listing().slug)
    assert "kept" not in client.get(reverse("leave")).cookies


def test_quick_exit_keeps_the_list_by_default(client):
    one = make_listing()
    post_form(client, "save", listing=one.slug)
    assert "kept" not in client.get(reverse("leave")).cookies
    assert saved_slugs(client) == [one.slug]


def test_quick_exit_works_without_a_database(signed_in, monkeypatch):
    def broken(request):
        raise DatabaseError

    monkeypatch.setattr(views, "logout", broken)
    response = signed_in.get(reverse("leave"))
    assert response.status_code == 303
    assert response.cookies["session"]["max-age"] == 0


def test_clear_device_asks_for_confirmation(client):
    post_form(client, "save", listing=make_listing().slug)
    response = client.get(reverse("clear_device"))
    assert response.status_code == 200
    assert "Clear-Site-Data" not in response
    assert not response.cookies
    assert len(saved_slugs(client)) == 1


def test_clear_device_deletes_the_list_and_signs_out(signed_in):
    other = Client()
    post_form(other, "save", listing=make_listing().slug)
    response = post_form(other, "clear_device")
    assert response.cookies["kept"]["max-age"] == 0
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert saved_slugs(other) == []
    post_form(signed_in, "clear_device")
    assert not is_signed_in(signed_in)
    assert not Session.objects.exists()


def test_clear_device_does_not_change_the_account(signed_in):
    one = make_listing()
    post_form(signed_in, "save", listing=one.slug)
    name = signed_in.get(reverse("my_network")).wsgi_request.user.login_name
    post_form(signed_in, "clear_device")
    sign_in(signed_in, name)
    assert saved_slugs(signed_in) == [one.slug]


def test_quick_exit_that_leaves_the_session_row_is_detected(signed_in, monkeypatch):
    """The planted fault of Q5: the cookie goes, the row stays, and the old cookie opens the account."""
    old = signed_in.cookies["session"].value
    monkeypatch.setattr(
        views, "sign_out", lambda request: setattr(request, "session", type(request.session)())
    )
    signed_in.get(reverse("leave"))
    replay = Client()
    replay.cookies["session"] = old
    assert is_signed_in(replay)
