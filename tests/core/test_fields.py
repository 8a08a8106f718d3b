"""What several models' fields share."""

import pytest
from django.core.exceptions import ValidationError

from core.fields import lower_first_word, validate_zone


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Kolkata", "UTC"])
def test_zone_is_accepted(zone):
    validate_zone(zone)


@pytest.mark.parametrize(
    "zone",
    [
        "localtime",
        "posixrules",
        "posix/America/New_York",
        "right/UTC",
        "America",
        "Mars/Base",
        "../etc",
        "\0",
    ],
)
def test_invalid_zone_is_rejected(zone):
    with pytest.raises(ValidationError):
        validate_zone(zone)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Open to anyone", "open to anyone"),
        ("Big Book", "Big Book"),
        ("A craving", "a craving"),
        ("LGBTQ+ people", "LGBTQ+ people"),
        ("Native and Indigenous people", "Native and Indigenous people"),
        ("Personas LGBTQ+", "personas LGBTQ+"),
        ("Dialectical behavior therapy (DBT)", "dialectical behavior therapy (DBT)"),
        ("Veteranos", "veteranos"),
        ("", ""),
    ],
)
def test_label_inside_a_sentence(label, expected):
    assert lower_first_word(label) == expected
