"""Say in words how often a meeting takes place."""

from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.recurrence import Repeat

if TYPE_CHECKING:
    from groups.models import Meeting


def rhythm_text(meeting: "Meeting") -> str:
    """Return how often a meeting takes place, such as "second and fourth Tuesday of the month".

    A weekly meeting gives "": its day says it already.
    """
    day = str(meeting.get_weekday_display() or "")
    match Repeat(meeting.repeat):
        case Repeat.MONTHLY:
            return _("%(weeks)s %(day)s of the month") % {"weeks": weeks_text(meeting), "day": day}
        case Repeat.SECOND_WEEK:
            return _("every second %(day)s") % {"day": day}
        case Repeat.DATED if meeting.first:
            return _("once, on %(date)s") % {"date": date_format(meeting.first, "DATE_FORMAT")}
        case Repeat.ONGOING:
            return _("round the clock")
    return ""


def weeks_text(meeting: "Meeting") -> str:
    """Return the weeks of the month of a meeting in words, in their order, such as "first, third and last"."""
    field: Any = meeting._meta.get_field("weeks")
    labels = field.labels_for(meeting.weeks)
    if len(labels) < 2:
        return "".join(labels)
    return _("%(first)s and %(last)s") % {"first": ", ".join(labels[:-1]), "last": labels[-1]}
