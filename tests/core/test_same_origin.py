import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import make_listing

pytestmark = pytest.mark.django_db
GUARDED = ("save", "unsave", "undo", "move", "clear_device")


@pytest.mark.parametrize("name", GUARDED)
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://testserver"}, None),
        ({"Sec-Fetch-Site": "same-origin"}, None),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}, None),
        ({}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": "https://testserver"}, 403),
        ({"Origin": "http://testserver.example.org"}, 403),
        ({"Origin": "http://example.org", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": ""}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
    ],
)
def test_same_origin_accepts_only_pages_of_this_site(name, headers, status):
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse(name), {"listing": make_listing().slug}, headers=headers)
    assert (response.status_code == 403) is (status == 403)


def test_same_origin_answers_with_a_page_with_crisis_strip(client):
    response = client.post(reverse("save"), {"listing": make_listing().slug})
    assert response.status_code == 403
    assert b'class="crisis-strip"' in response.content
    assert not response.cookies


def test_other_forms_need_the_csrf_token():
    client = Client(enforce_csrf_checks=True)
    for name in ("account_login", "account_signup", "account_reset_password"):
        response = client.post(reverse(name), {}, headers={"Origin": "http://testserver"})
        assert response.status_code == 403, name
        assert b'class="crisis-strip"' in response.content
