"""The filters on when a meeting takes place: day, part of the day, now and within the hour.

They hold for one and the same meeting. Days and parts of the day are by the wall clock of the meeting itself; "today"
and "tomorrow" are the asker's dates.
"""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from core import recurrence
from core.recurrence import Repeat, Rule
from core.weekdays import WEEKDAY_KEYS, WEEKDAY_NAMES
from directory.listings.availability import HOUR, AskedAt
from directory.search.filters import ChosenOptions, Filter, FilterOptions, SegmentProtocol

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
TOGETHER = ("day", "time", "when")
# By the hour at which a meeting starts: morning 4–11, midday 11–17, evening 17–21, night 21–4.
PARTS = ((4, "night"), (11, "morning"), (17, "midday"), (21, "evening"), (24, "night"))


def part_of_day(hour: int) -> str:
    return next(part for ends, part in PARTS if hour < ends)


def is_at_asked_hours(rule: Rule, at: AskedAt) -> bool:
    """Whether one meeting is at the hours that were asked for (`At.slots`): what the index asks of its columns."""
    answers = {"day": is_on, "time": starts_in, "when": is_held}
    return all(any(answers[key](rule, value, at) for value in values) for key, values in at.slots)


def is_on(rule: Rule, day: str, at: AskedAt) -> bool:
    if rule.repeat == Repeat.ONGOING:
        return True
    if day not in ("today", "tomorrow"):
        weekday = rule.first.weekday() if rule.repeat == Repeat.DATED and rule.first else rule.weekday
        return weekday == WEEKDAY_KEYS.index(day)
    date = at.today + datetime.timedelta(days=day == "tomorrow")
    midnight = datetime.datetime.combine(date, datetime.time(0), recurrence.load_zone(rule.zone))
    coming = recurrence.next_occurrence(rule, midnight)
    return coming is not None and coming.day == date


def starts_in(rule: Rule, part: str, at: AskedAt) -> bool:
    return rule.repeat == Repeat.ONGOING or part_of_day(rule.start.hour) == part


def is_held(rule: Rule, when: str, at: AskedAt) -> bool:
    if when == "now":
        return recurrence.is_in_progress(rule, at.now)
    return recurrence.starts_within(rule, at.now, HOUR)


@dataclass(frozen=True)
class SlotFilter(Filter):
    """The index knows the meetings themselves; their kind tells it of them (`Kind.meetings`)."""

    choices: FilterOptions

    @property
    def options(self) -> FilterOptions:
        return self.choices

    def matching(self, chosen: ChosenOptions, view: SegmentProtocol) -> BitMap:
        return view.meeting({key: values for key, values in chosen.items() if key in TOGETHER})


DAY = SlotFilter(
    "day",
    _("Day"),
    DAY_OPTIONS,
    single=True,
    collapsed=False,
    combined_with=TOGETHER,
    offered_without_kind=True,
)
TIME = SlotFilter("time", _("Part of the day"), TIME_OPTIONS, collapsed=False, combined_with=TOGETHER)
WHEN = SlotFilter("when", _("Starting"), WHEN_OPTIONS, single=True, collapsed=False, combined_with=TOGETHER)
