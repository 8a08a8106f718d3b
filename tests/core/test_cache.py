"""Caches of the process: how large they grow, and that one call empties all of them."""

import sys
from collections.abc import Iterator

from django.conf import settings

from core import cache
from core.cache import BoundedCache
from directory.search.index import manager
from directory.search.parsing import location
from recovery_site.security import ip_pseudonyms


def test_bounded_cache_drops_its_oldest_entry():
    bounded = BoundedCache()
    for number in range(5):
        assert bounded.store(number, str(number), 3) == str(number)
    assert bounded == {2: "2", 3: "3", 4: "4"}


def test_clear_all_calls_each_registered_function(monkeypatch):
    monkeypatch.setattr(cache, "_clear_functions", [])
    called = []
    register = cache.register_clear
    first, second = register(lambda: called.append("first")), register(lambda: called.append("second"))
    cache.clear_all()
    assert called == ["first", "second"]
    first()
    second()
    assert len(called) == 4


def module_caches() -> Iterator[tuple[str, BoundedCache]]:
    """Yield the name and the object of each bounded cache at the top level of a module of the site."""
    for name, module in sorted(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(
            str(settings.ROOT)
        ) and ".venv" not in module.__file__:
            for attribute, value in vars(module).items():
                if isinstance(value, BoundedCache):
                    yield f"{name}.{attribute}", value


def test_clear_all_empties_each_cache_of_a_module(client, db):
    assert client.get("/find/?q=zz&near=95112").status_code == 200
    for _name, each in module_caches():
        each.store("key", "value", 100)
    assert len(list(module_caches())) >= 3
    cache.clear_all()
    assert [name for name, each in module_caches() if each] == []


def test_clear_all_forgets_the_index_places_and_the_daily_key(db):
    location.gazetteer_points("San Jose", "US", exact=True)
    manager.current_index()
    ip_pseudonyms.daily_key()
    cache.clear_all()
    assert location.gazetteer_points.cache_info().currsize == 0
    assert manager._index is None
    assert ip_pseudonyms._today is None
