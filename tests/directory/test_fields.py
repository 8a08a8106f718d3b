"""What several models' fields share."""

import pytest
from django.core.exceptions import ValidationError

from directory.fields import validate_zone


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Kolkata", "UTC"])
def test_zone_is_taken(zone):
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
def test_zone_that_would_break_a_page_is_refused(zone):
    with pytest.raises(ValidationError):
        validate_zone(zone)
