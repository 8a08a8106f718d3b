"""Say in words how often a meeting takes place."""

from collections.abc import Collection

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from groups.models import Meeting, Repeat, WeekOfMonth


def rhythm_text(meeting: Meeting) -> str:
    """Return how often a meeting takes place, such as "second and fourth Tuesday of the month".

    A weekly meeting gives "": its day says it already.
    """
    day = str(meeting.get_weekday_display() or "")
    if meeting.repeat == Repeat.MONTHLY:
        return _("%(weeks)s %(day)s of the month") % {"weeks": weeks_text(meeting.weeks), "day": day}
    if meeting.repeat == Repeat.SECOND_WEEK:
        return _("every second %(day)s") % {"day": day}
    if meeting.repeat == Repeat.DATED and meeting.first:
        return _("once, on %(date)s") % {"date": date_format(meeting.first, "DATE_FORMAT")}
    return _("round the clock") if meeting.repeat == Repeat.ONGOING else ""


def weeks_text(weeks: Collection[str]) -> str:
    """Return the weeks of a month in words, in their order, such as "first, third and last"."""
    labels = [str(label) for value, label in WeekOfMonth.choices if value in weeks]
    if len(labels) < 2:
        return "".join(labels)
    return _("%(first)s and %(last)s") % {"first": ", ".join(labels[:-1]), "last": labels[-1]}
