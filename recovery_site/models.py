"""The models of the site itself: the key of pseudonyms and the last run of the daily commands."""

from django.db import models

from core.fields import validate_day


class DailyKey(models.Model):
    """The key that turns network addresses into pseudonyms. There is one row; each day overwrites it."""

    ONLY_ID = 1

    day = models.DateField(validators=(validate_day,))
    key = models.BinaryField()

    class Meta:
        constraints = (models.CheckConstraint(name="daily_key_is_one_row", condition=models.Q(pk=1)),)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class LastRun(models.Model):
    """When a daily command last ran with a plausible clock. There is one row; `security/clock_check.py` uses it."""

    ONLY_ID = 1

    finished = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(name="last_run_is_one_row", condition=models.Q(pk=1)),)

    def __str__(self) -> str:
        return f"{self.finished:%Y-%m-%d %H:%M}"
