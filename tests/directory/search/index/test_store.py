"""The file of the index comes by itself, is put in place whole, and is not read when it is not what it should be."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from core import recurrence
from directory.listings.availability import AskedAt
from directory.models import Change, Listing
from directory.search import engine
from directory.search.index import change_log, indexer, manager, store
from directory.search.query import SearchQuery
from tests.builders import make_group, make_listing
from tests.soak import size

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def large(settings, monkeypatch, tmp_path: Path):
    """Every base counts as large, and the command runs in this process, since the test's rows are seen by no other."""
    settings.SEARCH_DIR = tmp_path / "search"
    monkeypatch.setattr(manager, "SMALL", -1)
    monkeypatch.setattr(manager, "start_build_process", lambda: manager.rebuild_file(wait=False))
    manager.clear_index()
    yield
    manager.clear_index()


def found() -> set[int]:
    return set(engine.search(SearchQuery(), spot=None, at=AskedAt.now_in_zone()).ids)


def test_file_comes_by_itself_and_after_it_was_deleted() -> None:
    listing = make_listing()
    assert found() == {listing.pk}
    store.index_path().unlink()
    assert found() == {listing.pk}
    manager.clear_index()
    assert found() == {listing.pk}
    assert store.index_path().exists()


def test_mapped_columns_are_those_that_were_built() -> None:
    make_group(meetings=3)
    columns, position = indexer.build_segment(), change_log.current_position()
    store.index_folder().mkdir(parents=True)
    store.save_index(columns, position)
    loaded = store.load_index()
    assert loaded is not None
    assert {name: each[0 : len(columns[name])].tolist() for name, each in loaded.columns.items()} == {
        name: each.tolist() for name, each in columns.items()
    }
    assert (loaded.position.sequence, loaded.position.nonce) == (position.sequence, position.nonce)


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def one_bit(content: bytes) -> bytes:
    return content[:-500] + bytes([content[-500] ^ 1]) + content[-499:]


@pytest.mark.parametrize("spoil", [cut, one_bit, lambda _content: b"", lambda content: b"X" + content[1:]])
def test_spoilt_file_is_built_anew(spoil) -> None:
    listing = make_listing()
    found()
    store.index_path().write_bytes(spoil(store.index_path().read_bytes()))
    assert store.load_index() is None
    manager.clear_index()
    assert found() == {listing.pk}
    assert store.load_index() is not None


def test_file_of_other_code_is_built_anew(monkeypatch) -> None:
    make_listing()
    found()
    monkeypatch.setattr(store, "fingerprint", lambda: "other")
    assert store.load_index() is None
    manager.clear_index()
    assert len(found()) == 1


def test_file_of_another_base_is_built_anew() -> None:
    make_listing()
    found()
    Change.objects.update(nonce=1)
    Listing.objects.all().delete()
    listing = make_listing()
    manager.clear_index()
    assert found() == {listing.pk}


def test_newer_file_is_taken_up_and_changes_since_it_count() -> None:
    one = make_listing()
    assert found() == {one.pk}
    manager.rebuild_file()
    two = make_listing()
    assert found() == {one.pk, two.pk}
    assert manager.current_index().considered == store.file_identity()


def test_one_process_at_a_time_builds() -> None:
    make_listing()
    with store.write_lock(wait=False) as allowed:
        assert allowed
        # Another open file is another holder, as it is in another process.
        with store.write_lock(wait=False) as also:
            assert not also


@pytest.mark.django_db(transaction=True)
def test_worn_base_is_built_anew(monkeypatch) -> None:
    """On PostgreSQL, what was written while any transaction is open is read anew, into a small segment."""
    pks = {make_listing().pk for _number in range(5)}
    assert found() == pks
    before = store.file_identity()
    monkeypatch.setattr(manager, "MOST_CHANGED", 2)
    Listing.objects.update(summary="Changed")
    assert found() == pks
    assert found() == pks
    assert store.file_identity() != before
    assert manager.current_index().segments[0][0].size == len(pks)


def test_too_many_at_once_wait_for_a_new_base(monkeypatch) -> None:
    for _number in range(5):
        make_listing()
    found()
    monkeypatch.setattr(manager, "MOST_AT_ONCE", 3)
    Listing.objects.update(status="draft")
    found()
    assert found() == set()


@pytest.mark.django_db(transaction=True)
def test_killed_builders_leave_nothing_wrong(tmp_path: Path) -> None:
    """A process that is stopped anywhere in its work leaves the old file, or none, and no lock."""
    if connection.vendor == "sqlite":
        # The base of the other process is its own, on the disk; what counts is the file.
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{tmp_path}/base.sqlite3",
            "STATE_DIR": str(tmp_path),
        }
    else:
        name = connection.settings_dict["NAME"]
        environment = {**os.environ, "DATABASE_URL": os.environ["DATABASE_URL"].replace("/steady?", f"/{name}?"),
                       "STATE_DIR": str(tmp_path)}  # fmt: skip
    command = [sys.executable, "manage.py"]
    subprocess.run([*command, "migrate", "-v0"], env=environment, check=True)
    for number in range(size(ci=2, soak=20)):
        builder = subprocess.Popen([*command, "rebuild_index"], env=environment, stdout=subprocess.DEVNULL)
        time.sleep(0.8 + 0.07 * number)
        builder.send_signal(signal.SIGKILL)
        builder.wait()
        assert store.load_index() is not None or not store.index_path().exists()
    done = subprocess.run(
        [*command, "rebuild_index"], env=environment, capture_output=True, text=True, check=True
    )
    assert "listings indexed" in done.stdout
    assert [each.name for each in sorted((tmp_path / "search").iterdir())] == ["index", "lock"]


def test_first_index_being_built_is_a_page_that_says_so(client, monkeypatch) -> None:
    monkeypatch.setattr(manager, "start_build_process", lambda: None)
    monkeypatch.setattr(manager, "PATIENCE", 0)
    client.raise_request_exception = False
    answer = client.get("/find/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "tel:988" in answer.content.decode()


def test_nobody_waits_again_for_a_first_index(monkeypatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(manager, "start_build_process", lambda: None)
    monkeypatch.setattr(manager, "PATIENCE", 0.02)
    monkeypatch.setattr(manager.time, "sleep", slept.append)
    with pytest.raises(manager.IndexNotReady):
        found()
    assert slept
    slept.clear()
    with pytest.raises(manager.IndexNotReady):
        found()
    assert not slept


def test_old_base_serves_while_a_new_one_is_built(monkeypatch) -> None:
    listing = make_listing()
    assert found() == {listing.pk}
    monkeypatch.setattr(manager, "MOST_CHANGED", 0)
    monkeypatch.setattr(manager, "start_build_process", lambda: None)
    other = make_listing()
    assert found() == {listing.pk, other.pk}


def test_each_reader_of_the_index_exists():
    package = Path(store.__file__).parents[1]
    assert [name for name in store.READERS if not (package / f"{name.replace('.', '/')}.py").exists()] == []


def test_fingerprint_covers_recurrence_models_and_kinds():
    assert recurrence in store.SOURCES
    assert {"groups.models", "groups.kinds", "directory.kinds.hotlines"} <= store.kind_modules()
    assert "indexer.py" in {source.name for source in store.search_sources()}
    assert "ranking.py" not in {source.name for source in store.search_sources()}
