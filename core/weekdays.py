"""Names of the days of the week. They are ordered as in Python: the number of Monday is 0."""

from django.utils.translation import gettext_lazy as _

WEEKDAY_NAMES = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip
"""As pages show them, in the language of the visitor."""
WEEKDAY_KEYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As addresses and the project's own formats write them."""
ICALENDAR_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""As recurrence rules write them (RFC 5545, section 3.3.10)."""
ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""As schema.org writes them."""
