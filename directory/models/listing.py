"""The listing model with the fields that all kinds share, and the tables that belong to a listing.

The fields of one kind are in that kind's own model module.
"""

import datetime
from typing import Any, Self
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import ChoiceSetField, validate_day, validate_zone
from core.recurrence import Hours, Interval
from core.weekdays import WEEKDAY_NAMES
from directory.kinds.registry import kinds
from directory.models.place import Organization, Place
from directory.models.region import Region
from directory.vocabulary import (
    Access,
    Audience,
    ChannelType,
    CheckMethod,
    Concern,
    Language,
    Mode,
    Payment,
    Status,
    has_number,
    opens_page,
)


class ListingQuerySet(models.QuerySet["Listing"]):
    """Queries for listings."""

    def published(self) -> Self:
        """Return the listings that the public can find."""
        return self.filter(status=Status.PUBLISHED)

    def visible(self) -> Self:
        """Return the listings whose pages the public can open.

        These are the published ones, and the paused and closed ones, to which links may still lead.
        """
        return self.filter(status__in=(Status.PUBLISHED, Status.PAUSED, Status.CLOSED))

    def with_last_check(self) -> Self:
        """Annotate each listing with the dates of its newest check as a whole, `checked_on` and `checked_due`.

        Both are None where nobody has checked the whole listing. `checked_due` may be None for a check without a due
        date.
        """
        newest = Verification.objects.filter(listing=OuterRef("pk"), fields=[]).order_by(
            "-verified_on", "-pk"
        )
        return self.annotate(
            checked_on=Subquery(newest.values("verified_on")[:1]),
            checked_due=Subquery(newest.values("due_on")[:1]),
        )

    def without_point(self) -> Self:
        """Return the listings that people visit in person but that have no point on the map."""
        no_point = Q(place__isnull=True) | Q(place__latitude__isnull=True)
        return self.filter(no_point, modes__has=Mode.IN_PERSON)

    def without_zone(self) -> Self:
        """Return the listings that have opening hours but no time zone."""
        return self.filter(zone="", pk__in=OpeningInterval.objects.values("listing"))


class Listing(models.Model):
    """One entry of the directory, with the fields that all kinds share.

    Each kind has a model that inherits from this one (multi-table inheritance).
    """

    kind = models.CharField(max_length=40, editable=False)
    slug = models.SlugField(_("address on this site"), max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=255)
    summary = models.CharField(
        _("in one or two sentences"), max_length=400, blank=True, help_text=_("Short and plain. Shown first.")
    )
    description = models.TextField(_("description"), blank=True)
    organization = models.ForeignKey(
        Organization, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("organization")
    )
    place = models.ForeignKey(
        Place, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("place")
    )
    modes = ChoiceSetField(Mode, verbose_name=_("how one takes part"))
    concerns = ChoiceSetField(Concern, verbose_name=_("what it is for"))
    languages = ChoiceSetField(Language, verbose_name=_("languages"))
    audiences = ChoiceSetField(
        Audience, verbose_name=_("especially for"), help_text=_("Leave empty when it is for everybody.")
    )
    payment = ChoiceSetField(Payment, verbose_name=_("cost and payment"))
    cost_note = models.CharField(_("more about cost"), max_length=200, blank=True)
    access = ChoiceSetField(Access, verbose_name=_("getting in"))
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        help_text=_("Two letters. Leave empty when it serves any country."),
    )
    zone = models.CharField(
        _("time zone of its hours"), max_length=64, blank=True, validators=(validate_zone,),
        help_text=_("Such as America/Los_Angeles."),
    )  # fmt: skip
    always_open = models.BooleanField(_("open at any hour, any day"), default=False)
    hours_note = models.CharField(_("more about hours"), max_length=200, blank=True)
    national_finder = models.BooleanField(
        _("national finder"),
        default=False,
        help_text=_(
            "A page or a line that finds places of this kind in the whole country. It comes after local ones."
        ),
    )
    text_language = models.CharField(
        _("language of these texts"), max_length=8, default="en", help_text=_("Such as en or es.")
    )
    region = models.ForeignKey(
        Region,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("region"),
        help_text=_("Whose curators look after it. Left empty, it follows from the place."),
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    status_reason = models.CharField(
        _("reason, for the public"),
        max_length=200,
        blank=True,
        help_text=_("Why it is paused or closed, in plain words."),
    )
    replaced_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("replaced by")
    )
    sample = models.BooleanField(default=False, editable=False)
    source = models.SlugField(_("source"), blank=True, max_length=80, editable=False)
    source_ref = models.CharField(_("id in its source"), max_length=120, blank=True, editable=False)
    provenance = models.JSONField(
        default=dict, blank=True, editable=False,
        help_text="field (or * for all) → {source, run, url, copied, corrected_by, when}",
    )  # fmt: skip
    created = models.DateTimeField(default=timezone.now, editable=False)

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering = ("name", "pk")
        permissions = (("publish_listing", "Can publish, close and replace listings"),)
        indexes = (models.Index(name="listing_status_kind", fields=("status", "kind")),)
        constraints = (
            models.CheckConstraint(name="listing_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="listing_status_is_known", condition=Q(status__in=Status.values)),
            models.CheckConstraint(
                name="listing_pause_has_a_reason",
                condition=~Q(status__in=(Status.PAUSED, Status.CLOSED)) | ~Q(status_reason=""),
                violation_error_message=_(
                    "Say why it is paused or closed: people who come back will read it."
                ),
            ),
            models.CheckConstraint(
                name="listing_does_not_replace_itself",
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=models.F("pk")),
            ),
            models.UniqueConstraint(
                name="listing_once_per_source", fields=("source", "source_ref"), condition=~Q(source_ref="")
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the path of the public page."""
        return reverse("listing", args=(self.slug,))

    @property
    def kind_instance(self) -> Any:
        """Return the listing as an instance of its kind's model, which has the fields of the kind.

        This takes one query, unless the query for the listing selected the kind's row too.
        """
        return kinds[self.kind].own_row(self)

    def opening_hours(self) -> Hours | None:
        """Return the opening hours in the listing's zone, or None where they are not known."""
        intervals = tuple(Interval(row.weekday, row.opens, row.closes) for row in self.intervals.all())
        if not self.always_open and (not intervals or not self.zone):
            return None
        exceptions: dict[datetime.date, tuple[tuple[datetime.time, datetime.time], ...]] = {}
        for row in self.exceptions.all():
            times = () if row.opens is None or row.closes is None else ((row.opens, row.closes),)
            exceptions[row.date] = exceptions.get(row.date, ()) + times
        # A listing that is always open may lack a zone. UTC then decides when a day with other hours begins.
        zone = self.zone or "UTC"
        return Hours(zone=zone, intervals=intervals, exceptions=exceptions, always=self.always_open)


class Channel(models.Model):
    """One way to contact a listing.

    What to dial is stored apart from what to show, since 988 is no full telephone number.
    """

    SCHEMES = {
        ChannelType.CALL: "tel:",
        ChannelType.TEXT: "sms:",
        ChannelType.EMAIL: "mailto:",
        ChannelType.TTY: "tel:",
        ChannelType.VIDEOPHONE: "tel:",
    }

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="channels")
    type = models.CharField(_("way"), max_length=10, choices=ChannelType)
    dial = models.CharField(
        _("what to dial or open"), max_length=500,
        help_text=_("Digits as they are dialled: 988, 741741, +14085550100. Or an e-mail or web address."),
    )  # fmt: skip
    display = models.CharField(
        _("what to show"),
        max_length=120,
        blank=True,
        help_text=_("Such as “1-800-555-0100” or “Text HOME to 741741”."),
    )
    body = models.CharField(
        _("word to send"), max_length=40, blank=True, help_text=_("For text lines: HOME.")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("way to reach it")
        verbose_name_plural = _("ways to reach it")
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(name="channel_has_something_to_dial", condition=~Q(dial="")),
            models.CheckConstraint(name="channel_type_is_known", condition=Q(type__in=ChannelType.values)),
        )

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.display or self.dial}"

    def clean(self) -> None:
        """Refuse an address that does not fit the type of channel."""
        if problem := dial_problem(self.type, self.dial):
            raise ValidationError({"dial": problem})

    @property
    def href(self) -> str:
        """Return the address of the button, with the scheme tel:, sms:, mailto:, http: or https:."""
        scheme = self.SCHEMES.get(ChannelType(self.type), "")
        if not scheme or opens_page(self.type, self.dial):
            return safe_page_url(self.dial)
        body = f"?&body={quote(self.body)}" if self.type == ChannelType.TEXT and self.body else ""
        return scheme + escape_dial(self.dial) + body


def safe_page_url(address: str) -> str:
    """Return the address if a browser would open a page with it, else "".

    Forms validate what people type; this function protects against addresses that came in another way. An address with
    an "@" in its host part is refused, because the text before the "@" can look like the host.
    """
    host = address.partition("://")[2].split("/", 1)[0]
    is_safe = address.startswith(("https://", "http://")) and not set(address) & set("\\ \t\r\n")
    return address if is_safe and "@" not in host else ""


def escape_dial(text: str) -> str:
    """Escape "#" in a number that goes into a tel: or sms: address, where it would start a fragment."""
    return text.replace("#", "%23")


def dial_problem(kind: str, dial: str) -> object | None:
    """Return why `dial` does not fit this type of channel, in words for a curator, or None where it fits."""
    if has_number(kind, dial):
        is_number = set(dial) <= set("+0123456789*#,;") and any(character.isdigit() for character in dial)
        return (
            None
            if is_number
            else _("Only digits and + * # , here. Put spaces and words into “what to show”.")
        )
    if kind == ChannelType.EMAIL:
        return None if "@" in dial and " " not in dial else _("This should be an e-mail address.")
    return None if dial.startswith(("https://", "http://")) else _("This should begin with https://")


class OpeningInterval(models.Model):
    """One span of opening hours on one weekday.

    The times are wall clock times in the listing's zone. A closing time at or before the opening time is on the next
    day.
    """

    WEEKDAYS = tuple(enumerate(WEEKDAY_NAMES))

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="intervals")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=WEEKDAYS)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ("weekday", "opens")
        constraints = (
            models.CheckConstraint(
                name="interval_weekday_in_week", condition=Q(weekday__gte=0, weekday__lte=6)
            ),
            models.UniqueConstraint(name="interval_once", fields=("listing", "weekday", "opens")),
        )

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class HoursException(models.Model):
    """One date with other hours than usual; without times the listing is closed that day."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="exceptions")
    date = models.DateField(_("date"), validators=(validate_day,))
    opens = models.TimeField(_("opens"), null=True, blank=True)
    closes = models.TimeField(_("closes"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("day with other hours")
        verbose_name_plural = _("days with other hours")
        ordering = ("date", "opens")
        constraints = (
            models.CheckConstraint(
                name="exception_times_are_whole",
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False),
                violation_error_message=_("Give both times, or none when it is closed that day."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}"


class Verification(models.Model):
    """A record that somebody checked the facts of a listing.

    A record never changes afterwards. The public line about freshness comes from the newest one.
    """

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="verifications")
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False
    )
    verified_on = models.DateField(_("checked on"), validators=(validate_day,))
    method = models.CharField(_("how"), max_length=10, choices=CheckMethod)
    fields = models.JSONField(
        _("which facts"), default=list, blank=True, help_text=_("Empty means all of them.")
    )
    due_on = models.DateField(_("next check due"), null=True, blank=True, validators=(validate_day,))
    note = models.CharField(_("private note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ("-verified_on", "-pk")
        constraints = (
            models.CheckConstraint(name="check_method_is_known", condition=Q(method__in=CheckMethod.values)),
        )

    def __str__(self) -> str:
        return f"{self.verified_on:%Y-%m-%d} {self.get_method_display()}"
