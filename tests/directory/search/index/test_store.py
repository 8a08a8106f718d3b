"""The file of the index is built when it is missing, replaced as a whole, and not read when it is unusable."""

import ast
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

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
    """Treat every base as large, and build in this process, since no other one sees the rows of the test."""
    settings.SEARCH_DIR = tmp_path / "search"
    monkeypatch.setattr(manager, "MAX_LISTINGS_IN_MEMORY", -1)
    monkeypatch.setattr(manager, "start_build_process", lambda: manager.rebuild_file(wait=False))
    manager.clear_index()
    yield
    manager.clear_index()


def found_ids() -> set[int]:
    return set(engine.search(SearchQuery(), spot=None, at=AskedAt.now_in_zone()).ids)


def test_missing_or_deleted_file_is_built() -> None:
    listing = make_listing()
    assert found_ids() == {listing.pk}
    store.index_path().unlink()
    assert found_ids() == {listing.pk}
    manager.clear_index()
    assert found_ids() == {listing.pk}
    assert store.index_path().exists()


def test_mapped_columns_equal_the_built_ones() -> None:
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


def first_half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def with_one_bit_changed(content: bytes) -> bytes:
    return content[:-500] + bytes([content[-500] ^ 1]) + content[-499:]


@pytest.mark.parametrize(
    "damage", [first_half, with_one_bit_changed, lambda _content: b"", lambda content: b"X" + content[1:]]
)
def test_damaged_file_is_built_again(damage) -> None:
    listing = make_listing()
    found_ids()
    store.index_path().write_bytes(damage(store.index_path().read_bytes()))
    assert store.load_index() is None
    manager.clear_index()
    assert found_ids() == {listing.pk}
    assert store.load_index() is not None


def test_file_of_other_code_is_built_again(monkeypatch) -> None:
    make_listing()
    found_ids()
    monkeypatch.setattr(store, "fingerprint", lambda: "other")
    assert store.load_index() is None
    manager.clear_index()
    assert len(found_ids()) == 1


def test_file_of_another_database_is_built_again() -> None:
    make_listing()
    found_ids()
    Change.objects.update(nonce=1)
    Listing.objects.all().delete()
    listing = make_listing()
    manager.clear_index()
    assert found_ids() == {listing.pk}


def test_newer_file_is_opened_and_later_changes_count() -> None:
    one = make_listing()
    assert found_ids() == {one.pk}
    manager.rebuild_file()
    two = make_listing()
    assert found_ids() == {one.pk, two.pk}
    assert manager.current_index().file_identity == store.file_identity()


def test_one_process_at_a_time_builds() -> None:
    make_listing()
    with store.write_lock(wait=False) as allowed:
        assert allowed
        # Another open file is another holder, as it is in another process.
        with store.write_lock(wait=False) as also:
            assert not also


@pytest.mark.django_db(transaction=True)
def test_base_with_many_changes_is_built_again(monkeypatch) -> None:
    """Changes of an open transaction on PostgreSQL are read again into a small segment, hence the real commits."""
    pks = {make_listing().pk for _number in range(5)}
    assert found_ids() == pks
    before = store.file_identity()
    monkeypatch.setattr(manager, "MAX_CHANGED", 2)
    Listing.objects.update(summary="Changed")
    assert found_ids() == pks
    assert found_ids() == pks
    assert store.file_identity() != before
    assert manager.current_index().segments[0][0].size == len(pks)


def test_too_many_changes_at_once_wait_for_a_new_base(monkeypatch) -> None:
    for _number in range(5):
        make_listing()
    found_ids()
    monkeypatch.setattr(manager, "MAX_CHANGED_AT_ONCE", 3)
    Listing.objects.update(status="draft")
    found_ids()
    assert found_ids() == set()


@pytest.mark.django_db(transaction=True)
def test_killed_build_leaves_a_valid_file_or_none(tmp_path: Path) -> None:
    """A process that is killed at any moment leaves the old file or none, and no lock."""
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


def test_page_says_that_the_first_index_is_being_built(client, monkeypatch) -> None:
    monkeypatch.setattr(manager, "start_build_process", lambda: None)
    monkeypatch.setattr(manager, "WAIT_SECONDS", 0)
    client.raise_request_exception = False
    answer = client.get("/find/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "tel:988" in answer.content.decode()


def test_later_requests_do_not_wait_again_for_a_first_index(monkeypatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(manager, "start_build_process", lambda: None)
    monkeypatch.setattr(manager, "WAIT_SECONDS", 0.02)
    monkeypatch.setattr(manager.time, "sleep", slept.append)
    with pytest.raises(manager.IndexNotReady):
        found_ids()
    assert slept
    slept.clear()
    with pytest.raises(manager.IndexNotReady):
        found_ids()
    assert not slept


def test_old_base_is_used_while_a_new_one_is_built(monkeypatch) -> None:
    listing = make_listing()
    assert found_ids() == {listing.pk}
    monkeypatch.setattr(manager, "MAX_CHANGED", 0)
    monkeypatch.setattr(manager, "start_build_process", lambda: None)
    other = make_listing()
    assert found_ids() == {listing.pk, other.pk}


ROOT = Path(store.__file__).parents[3]


def test_reading_modules_exist():
    package = Path(store.__file__).parents[1]
    paths = {name: package / f"{name.replace('.', '/')}.py" for name in store.READING_MODULES}
    assert [name for name, path in paths.items() if not path.exists()] == []


@pytest.mark.parametrize(
    "name",
    [
        "core/recurrence.py",
        "core/text.py",
        "core/fields.py",
        "directory/vocabulary.py",
        "directory/models/listing.py",
        "directory/models/hotline.py",
        "directory/kinds/hotlines.py",
        "directory/listings/freshness.py",
        "directory/search/filters.py",
        "directory/search/index/arrays.py",
        "directory/search/index/indexer.py",
        "directory/search/index/inverted_index.py",
        "directory/search/index/meetings.py",
        "directory/search/index/opening_hours.py",
        "directory/search/parsing/analyzer.py",
        "directory/search/parsing/spelling.py",
        "groups/kinds.py",
        "groups/models.py",
    ],
)
def test_change_of_a_source_changes_the_fingerprint(name, monkeypatch):
    before, read_bytes = store.fingerprint.__wrapped__(), Path.read_bytes

    def read_changed(path: Path) -> bytes:
        return read_bytes(path) + (b"# changed" if path == ROOT / name else b"")

    monkeypatch.setattr(Path, "read_bytes", read_changed)
    assert store.fingerprint.__wrapped__() != before


def test_another_stemmer_changes_the_fingerprint(monkeypatch):
    before = store.fingerprint.__wrapped__()
    monkeypatch.setattr(store.Stemmer, "version", lambda: "another")
    assert store.fingerprint.__wrapped__() != before


def test_module_that_only_reads_leaves_the_fingerprint():
    assert ROOT / "directory/search/ranking.py" not in store.fingerprint_files()


def test_fingerprint_covers_what_the_indexer_imports():
    """Every module of `core` and of the index that the builder imports is a source of the fingerprint."""
    covered = set(store.fingerprint_files())
    seen, waiting = set(), [ROOT / "directory/search/index/indexer.py"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        waiting += [other for other in imported_files(path) if is_source_of_the_index(other)]
    assert len(seen) > 10
    assert sorted(str(path.relative_to(ROOT)) for path in seen - covered) == []


def is_source_of_the_index(path: Path) -> bool:
    name = str(path.relative_to(ROOT))
    return name.startswith(("core/", "directory/search/")) and name not in BUILD_NOTHING


# Imported by sources, but what they do changes no index.
BUILD_NOTHING = {"core/cache.py", "core/__init__.py", "core/i18n.py", "core/template_cache.py"}


def imported_files(path: Path) -> set[Path]:
    """Return the files of the modules of this project that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    paths = (ROOT / f"{name.replace('.', '/')}.py" for name in names)
    return {path for path in paths if path.exists()}
