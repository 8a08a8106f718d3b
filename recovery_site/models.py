from django.db import models


class DailyKey(models.Model):
    """The one row that turns addresses into pseudonyms; a new day overwrites it."""

    ONLY = 1

    day = models.DateField()
    key = models.BinaryField()

    class Meta:
        constraints = (models.CheckConstraint(name="daily_key_is_one_row", condition=models.Q(pk=1)),)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
