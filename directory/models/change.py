"""What has changed since an index was built."""

from django.db import models


class Change(models.Model):
    """A listing of which something changed that the search knows of; without one, the words of plain speech did.

    Written by triggers of the database alone, in the transaction of the change itself. `mark` is a random number: a row
    with the number and mark that somebody saw is the row that they saw. `xact` is the number of the transaction
    (PostgreSQL), since rows may come to light in another order than that of their numbers.
    """

    seq = models.BigAutoField(primary_key=True)
    listing = models.BigIntegerField(null=True)
    mark = models.BigIntegerField()
    xact = models.BigIntegerField(default=0)

    class Meta:
        indexes = (models.Index(name="change_xact", fields=("xact",)),)

    def __str__(self) -> str:
        return f"{self.seq}"
