"""Sources of listings and the runs that bring them in."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.vocabulary import Fellowship


class Source(models.Model):
    """A feed that somebody publishes. `slug` stands on each listing that comes from it."""

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
    owner = models.CharField(_("who publishes it"), max_length=200, blank=True)
    license = models.CharField(_("license"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("name",)
        constraints = (models.CheckConstraint(name="source_has_a_name", condition=~Q(name="")),)

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One import: what it found and did. Kept as it was; a run that changes nothing writes this row alone."""

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="runs", verbose_name=_("source")
    )
    started = models.DateTimeField(_("started"), default=timezone.now)
    ended = models.DateTimeField(_("ended"), null=True, blank=True)
    address = models.CharField(_("address or path"), max_length=500)
    checksum = models.CharField(_("checksum"), max_length=64, help_text=_("SHA-256 of the file."))
    rows = models.PositiveIntegerField(_("rows"), default=0)
    meetings = models.PositiveIntegerField(_("meetings"), default=0)
    listings = models.PositiveIntegerField(_("listings"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    merged = models.PositiveIntegerField(_("merged"), default=0)
    retired = models.PositiveIntegerField(_("retired"), default=0)
    rejected = models.JSONField(_("rejected rows"), default=list, help_text="list of {row, id, reason}")
    remarks = models.JSONField(
        _("remarks"), default=list, help_text="list of {row, id, reason}: taken in, yet worth a look"
    )
    held = models.CharField(_("held, because"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        ordering = ("-started", "-pk")

    def __str__(self) -> str:
        return f"{self.source}, {self.started:%Y-%m-%d %H:%M}"
