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


def count_fitting(meeting: Meeting, at: AskedAt) -> int:
    """Return at how many of the filters that the visitor chose (`at.meeting_choices`) the meeting has a chosen option.

    The search index finds a group by a meeting that fits all of them.
    """
    return sum(fits_choice(meeting, key, values, at) for key, values in at.meeting_choices)


def fits_choice(meeting: Meeting, key: str, values: tuple[str, ...], at: AskedAt) -> bool:
    """Return whether the meeting has one of the chosen options of a filter."""
    if key in TIME_FILTER_KEYS:
        return matches_time_choices(meeting.rule, ((key, values),), at)
    return not set(values).isdisjoint(option_values(meeting, key))


def fitting_meetings(meetings: Sequence[Meeting], at: AskedAt) -> list[Meeting]:
    """Return the meetings that fit what the visitor asked for, or those that come nearest to it where none fits.

    A group whose name has a word for a time, such as "Friday", is found though it does not meet then.
    """
    counts = [count_fitting(meeting, at) for meeting in meetings]
    return [meeting for meeting, count in zip(meetings, counts, strict=True) if count == max(counts)]
