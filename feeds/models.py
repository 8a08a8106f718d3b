"""Define the sources of listings and the record of their imports.

The admin alone shows the names and help texts of their fields.
"""
# i18n: admin only

from datetime import date, datetime, timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import validate_zone
from directory.vocabulary import Fellowship, Language

# A run that has not ended by then died with its process.
MAX_RUN_DURATION = timedelta(hours=2)
# A timer that fires a little early must not delay a run by a whole interval.
TIMER_TOLERANCE = timedelta(minutes=10)


class SourceQuerySet(models.QuerySet["Source"]):
    """Queries for sources."""

    def refreshable(self) -> "SourceQuerySet":
        """Return the sources that are refreshed automatically. A path is only imported by an operator."""
        return self.filter(
            Q(address__istartswith="http://") | Q(address__istartswith="https://"), enabled=True
        )


class Source(models.Model):
    """A feed that somebody publishes. Each of its listings carries its `slug`."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120, unique=True)
    format = models.CharField(_("format"), max_length=20)
    address = models.CharField(_("address or path"), max_length=500, blank=True)
    fellowship = models.CharField(
        _("fellowship or program"),
        max_length=30,
        choices=Fellowship,
        blank=True,
        help_text=_("Whose meetings these are, where the feed itself does not say."),
    )
    zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=(validate_zone,),
        help_text=_("Such as America/Los_Angeles. For meetings that say no zone and have no address."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=Language,
        blank=True,
        help_text=_("For meetings that say no language."),
    )
    owner = models.CharField(_("who publishes it"), max_length=200, blank=True)
    license = models.CharField(_("license"), max_length=200, blank=True)
    enabled = models.BooleanField(
        _("in use"), default=True, help_text=_("Turned off, refreshing passes it by. Its listings stay.")
    )
    refresh_hours = models.PositiveSmallIntegerField(
        _("hours between readings"),
        default=0,
        help_text=_("How often it is read: 24 is daily, 0 by hand alone."),
    )
    max_change_percent = models.PositiveSmallIntegerField(
        _("largest change in percent"),
        default=20,
        validators=(MaxValueValidator(100),),
        help_text=_("A run that would change or drop more of its listings than this waits for a person."),
    )
    etag = models.CharField(_("ETag"), max_length=200, blank=True, editable=False)
    last_modified = models.CharField(_("Last-Modified"), max_length=200, blank=True, editable=False)
    running_since = models.DateTimeField(_("running since"), null=True, blank=True, editable=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("name",)
        constraints = (models.CheckConstraint(name="source_has_a_name", condition=~Q(name="")),)

    def __str__(self) -> str:
        return self.name

    def is_due(self, now: datetime) -> bool:
        """Return whether the refresh interval has passed since the newest run, which may have failed."""
        newest = self.runs.first()
        return bool(self.refresh_hours) and (
            newest is None or newest.started_at + timedelta(hours=self.refresh_hours) - TIMER_TOLERANCE <= now
        )

    def claim(self, now: datetime) -> bool:
        """Claim the source for one run. Return False while another process has a claim.

        A claim expires after MAX_RUN_DURATION.
        """
        free = Q(running_since=None) | Q(running_since__lt=now - MAX_RUN_DURATION)
        self.running_since = now
        return bool(Source.objects.filter(free, pk=self.pk).update(running_since=now))

    def release(self) -> None:
        """End the claim, unless it has expired and another process has claimed the source."""
        Source.objects.filter(pk=self.pk, running_since=self.running_since).update(running_since=None)


class ImportRun(models.Model):
    """The record of one import: what it found and did. A run that changes nothing writes only this row."""

    class State(models.TextChoices):
        """The states of a run."""

        APPLYING = "applying", _("Under way, or cut short")
        APPLIED = "applied", _("Done")
        HELD = "held", _("Waits for a curator")
        DISMISSED = "dismissed", _("Dismissed")
        UNDONE = "undone", _("Taken back")

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="runs", verbose_name=_("source")
    )
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    address = models.CharField(_("address or path"), max_length=500)
    checksum = models.CharField(_("checksum"), max_length=64, help_text=_("SHA-256 of the file."))
    parser_fingerprint = models.CharField(
        max_length=60,
        blank=True,
        editable=False,
        help_text="format, fellowship and digest of the settings and the code that parsed the file",
    )
    rows = models.PositiveIntegerField(_("rows"), default=0)
    meetings = models.PositiveIntegerField(_("meetings"), default=0)
    listings = models.PositiveIntegerField(_("listings"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    used = models.PositiveIntegerField(_("rows used"), default=0)
    merged = models.PositiveIntegerField(_("merged"), default=0)
    retired = models.PositiveIntegerField(_("retired"), default=0)
    rejected = models.JSONField(_("rejected rows"), default=list, help_text="list of {row, id, reason}")
    notes = models.JSONField(
        _("notes"), default=list, help_text="list of {row, id, reason}: taken in, yet worth a look"
    )
    hold_reason = models.CharField(_("held, because"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.APPLIED)
    differences = models.JSONField(_("what it would change"), default=list, editable=False)
    held_listings = models.BinaryField(
        null=True, editable=False, help_text="the staged listings of a held run, packed"
    )
    decided_by = models.CharField(max_length=40, blank=True, editable=False)
    not_modified = models.BooleanField(
        _("not modified"), default=False, help_text=_("The server said that nothing changed.")
    )
    error = models.CharField(_("failed, because"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        ordering = ("-started_at", "-pk")

    def __str__(self) -> str:
        return f"{self.source}, {self.started_at:%Y-%m-%d %H:%M}"

    @classmethod
    def last_import_date(cls, slug: str) -> date | None:
        """Return the day, in the site's time zone, of the last complete import of this source."""
        runs = cls.objects.filter(source__slug=slug, state=cls.State.APPLIED, error="").order_by(
            "-started_at"
        )
        started = runs.values_list("started_at", flat=True).first()
        return timezone.localdate(started) if started else None


class RunChange(models.Model):
    """One entry in the journal of a run.

    `previous_values` holds the values that the run overwrote in a listing, and is null for a listing that the run
    created. Its key `previous_place` holds the values of a place that the run overwrote, and `moved_meetings` those of
    meetings that the run moved to the listing from another one.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="changes")
    listing_id = models.BigIntegerField()
    source_ref = models.CharField(max_length=120)
    previous_values = models.JSONField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.source_ref
