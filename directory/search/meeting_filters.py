"""Filters on when a meeting takes place: its day, its part of the day, and whether it is on now or starts soon.

Days and parts of the day follow the local time of the meeting;
"today" and "tomorrow" are dates of the visitor.
"""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from core import recurrence
from core.recurrence import Repeat, Rule
from core.weekdays import WEEKDAY_KEYS, WEEKDAY_NAMES
from directory.listings.availability import HOUR, AskedAt, MeetingChoices
from directory.search.filters import MODE_FILTER, ChosenOptions, Filter, FilterOptions, SegmentProtocol
from directory.vocabulary import Mode

DAY_OPTIONS: FilterOptions = (
    ("today", _("Today")),
    ("tomorrow", _("Tomorrow")),
    *zip(WEEKDAY_KEYS, WEEKDAY_NAMES, strict=True),
)
TIME_OPTIONS: FilterOptions = (
    ("morning", _("Morning")),
    ("midday", _("Midday")),
    ("evening", _("Evening")),
    ("night", _("Night")),
)
WHEN_OPTIONS: FilterOptions = (("now", _("Going on now")), ("soon", _("Within the hour")))
# The hour before which a part of the day ends, by the hour at which a meeting starts: night until 4, morning until 11,
# midday until 17, evening until 21, then night again.
PARTS_OF_DAY = ((4, "night"), (11, "morning"), (17, "midday"), (21, "evening"), (24, "night"))


def remote_choices(choices: MeetingChoices) -> MeetingChoices:
    """Return the choices with only the modes for which the place does not matter."""
    chosen = dict(choices)
    modes = chosen.get(MODE_FILTER.key) or Mode.values
    remote = tuple(mode for mode in modes if mode in (Mode.ONLINE, Mode.PHONE))
    return tuple(sorted({**chosen, MODE_FILTER.key: remote}.items()))


def part_of_day(hour: int) -> str:
    """Return the part of the day in which an hour (0 to 23) lies."""
    return next(part for end, part in PARTS_OF_DAY if hour < end)


def matches_time_choices(rule: Rule, choices: MeetingChoices, at: AskedAt) -> bool:
    """Return whether the chosen options on time apply to a meeting.

    A card calls this for one meeting; it must agree with what the index computes for all of them.
    """
    checks = {"day": _falls_on, "time": _starts_in_part, "when": _is_now_or_soon}
    return all(any(checks[key](rule, value, at) for value in values) for key, values in choices)


def _falls_on(rule: Rule, day: str, at: AskedAt) -> bool:
    """Return whether a meeting takes place on a weekday, today or tomorrow."""
    if rule.repeat == Repeat.ONGOING:
        return True
    if day not in ("today", "tomorrow"):
        weekday = rule.first.weekday() if rule.repeat == Repeat.DATED and rule.first else rule.weekday
        return weekday == WEEKDAY_KEYS.index(day)
    date = at.today + datetime.timedelta(days=day == "tomorrow")
    midnight = datetime.datetime.combine(date, datetime.time(0), recurrence.load_zone(rule.zone))
    following = recurrence.next_occurrence(rule, midnight)
    return following is not None and following.day == date


def _starts_in_part(rule: Rule, part: str, at: AskedAt) -> bool:
    """Return whether a meeting starts in a part of the day; one that is always on is in every part."""
    return rule.repeat == Repeat.ONGOING or part_of_day(rule.start.hour) == part


def _is_now_or_soon(rule: Rule, when: str, at: AskedAt) -> bool:
    """Return whether a meeting is in progress ("now") or starts within an hour ("soon")."""
    if when == "now":
        return recurrence.is_in_progress(rule, at.now)
    return recurrence.starts_within(rule, at.now, HOUR)


@dataclass(frozen=True)
class MeetingTimeFilter(Filter):
    """A filter on the time of a meeting. Its facts come from the meetings in the index, which kinds supply."""

    option_labels: FilterOptions

    @property
    def options(self) -> FilterOptions:
        """Return the value and label of each option."""
        return self.option_labels

    def matching(self, chosen: ChosenOptions, segment: SegmentProtocol) -> BitMap:
        """Return the documents that have a meeting at one of the chosen times."""
        return segment.with_meeting_at(self.key, chosen[self.key])


DAY = MeetingTimeFilter(
    "day",
    _("Day"),
    DAY_OPTIONS,
    single=True,
    collapsed=False,
    offered_without_kind=True,
)
TIME = MeetingTimeFilter("time", _("Part of the day"), TIME_OPTIONS, collapsed=False)
WHEN = MeetingTimeFilter("when", _("Starting"), WHEN_OPTIONS, single=True, collapsed=False)
