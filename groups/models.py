"""The models of support groups and of their meetings, with the rules of when a meeting takes place."""

import datetime
import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.codes import CODE_ALPHABET
from core.fields import ChoiceSetField, validate_day, validate_zone
from core.recurrence import Repeat as RepeatRule
from core.recurrence import Rule
from directory.models import Listing, OpeningInterval
from directory.vocabulary import Access, Audience, Fellowship, Format, Language, Mode, YesNo
from groups.rhythm import rhythm_text

DAY_MINUTES = 24 * 60
MIDNIGHT = datetime.time(0)
PUBLIC_ID_LENGTH = 12  # 58 bits, so that ids of many sites do not collide


def create_public_id() -> str:
    """Return a new random id for a meeting, such as "k3f7m2x9qr4t"."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(PUBLIC_ID_LENGTH)).lower()


class Repeat(models.TextChoices):
    """How often a meeting takes place."""

    WEEKLY = RepeatRule.WEEKLY.value, _("Every week")
    SECOND_WEEK = RepeatRule.SECOND_WEEK.value, _("Every second week")
    MONTHLY = RepeatRule.MONTHLY.value, _("Every month, by weekday")
    DATED = RepeatRule.DATED.value, _("On one date")
    ONGOING = RepeatRule.ONGOING.value, _("Round the clock")


class WeekOfMonth(models.TextChoices):
    """Which of its weekday in the month a date is."""

    FIRST = "1", pgettext_lazy("week of the month", "first")
    SECOND = "2", pgettext_lazy("week of the month", "second")
    THIRD = "3", pgettext_lazy("week of the month", "third")
    FOURTH = "4", pgettext_lazy("week of the month", "fourth")
    FIFTH = "5", pgettext_lazy("week of the month", "fifth")
    LAST = "-1", pgettext_lazy("week of the month", "last")


class SupportGroup(Listing):
    """A group whose members meet regularly to support each other."""

    fellowship = models.CharField(_("fellowship or program"), max_length=30, choices=Fellowship, blank=True)
    group_number = models.CharField(
        _("number of the group"),
        max_length=60,
        blank=True,
        help_text=_("In the register of its fellowship, such as “GSO #123456”."),
    )
    first_visit = models.TextField(_("what a first visit is like"), blank=True)
    who_can_come = models.CharField(_("who can come"), max_length=200, blank=True)
    facilitator = models.CharField(
        _("who leads it"),
        max_length=200,
        blank=True,
        help_text=_("A role, such as “a member” or “a trained volunteer”; no names."),
    )
    attendance_slips = models.CharField(
        _("signs attendance slips"), max_length=3, blank=True, default=YesNo.UNKNOWN, choices=YesNo
    )

    class Meta:
        verbose_name = _("support group")
        verbose_name_plural = _("support groups")


class Meeting(models.Model):
    """One recurring time at which a group meets, with the facts of that meeting.

    A meeting that runs past midnight belongs to the day on which it starts. How one takes part, languages, audiences,
    slips and access that are left empty are those of the group; `own_or_group` returns what applies.
    """

    public_id = models.CharField(
        max_length=PUBLIC_ID_LENGTH, unique=True, editable=False, default=create_public_id,
        help_text="the permanent id of the meeting in addresses, calendar files and feeds",
    )  # fmt: skip
    group = models.ForeignKey(SupportGroup, on_delete=models.CASCADE, related_name="meetings")
    name = models.CharField(_("name, if it has its own"), max_length=255, blank=True)
    repeat = models.CharField(_("how often"), max_length=12, choices=Repeat, default=Repeat.WEEKLY)
    weekday = models.PositiveSmallIntegerField(
        _("day"), choices=OpeningInterval.WEEKDAYS, null=True, blank=True
    )
    weeks = ChoiceSetField(
        WeekOfMonth,
        verbose_name=_("weeks of the month"),
        help_text=_("For a monthly meeting, such as the second and the fourth."),
    )
    first = models.DateField(
        _("date"), null=True, blank=True, validators=(validate_day,),
        help_text=_("The date; for every second week, any date on which it meets."),
    )  # fmt: skip
    until = models.DateField(_("last date"), null=True, blank=True, validators=(validate_day,))
    start = models.TimeField(_("starts"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("length in minutes"), null=True, blank=True,
        validators=(MinValueValidator(1), MaxValueValidator(DAY_MINUTES)),
        help_text=_("Leave empty when it is not known."),
    )  # fmt: skip
    zone = models.CharField(
        _("time zone"),
        max_length=64,
        validators=(validate_zone,),
        help_text=_("Such as America/Los_Angeles."),
    )
    zone_derived = models.BooleanField(default=False, editable=False)
    modes = ChoiceSetField(
        Mode, verbose_name=_("how one takes part"), help_text=_("Leave empty when it is as the group's.")
    )
    formats = ChoiceSetField(Format, verbose_name=_("format"))
    languages = ChoiceSetField(
        Language, verbose_name=_("languages"), help_text=_("Leave empty when they are as the group's.")
    )
    audiences = ChoiceSetField(
        Audience,
        verbose_name=_("especially for"),
        help_text=_("Leave empty when it is as the group's."),
    )
    access = ChoiceSetField(
        Access, verbose_name=_("getting in"), help_text=_("Leave empty when it is as the group's.")
    )
    attendance_slips = models.CharField(
        _("signs attendance slips"),
        max_length=3,
        blank=True,
        default=YesNo.UNKNOWN,
        choices=YesNo,
        help_text=_("Leave empty when it is as the group's."),
    )
    join_url = models.URLField(_("link to join"), max_length=500, blank=True)
    join_phone = models.CharField(
        _("phone to join"),
        max_length=120,
        blank=True,
        help_text=_("As it is dialled: digits, +, and a comma for a pause."),
    )
    note = models.CharField(_("note"), max_length=2000, blank=True)
    active = models.BooleanField(_("takes place"), default=True, help_text=_("Untick while it is suspended."))
    source_ref = models.CharField(max_length=160, blank=True, editable=False)
    codes = models.JSONField(
        default=list, blank=True, editable=False, help_text="type codes of its feed that we have no word for"
    )

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("weekday", "start", "pk")
        indexes = (models.Index(name="meeting_slot", fields=("weekday", "start")),)
        constraints = (
            models.CheckConstraint(
                name="meeting_weekday_in_week",
                condition=Q(weekday__isnull=True) | Q(weekday__gte=0, weekday__lte=6),
            ),
            models.CheckConstraint(
                name="meeting_repeat_has_its_day",
                condition=Q(repeat__in=(Repeat.WEEKLY, Repeat.MONTHLY), weekday__isnull=False)
                | Q(repeat=Repeat.SECOND_WEEK, weekday__isnull=False, first__isnull=False)
                | Q(repeat=Repeat.DATED, first__isnull=False)
                | Q(repeat=Repeat.ONGOING),
                violation_error_message=_(
                    "Give the weekday; every second week also a date on which it meets; on one date, the date."
                ),
            ),
            models.CheckConstraint(
                name="meeting_month_has_its_week",
                condition=~Q(repeat=Repeat.MONTHLY) | ~Q(weeks=""),
                violation_error_message=_("Say which one in the month: the first, the second, the last."),
            ),
            models.CheckConstraint(
                name="meeting_has_a_time",
                condition=Q(repeat=Repeat.ONGOING) | Q(start__isnull=False),
                violation_error_message=_("Give the time at which it starts."),
            ),
            models.CheckConstraint(
                name="meeting_ends_after_it_begins",
                condition=Q(until__isnull=True) | Q(first__isnull=True) | Q(until__gte=models.F("first")),
                violation_error_message=_("The last date is before the first."),
            ),
            models.CheckConstraint(name="meeting_has_a_zone", condition=~Q(zone="")),
            models.CheckConstraint(
                name="meeting_length_within_a_day",
                condition=Q(minutes__isnull=True) | Q(minutes__gte=1, minutes__lte=DAY_MINUTES),
            ),
            models.UniqueConstraint(
                name="meeting_once_per_group", fields=("group", "source_ref"), condition=~Q(source_ref="")
            ),
        )

    # While a length is not known, a meeting counts as going on for an hour: most do.
    ASSUMED_MINUTES = 60

    def __str__(self) -> str:
        day = rhythm_text(self) or str(self.get_weekday_display() or "")
        return " ".join(filter(None, (day, f"{self.start:%H:%M}" if self.start else "", self.name)))

    def own_or_group(self, name: str) -> tuple[str, ...] | str:
        """Return the value of a field that a meeting shares with its group: its own, or else the group's.

        `name` is one of "modes", "languages", "audiences", "access" and "attendance_slips".
        """
        value: tuple[str, ...] | str = getattr(self, name) or getattr(self.group, name)
        return value

    @property
    def rule(self) -> Rule:
        """Return the recurrence rule of the meeting."""
        return Rule(
            zone=self.zone,
            repeat=RepeatRule(self.repeat),
            start=self.start or MIDNIGHT,
            minutes=self.minutes or self.ASSUMED_MINUTES,
            weekday=self.weekday,
            weeks=tuple(map(int, self.weeks)),
            first=self.first,
            until=self.until,
        )
