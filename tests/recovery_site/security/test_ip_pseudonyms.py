import ipaddress

import pytest
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import RequestFactory

from recovery_site.models import DailyKey
from recovery_site.security import ip_pseudonyms

KEY = b"k" * 32


@pytest.fixture(autouse=True)
def new_process(monkeypatch):
    monkeypatch.setattr(ip_pseudonyms, "_today", None)


def seen_by_views(**meta):
    """The META that a view gets for a request with this one."""
    seen = {}

    def view(request):
        seen.update(request.META)
        return HttpResponse()

    ip_pseudonyms.hide_addresses(view)(RequestFactory().get("/", **meta))
    return seen


@pytest.mark.parametrize(
    "address", ["203.0.113.7", "2001:db8:1:2:3:4:5:6", "::ffff:203.0.113.7", "fe80::1%eth0"]
)
def test_pseudonym_is_a_private_address(address):
    made = ipaddress.ip_address(ip_pseudonyms.pseudonym(address, KEY))
    assert made in ipaddress.ip_network("fd00::/64")
    assert ipaddress.ip_address(address.split("%")[0]).packed[-4:] not in made.packed


@pytest.mark.parametrize("written", ["203.0.113.9:5678", "203.0.113.9"])
def test_port_does_not_change_the_pseudonym(written: str) -> None:
    assert (
        ip_pseudonyms.pseudonym(written, b"k" * 32)
        == ip_pseudonyms.pseudonym("203.0.113.9", b"k" * 32)
        != ip_pseudonyms.pseudonym("203.0.113.10", b"k" * 32)
    )
    assert ip_pseudonyms.pseudonym("[2001:db8::1]:443", b"k" * 32) == ip_pseudonyms.pseudonym(
        "2001:db8::1", b"k" * 32
    )


def test_pseudonym_is_the_same_for_one_visitor_and_key():
    assert ip_pseudonyms.pseudonym("203.0.113.7", KEY) == ip_pseudonyms.pseudonym("203.0.113.7", KEY)
    assert ip_pseudonyms.pseudonym("203.0.113.7", KEY) != ip_pseudonyms.pseudonym("203.0.113.8", KEY)
    assert ip_pseudonyms.pseudonym("203.0.113.7", KEY) != ip_pseudonyms.pseudonym("203.0.113.7", b"o" * 32)


def test_pseudonym_is_one_for_a_household_of_ipv6():
    one, same, other = (f"2001:db8:1:{net}::{host}" for net, host in ((2, 3), (2, 4), (3, 3)))
    assert (
        ip_pseudonyms.pseudonym(one, KEY)
        == ip_pseudonyms.pseudonym(same, KEY)
        != ip_pseudonyms.pseudonym(other, KEY)
    )


def test_pseudonym_of_a_mapped_address_is_that_of_the_ipv4_address():
    assert ip_pseudonyms.pseudonym("::ffff:203.0.113.7", KEY) == ip_pseudonyms.pseudonym("203.0.113.7", KEY)


@pytest.mark.parametrize("address", ["", "unknown", "203.0.113", "<script>"])
def test_pseudonym_of_invalid_address_is_unknown(address):
    assert ip_pseudonyms.pseudonym(address, KEY) == ip_pseudonyms.UNKNOWN


@pytest.mark.parametrize(
    ("proxies", "noted", "real"),
    [
        (0, "198.51.100.1", "203.0.113.7"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "192.0.2.66, 198.51.100.1", "198.51.100.1"),
        (2, "192.0.2.66, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "10.0.0.1", "203.0.113.7"),
        (1, "", "203.0.113.7"),
    ],
)
def test_client_address_comes_from_trusted_proxies(settings, proxies, noted, real):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR=noted)
    assert ip_pseudonyms.client_address(request) == real


NEIGHBOURS = [
    # Two addresses, and whether they are in one network and in one wide network.
    ("198.51.100.1", "198.51.100.254", True, True),
    ("198.51.100.1", "198.51.101.1", False, True),
    ("198.51.100.1", "198.52.100.1", False, False),
    ("198.51.100.1", "::ffff:198.51.100.2", True, True),
    ("2001:db8:1:2::3", "2001:db8:1:ffff::9", True, True),
    ("2001:db8:1::3", "2001:db8:2::3", False, True),
    ("2001:db8:1::3", "2001:db9:1::3", False, False),
]


@pytest.mark.parametrize(("one", "other", "same", "same_wide"), NEIGHBOURS)
def test_networks_have_pseudonyms_of_their_own(one, other, same, same_wide):
    first, second = (ip_pseudonyms.network_pseudonyms(address, b"k" * 32) for address in (one, other))
    assert (first[0] == second[0], first[1] == second[1]) == (same, same_wide)
    assert len({ip_pseudonyms.pseudonym(one, b"k" * 32), *first}) == 3
    assert ip_pseudonyms.network_pseudonyms(one, b"l" * 32)[0] != first[0]


def test_network_of_invalid_address_is_unknown():
    assert ip_pseudonyms.network_pseudonyms("no address", b"k" * 32) == (ip_pseudonyms.UNKNOWN,) * 2


@pytest.mark.django_db
def test_views_see_neither_address_nor_browser():
    seen = seen_by_views(
        REMOTE_ADDR="203.0.113.7",
        HTTP_X_FORWARDED_FOR="203.0.113.7",
        HTTP_X_REAL_IP="203.0.113.7",
        HTTP_FORWARDED="for=203.0.113.7",
        HTTP_USER_AGENT="CanaryBrowser/9.9",
    )
    text = " ".join(str(value) for value in seen.values())
    assert "203.0.113.7" not in text
    assert "CanaryBrowser" not in text
    assert seen["REMOTE_ADDR"].startswith("fd00:")


@pytest.mark.django_db
def test_pseudonym_is_the_same_for_one_day(time_machine):
    time_machine.move_to("2031-05-06 00:00:01+00:00")
    morning = seen_by_views(REMOTE_ADDR="203.0.113.7")["REMOTE_ADDR"]
    key = bytes(DailyKey.objects.get().key)
    time_machine.move_to("2031-05-06 23:59:50+00:00")
    assert seen_by_views(REMOTE_ADDR="203.0.113.7")["REMOTE_ADDR"] == morning
    time_machine.move_to("2031-05-07 00:00:01+00:00")
    assert seen_by_views(REMOTE_ADDR="203.0.113.7")["REMOTE_ADDR"] != morning
    assert bytes(DailyKey.objects.get().key) != key


@pytest.mark.django_db
def test_processes_share_the_daily_key(monkeypatch):
    first = ip_pseudonyms.daily_key()
    monkeypatch.setattr(ip_pseudonyms, "_today", None)
    assert ip_pseudonyms.daily_key() == first


def test_key_is_random_without_a_database(monkeypatch):
    def broken(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(ip_pseudonyms.transaction, "atomic", broken)
    assert len(ip_pseudonyms.daily_key()) == 32
