"""Models for keeping listings correct: submissions of visitors, likely duplicates, link checks, curators' regions."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import validate_day
from directory.models import Listing, Region
from groups.models import Meeting


class Resolution(models.TextChoices):
    """The state of a submission."""

    OPEN = "open", _("Open")
    ASKED = "asked", _("Asked back")
    FIXED = "fixed", _("Fixed")
    DISMISSED = "dismissed", _("Dismissed")


class Submission(models.Model):
    """The fields that reports and suggestions share.

    Nothing is stored about the sender. The access code whose hash is `code_hash` opens the thread again.
    """

    status = models.CharField(_("status"), max_length=10, choices=Resolution, default=Resolution.OPEN)
    details = models.TextField(_("in their words"), max_length=2000, blank=True)
    private_note = models.TextField(_("private note"), blank=True)
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    created = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    handled_on = models.DateField(
        _("handled on"), null=True, blank=True, editable=False, validators=(validate_day,)
    )
    duplicate_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="duplicates",
        help_text="an earlier submission that says the same; each sender has a thread of their own",
    )

    class Meta:
        abstract = True
        ordering = ("created", "pk")

    @property
    def original(self) -> Self:
        """The earlier submission that says the same; this one where there is none. Curators handle the original."""
        earlier: Self | None = self.duplicate_of  # type: ignore[assignment]
        return earlier or self


class Report(Submission):
    """A visitor reports that a listing is wrong."""

    class Problem(models.TextChoices):
        """What a visitor can report."""

        WRONG_TIME = "wrong-time", _("The time is wrong")
        CLOSED = "closed", _("It does not exist any more")
        NOBODY = "nobody", _("Nobody was there")
        WRONG_NUMBER = "wrong-number", _("The phone number or link does not work")
        WRONG_PLACE = "wrong-place", _("The address is wrong")
        OTHER = "other", _("Something else")

    listing = models.ForeignKey(
        Listing, on_delete=models.CASCADE, related_name="reports", verbose_name=_("listing")
    )
    meeting = models.ForeignKey(
        Meeting, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("meeting")
    )
    problem = models.CharField(_("what is wrong"), max_length=12, choices=Problem)
    value_when_reported = models.CharField(
        _("what the listing said then"), max_length=300, blank=True, editable=False,
        help_text="in words, to show whether the listing has changed since",
    )  # fmt: skip

    class Meta(Submission.Meta):
        verbose_name = _("report")
        verbose_name_plural = _("reports")

    def __str__(self) -> str:
        return f"{self.get_problem_display()}: {self.listing}"


class Suggestion(Submission):
    """A visitor suggests a listing that is not in the directory."""

    kind = models.CharField(_("kind"), max_length=40)
    name = models.CharField(_("name"), max_length=255)
    location = models.CharField(_("where"), max_length=300, blank=True)
    schedule = models.CharField(_("when"), max_length=300, blank=True)
    contact = models.CharField(_("how to reach it"), max_length=300, blank=True)
    listing = models.ForeignKey(
        Listing, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta(Submission.Meta):
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """One message of the thread between curators and the sender of a submission."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, null=True, related_name="messages")
    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, null=True, related_name="messages")
    from_curator = models.BooleanField()
    text = models.TextField(max_length=2000)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("created", "pk")
        constraints = (
            models.CheckConstraint(
                name="message_belongs_to_one_thread",
                condition=Q(report__isnull=True, suggestion__isnull=False)
                | Q(report__isnull=False, suggestion__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]


class LikelyDuplicate(models.Model):
    """Two listings that may be one. A curator decides.

    `reasons` holds sentences for the curator. `undo` holds what a merge changed (see `curation.duplicates.merge`).
    """

    class Decision(models.TextChoices):
        """What a curator decided on a pair."""

        OPEN = "open", _("Not decided")
        MERGED = "merged", _("Merged")
        DIFFERENT = "different", _("Two different listings")

    first = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    reasons = models.JSONField(default=list)
    decision = models.CharField(_("decision"), max_length=9, choices=Decision, default=Decision.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    decided_on = models.DateField(null=True, blank=True, editable=False, validators=(validate_day,))
    undo = models.JSONField(default=dict, editable=False)
    found_at = models.DateTimeField(_("found"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("likely double")
        verbose_name_plural = _("likely doubles")
        ordering = ("found_at", "pk")
        permissions = (("undo_merge", "Can undo what others merged"),)
        constraints = (
            models.CheckConstraint(name="likely_duplicate_in_order", condition=Q(first__lt=F("second"))),
            models.UniqueConstraint(name="likely_duplicate_once", fields=("first", "second")),
        )

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"


class LinkCheck(models.Model):
    """The result of the last check of a link of a listing. A link is dead after failures on three days."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="link_checks")
    url = models.CharField(max_length=500)
    checked_at = models.DateTimeField(default=timezone.now)
    failures = models.PositiveSmallIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("checked link")
        verbose_name_plural = _("checked links")
        constraints = (models.UniqueConstraint(name="link_once_per_listing", fields=("listing", "url")),)

    def __str__(self) -> str:
        return self.url


class CuratorRegion(models.Model):
    """A region of a curator. A curator with regions sees and changes only their listings; one without sees all."""

    curator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="curator_regions"
    )
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("curator’s region")
        verbose_name_plural = _("curators’ regions")
        constraints = (models.UniqueConstraint(name="curator_region_once", fields=("curator", "region")),)

    def __str__(self) -> str:
        return f"{self.curator}: {self.region}"
