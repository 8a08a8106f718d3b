from django.db import models

from core.fields import validate_day


class DailyKey(models.Model):
    """The one row that turns addresses into pseudonyms; a new day overwrites it."""

    ONLY = 1

    day = models.DateField(validators=(validate_day,))
    key = models.BinaryField()

    class Meta:
        constraints = (models.CheckConstraint(name="daily_key_is_one_row", condition=models.Q(pk=1)),)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class LastRun(models.Model):
    """The one row that says when a daily command last ran with a clock that was believed:
    recovery_site/security/clock.py."""

    ONLY = 1

    at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(name="last_run_is_one_row", condition=models.Q(pk=1)),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
