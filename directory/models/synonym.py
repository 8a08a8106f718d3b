"""What people type: plain speech and what it means here, and words that found nothing."""
# i18n: admin only

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import validate_day

LANGUAGES = (("en", "English"), ("es", "Español"))
MOST_PHRASES = 60
LONGEST_PHRASE = 60  # characters


class SynonymEntryQuerySet(models.QuerySet["SynonymEntry"]):
    def in_use(self) -> Self:
        return self.filter(active=True)


class SynonymEntry(models.Model):
    """What people say for something that listings say in other words."""

    language = models.CharField(_("language"), max_length=8, choices=LANGUAGES, default="en")
    says = models.TextField(
        _("what people say"),
        help_text=_("One phrase a line, such as: stop drinking. Its words may stand in any order."),
    )
    means = models.TextField(
        _("what it means"),
        help_text=_(
            "One a line, any of which will do, closest first: an option of a filter, such as concern=alcohol "
            "or kind=support-groups, or words to look for. Options with & between must all hold: "
            "kind=therapists & mode=online."
        ),
    )
    crisis = models.BooleanField(
        _("may be said in a crisis"),
        default=False,
        help_text=_("The page then shows the way to a person above what it found."),
    )
    active = models.BooleanField(_("in use"), default=True)
    note = models.CharField(
        _("note"),
        max_length=200,
        blank=True,
        help_text=_("For curators: why it finds nothing, for instance."),
    )
    ref = models.CharField(max_length=80, blank=True, editable=False)
    shipped = models.JSONField(default=dict, blank=True, editable=False)
    """The values as they last came with the site; empty for an entry of one's own."""

    objects = SynonymEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("plain speech")
        verbose_name_plural = _("plain speech")
        ordering = ("language", "says")
        constraints = (
            models.UniqueConstraint(name="speech_ships_once", fields=("ref",), condition=~Q(ref="")),
            models.CheckConstraint(name="speech_says_something", condition=~Q(says="")),
            models.CheckConstraint(name="speech_means_something", condition=~Q(means="")),
        )

    def __str__(self) -> str:
        return self.phrases[0] if self.phrases else ""

    @property
    def phrases(self) -> list[str]:
        return non_blank_lines(self.says)

    @property
    def meanings(self) -> list[str]:
        return non_blank_lines(self.means)

    def clean(self) -> None:
        if len(self.phrases) > MOST_PHRASES or any(len(each) > LONGEST_PHRASE for each in self.phrases):
            raise ValidationError(
                {
                    "says": _("At most %(n)d phrases of %(m)d letters each.")
                    % {"n": MOST_PHRASES, "m": LONGEST_PHRASE}
                }
            )


class ZeroResultQuery(models.Model):
    """A folded search text without results, and how often visitors typed it in one week.

    The row says nothing of who typed it, or on which day.
    """

    text = models.CharField(_("words"), max_length=80)
    week = models.DateField(_("week of"), help_text=_("Its Monday."), validators=(validate_day,))
    count = models.PositiveIntegerField(_("times"), default=1)

    class Meta:
        verbose_name = _("words that found nothing")
        verbose_name_plural = _("words that found nothing")
        ordering = ("-week", "-count", "text")
        constraints = (
            models.UniqueConstraint(name="zero_result_query_once_a_week", fields=("week", "text")),
        )

    def __str__(self) -> str:
        return self.text


def non_blank_lines(text: str) -> list[str]:
    return [line for each in text.splitlines() if (line := " ".join(each.split()))]
