"""The table of changed listings, from which a search index learns what is out of date. Database triggers fill it."""

from django.db import models


class Change(models.Model):
    """A listing with a change that the search index has to take over; without a listing, synonyms changed.

    Only database triggers write these rows, in the transaction of the change itself. `nonce` is a random number: a
    reader that finds a row with the sequence number and the nonce it remembers has found the same row of the same
    database. `transaction_id` is PostgreSQL's number of the transaction, because rows may become visible in another
    order than that of their sequence numbers; on SQLite it is 0.
    """

    sequence = models.BigAutoField(primary_key=True)
    listing_id = models.BigIntegerField(null=True)
    nonce = models.BigIntegerField()
    transaction_id = models.BigIntegerField(default=0)

    class Meta:
        indexes = (models.Index(name="change_transaction", fields=("transaction_id",)),)

    def __str__(self) -> str:
        return f"{self.sequence}"
