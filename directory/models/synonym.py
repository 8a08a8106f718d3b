"""The tables of search synonyms and of queries that found nothing."""
# i18n: admin only

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import validate_day

LANGUAGES = (("en", "English"), ("es", "Español"))
MAX_PHRASES = 60
MAX_PHRASE_LENGTH = 60  # characters


class SynonymEntryQuerySet(models.QuerySet["SynonymEntry"]):
    """The filters of synonym entries by what they are for."""

    def in_use(self) -> Self:
        """Return the entries that the search uses."""
        return self.filter(active=True)


class SynonymEntry(models.Model):
    """An entry of the table of synonyms: phrases that people type, and what they mean here."""

    language = models.CharField(_("language"), max_length=8, choices=LANGUAGES, default="en")
    phrases = models.TextField(
        _("what people say"),
        help_text=_("One phrase a line, such as: stop drinking. Its words may stand in any order."),
    )
    meanings = models.TextField(
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
    """The values that this version of the site ships; empty for an entry that was added here."""

    objects = SynonymEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("search synonym")
        verbose_name_plural = _("search synonyms")
        ordering = ("language", "phrases")
        constraints = (
            models.UniqueConstraint(name="synonym_ref_is_unique", fields=("ref",), condition=~Q(ref="")),
            models.CheckConstraint(name="synonym_has_a_phrase", condition=~Q(phrases="")),
            models.CheckConstraint(name="synonym_has_a_meaning", condition=~Q(meanings="")),
        )

    def __str__(self) -> str:
        return self.phrase_list[0] if self.phrase_list else ""

    @property
    def phrase_list(self) -> list[str]:
        """The phrases, of which the first names the entry."""
        return non_blank_lines(self.phrases)

    @property
    def meaning_list(self) -> list[str]:
        """The meanings as a list, the closest first."""
        return non_blank_lines(self.meanings)

    def clean(self) -> None:
        """Reject too many or too long phrases."""
        if len(self.phrase_list) > MAX_PHRASES or any(
            len(phrase) > MAX_PHRASE_LENGTH for phrase in self.phrase_list
        ):
            raise ValidationError(
                {
                    "phrases": _("At most %(n)d phrases of %(m)d letters each.")
                    % {"n": MAX_PHRASES, "m": MAX_PHRASE_LENGTH}
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
    """Return the lines of a text that are not blank, with single spaces."""
    return [words for line in text.splitlines() if (words := " ".join(line.split()))]
