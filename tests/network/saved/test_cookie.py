import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from network.saved import cookie as saved_cookie


def request_with(cookie: str):
    request = RequestFactory().get("/")
    request.COOKIES[saved_cookie.cookie_name()] = cookie
    return request


def cookie_for(ids):
    response = HttpResponse()
    saved_cookie.write_ids(response, ids)
    return response.cookies[saved_cookie.cookie_name()]


@pytest.mark.parametrize("ids", [[1], [3, 1, 2], [2**63 - 1, 36, 35], list(range(1000, 1200))])
def test_cookie_keeps_the_ids_in_order(ids):
    assert saved_cookie.read_ids(request_with(cookie_for(ids).value)) == ids


def test_cookie_attributes(settings):
    settings.TLS, settings.COOKIE_PREFIX = True, "__Host-"
    cookie = cookie_for([1])
    assert cookie.key == "__Host-kept"
    assert (cookie["path"], cookie["samesite"], cookie["domain"]) == ("/", "Lax", "")
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["max-age"] == 365 * 24 * 60 * 60


def test_cookie_without_tls(settings):
    settings.TLS, settings.COOKIE_PREFIX = False, ""
    assert cookie_for([1]).key == "kept"
    assert not cookie_for([1])["secure"]


@pytest.mark.parametrize("cookie", ["", "1", "1.2:forged", "x" * 5000, ":", "\x00", "1.2.3"])
def test_unreadable_cookie_is_an_empty_list(cookie):
    assert saved_cookie.read_ids(request_with(cookie)) == []


def test_tampered_cookie_is_an_empty_list():
    value = cookie_for([10, 11]).value
    assert saved_cookie.read_ids(request_with(value.replace("a", "z", 1))) == []


def test_cookie_refuses_a_signature_made_for_another_purpose():
    from django.core.signing import Signer

    assert saved_cookie.read_ids(request_with(Signer(salt="another").sign("1.2"))) == []


def test_cookie_holds_only_ids():
    assert cookie_for([35, 36]).value.split(":")[0] == "z.10"
    assert cookie_for([35, 36]).value == cookie_for([35, 36]).value


def test_full_cookie_stays_under_4_kb():
    ids = [2**63 - 1 - number for number in range(250)]
    cookie = cookie_for(ids)
    assert len(cookie.OutputString()) < 4096
    assert saved_cookie.read_ids(request_with(cookie.value)) == ids[:200]


def test_empty_list_deletes_the_cookie():
    assert cookie_for([])["max-age"] == 0
