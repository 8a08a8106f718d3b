"""The cache backend for the counts of rate limits: guesses at sign-in, and what visitors send.

Django's database cache returns False where the database fails, as if another process had been faster. On a full disk a
limit would then tell people that they came too often. It also drops entries in the order of their keys when there are
too many, so that many invented keys could displace the counts that stop guessing.
"""

import base64
import datetime
import pickle
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router
from django.utils import timezone


class LimitCache(DatabaseCache):
    """A database cache that raises DatabaseError if it cannot write, and drops the entries that expire first."""

    _table: str

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        """Write an entry in one statement and return whether it was written.

        The mode "add" writes it only where there is no entry that has not expired.
        """
        if mode == "touch":
            return bool(super()._base_set(mode, key, value, timeout))  # type: ignore[misc]
        connection = connections[router.db_for_write(self.cache_model_class)]
        adapt = connection.ops.adapt_datetimefield_value
        now = timezone.now().replace(microsecond=0)
        ends = self.get_backend_timeout(timeout)
        moment = (
            datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC)
            if ends is None
            else datetime.datetime.fromtimestamp(int(ends), tz=datetime.UTC)
        )
        table = connection.ops.quote_name(self._table)
        sql = (
            f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s) "  # noqa: S608 - our own setting
            "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires"
        )
        values = [key, base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode(), adapt(moment)]
        if mode == "add":
            sql, values = f"{sql} WHERE {table}.expires < %s", [*values, adapt(now)]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - as above
            if (number := cursor.fetchone()[0]) >= self._max_entries:
                self._cull(connection.alias, cursor, now, number)
            cursor.execute(sql, values)
            return bool(cursor.rowcount)

    def _cull(self, db: str, cursor: Any, now: datetime.datetime, num: int) -> None:
        """Delete expired entries; if too many are left, also a part of those that expire first."""
        connection = connections[db]
        table = connection.ops.quote_name(self._table)
        moment = connection.ops.adapt_datetimefield_value(now)
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [moment])  # noqa: S608 - our own setting
        left = num - cursor.rowcount
        if left < self._max_entries:
            return
        part = f"SELECT cache_key FROM {table} ORDER BY expires, cache_key LIMIT %s"  # noqa: S608 - as above
        cursor.execute(
            f"DELETE FROM {table} WHERE cache_key IN ({part})",  # noqa: S608 - as above
            [max(1, left // self._cull_frequency)],
        )
