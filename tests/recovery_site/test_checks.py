"""What a deployment is told before it goes on the air.

Row of the safety matrix: S1.
"""

import pytest
from django.core.checks import run_checks


def found(number: str) -> list[str]:
    return [
        message.msg
        for message in run_checks(include_deployment_checks=True)
        if message.id == f"steady.{number}"
    ]


def test_country_without_a_main_hotline_is_reported(settings, db):
    assert found("E002") == []
    settings.DEFAULT_COUNTRY = "AQ"
    assert "AQ" in found("E002")[0]


@pytest.fixture
def public(settings, monkeypatch) -> None:
    """A site with another host than this machine, and an origin."""
    settings.LOCAL_ONLY, settings.TLS, settings.ALLOWED_HOSTS = (
        False,
        True,
        ["steady.example", ".steady.example"],
    )
    settings.SITE_ORIGIN = "https://steady.example"
    monkeypatch.setenv("SITE_ORIGIN", settings.SITE_ORIGIN)


def test_public_site_without_an_origin_is_reported(public, monkeypatch, db) -> None:
    assert found("E020") == []
    monkeypatch.setenv("SITE_ORIGIN", " ")
    assert "SITE_ORIGIN" in found("E020")[0]


def test_local_site_needs_no_origin(monkeypatch, db) -> None:
    monkeypatch.delenv("SITE_ORIGIN", raising=False)
    assert found("E020") == []


@pytest.mark.parametrize(
    ("origin", "wrong"),
    [
        ("https://steady.example", False),
        ("https://www.steady.example:8443", False),
        ("https://elsewhere.example", True),
        ("http://steady.example", True),
    ],
)
def test_origin_of_another_host_is_reported(public, settings, db, origin: str, wrong: bool) -> None:
    settings.SITE_ORIGIN = origin
    assert bool(found("E021")) is wrong
