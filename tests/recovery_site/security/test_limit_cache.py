"""The cache in which limits count: what it keeps when it is full, and what it says when it cannot write."""

import pathlib
import re

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.db import DatabaseError, connection

from tests.builders import make_group
from tests.project_rules import MAY_IMPORT, ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["default", "submissions"])
def cache(request):
    found = caches[request.param]
    found.clear()
    return found


def test_entry_is_added_once_and_again_after_it_expired(cache, time_machine) -> None:
    time_machine.move_to("2031-05-06 12:00:00+00:00", tick=False)
    assert cache.add("key", 1, timeout=10)
    assert not cache.add("key", 2, timeout=10)
    assert cache.get("key") == 1
    time_machine.shift(11)
    assert cache.get("key") is None
    assert cache.add("key", 3, timeout=10)
    assert cache.get("key") == 3


@pytest.mark.parametrize("timeout", [DEFAULT_TIMEOUT, None, 60])
def test_entry_is_replaced(cache, timeout) -> None:
    cache.set("key", [1.5], timeout=timeout)
    cache.set("key", [2.5, 1.5], timeout=timeout)
    assert cache.get("key") == [2.5, 1.5]
    assert cache.touch("key", 10)
    assert cache.delete("key")
    assert cache.get("key") is None


def test_full_cache_drops_expired_entries_and_then_the_next_to_expire(
    cache, monkeypatch, time_machine
) -> None:
    time_machine.move_to("2031-05-06 12:00:00+00:00", tick=False)
    monkeypatch.setattr(cache, "_max_entries", 30)
    cache.set("count_of_a_day", 1, timeout=86_400)
    for number in range(20):
        cache.set(f"ended_{number}", 1, timeout=5)
    time_machine.shift(10)
    for number in range(200):
        cache.set(f"A_flood_{number}", 1, timeout=60 + number)
    assert cache.get("count_of_a_day") == 1
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {cache._table} WHERE cache_key LIKE '%%ended%%'")
        assert cursor.fetchone()[0] == 0
        cursor.execute(f"SELECT count(*) FROM {cache._table}")
        assert cursor.fetchone()[0] <= 30


@pytest.mark.parametrize("write", ["add", "set"])
def test_failed_write_raises(cache, write, monkeypatch) -> None:
    monkeypatch.setattr(cache, "_table", "no_such_table")
    with pytest.raises(DatabaseError):
        getattr(cache, write)("key", 1)


def test_each_limit_has_its_own_table() -> None:
    tables = [each["LOCATION"] for each in settings.CACHES.values()]
    assert len(set(tables)) == len(tables) == 2
    uses = re.compile(r"django\.core\.cache|django\.views\.decorators\.cache import .*cache_page")
    found = {
        str(path.relative_to(ROOT))
        for app in MAY_IMPORT
        for path in pathlib.Path(ROOT / app).rglob("*.py")
        if uses.search(path.read_text(encoding="utf-8"))
    }
    assert found == {
        "curation/submissions/rate_limit.py",
        "recovery_site/security/limit_cache.py",
        "recovery_site/management/commands/restore.py",
    }


def test_public_pages_store_no_counts(client) -> None:
    make_group(slug="lantern", meetings=2)
    for number in range(20):
        for page in (
            "/listing/lantern.ics",
            "/listing/lantern.ics?title=plain",
            "/listing/lantern/",
            "/find/?q=x",
        ):
            client.get(f"{page}", headers={"Host": f"testserver:{10_000 + number}"})
    with connection.cursor() as cursor:
        for cache in settings.CACHES.values():
            cursor.execute(f"SELECT count(*) FROM {cache['LOCATION']}")
            assert cursor.fetchone()[0] == 0
