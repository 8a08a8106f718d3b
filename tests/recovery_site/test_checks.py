"""What a deployment is told before it goes on the air."""

from django.core.checks import run_checks


def found(number: str) -> list[str]:
    return [
        message.msg
        for message in run_checks(include_deployment_checks=True)
        if message.id == f"steady.{number}"
    ]


def test_country_without_a_main_line_is_told_of(settings, db):
    assert found("E002") == []
    settings.DEFAULT_COUNTRY = "AQ"
    assert "AQ" in found("E002")[0]
