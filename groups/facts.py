"""Facts of a meeting: whether they fit what a visitor asked for."""

from collections.abc import Sequence

from directory.listings.availability import AskedAt
from directory.search.filters import TIME_FILTER_KEYS
from directory.search.meeting_filters import matches_time_choices
from groups.models import Meeting

# The field of a meeting that holds the options of a filter.
FIELDS = {
    "mode": "modes",
    "format": "formats",
    "language": "languages",
    "audience": "audiences",
    "slips": "attendance_slips",
}
# The fields that a meeting leaves empty where its group's apply.
GROUP_FIELDS = ("modes", "languages", "audiences", "access", "attendance_slips")
# What the filters on yes or no call a yes.
YES = {"yes": "1", "no": "0"}


def option_values(meeting: Meeting, key: str) -> tuple[str, ...]:
    """Return the options of a filter that a meeting has, such as ("women",) for "audience"."""
    field = FIELDS[key]
    value = meeting.own_or_group(field) if field in GROUP_FIELDS else getattr(meeting, field)
    if isinstance(value, str):
        return (YES[value],) if value in YES else ()
    return value


def fits(meeting: Meeting, at: AskedAt) -> bool:
    """Return whether one meeting has an option of each filter that the visitor chose (`at.meeting_choices`).

    The search index finds a group by the same rule.
    """
    facts = [(key, values) for key, values in at.meeting_choices if key not in TIME_FILTER_KEYS]
    times = tuple((key, values) for key, values in at.meeting_choices if key in TIME_FILTER_KEYS)
    return all(set(values).intersection(option_values(meeting, key)) for key, values in facts) and (
        not times or matches_time_choices(meeting.rule, times, at)
    )


def fitting_meetings(meetings: Sequence[Meeting], at: AskedAt) -> list[Meeting]:
    """Return the meetings that fit what the visitor asked for, or all of them where none fits."""
    return [meeting for meeting in meetings if fits(meeting, at)] or list(meetings)
