"""The list of erasures on the disk: written before anything is erased, whole or not at all, and true afterwards."""

import os
import subprocess
import sys
import uuid

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError, OperationalError
from django.urls import reverse

from network.data_rights import account_deletion, erasure_ledger
from network.models import Account, Erasure, Session
from network.vault import store
from network.vault.items import Person
from tests.builders import make_account
from tests.network.steps import is_signed_in, reauthenticate
from tests.project_rules import ROOT

ONE, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.fixture
def path(tmp_path, settings):
    settings.ERASURES_FILE = tmp_path / "state" / "erasures"
    return settings.ERASURES_FILE


def no_room(monkeypatch, name="pwrite"):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(erasure_ledger.os, name, full)


def test_ledger_line_is_written_before_the_deletion(path):
    with erasure_ledger.record_erasure(ONE):
        assert path.read_text() == f"{ONE}?\n"
        assert (erasure_ledger.recorded_ids(), erasure_ledger.unfinished_ids()) == (set(), {ONE})
    assert path.read_text() == f"{ONE} \n"
    assert (erasure_ledger.recorded_ids(), erasure_ledger.unfinished_ids()) == ({ONE}, set())
    assert path.stat().st_mode & 0o777 == 0o600


def test_ledger_ignores_a_failed_deletion(path):
    with pytest.raises(ZeroDivisionError), erasure_ledger.record_erasure(ONE):
        raise ZeroDivisionError
    assert path.read_text() == f"{ONE}-\n"
    assert erasure_ledger.recorded_ids() == erasure_ledger.unfinished_ids() == set()
    with erasure_ledger.record_erasure(ONE):
        pass
    assert erasure_ledger.recorded_ids() == {ONE}


def test_ledger_reads_lines_of_earlier_versions_and_other_machines(path):
    path.parent.mkdir()
    path.write_text(f"{ONE}\nhalf-a-li\n{OTHER}-\n{OTHER} \n{str(ONE)[:20]}")
    assert erasure_ledger.recorded_ids() == {ONE, OTHER}


def test_ledger_append_after_an_incomplete_line(path):
    path.parent.mkdir()
    path.write_text(str(ONE)[:20])
    with erasure_ledger.record_erasure(OTHER):
        pass
    assert erasure_ledger.recorded_ids() == {OTHER}


@pytest.mark.parametrize("fault", ["pwrite", "fsync", "open"])
def test_ledger_on_a_full_disk_leaves_nothing_behind(path, monkeypatch, fault):
    with erasure_ledger.record_erasure(ONE):
        pass
    before = path.read_bytes()
    no_room(monkeypatch, fault)
    with pytest.raises(OSError, match="No space"), erasure_ledger.record_erasure(OTHER):
        pytest.fail("it began")
    monkeypatch.undo()
    assert path.read_bytes() == before


def test_ledger_ignores_half_a_line(path, monkeypatch):
    monkeypatch.setattr(erasure_ledger.os, "pwrite", lambda file, line, place: os.write(file, line[:10]))
    with pytest.raises(OSError, match="no room"), erasure_ledger.record_erasure(ONE):
        pytest.fail("it began")
    monkeypatch.undo()
    assert path.read_bytes() == b""


def add_lines(number):
    for _ in range(number):
        with erasure_ledger.record_erasure(OTHER):
            pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")
def test_ledger_on_a_real_full_disk(tmp_path, settings):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=False).returncode:
        pytest.skip("no mounts here")
    try:
        settings.ERASURES_FILE = disk / "erasures"
        with erasure_ledger.record_erasure(ONE):
            pass
        with pytest.raises(OSError, match="No space"):
            (disk / "filling").write_bytes(bytes(200_000))
        # What is left of the block of the list itself takes lines; then it is full as well.
        with pytest.raises(OSError, match=r"No space|no room"):
            add_lines(200)
        written = settings.ERASURES_FILE.read_text()
        assert written.endswith("\n")
        assert all(len(line) == erasure_ledger.ID_LENGTH + 1 for line in written.splitlines())
        assert ONE in erasure_ledger.recorded_ids()
    finally:
        subprocess.run(["umount", disk], check=True)


def write_lines(path, start):
    django_settings.ERASURES_FILE = path
    for number in range(start, start + 50):
        with erasure_ledger.record_erasure(uuid.UUID(int=number)):
            pass


def test_ledger_lines_of_concurrent_processes_do_not_mix(path):
    code = "import django, sys; from pathlib import Path\ndjango.setup()\n"
    code += (
        "from tests.network.data_rights.test_erasure_ledger import write_lines\n"
        "write_lines(Path(sys.argv[1]), int(sys.argv[2]))"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "recovery_site.settings", "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(path), str(start)], cwd=ROOT, env=environment)
        for start in (1000, 2000, 3000)
    ]
    assert [each.wait() for each in running] == [0, 0, 0]
    assert len(path.read_text().splitlines()) == len(erasure_ledger.recorded_ids()) == 150


# ---- Erasing ----


@pytest.fixture
def member(client, db):
    account = make_account()
    client.force_login(account)
    reauthenticate(client)
    thing = Person(name="Anna")
    store.save_item(account, store.row_id_for(account, thing), thing, store.UNSAVED_VERSION)
    return account


def test_account_deletion_on_a_full_disk_deletes_nothing(client, member, path, monkeypatch):
    no_room(monkeypatch)
    answer = client.post(reverse("delete_account"))
    assert answer.status_code == 507
    assert "Nothing was erased" in answer.content.decode()
    assert "It is all erased" not in answer.content.decode()
    assert "Clear-Site-Data" not in answer
    assert [row.item.name for row in store.load_items(member)] == ["Anna"]
    assert is_signed_in(client)
    assert not Erasure.objects.exists()
    monkeypatch.undo()
    assert client.post(reverse("delete_account")).status_code == 200
    assert not Account.objects.exists()
    assert erasure_ledger.recorded_ids() == {member.opaque_id}


def test_account_deletion_that_the_database_refuses_is_recorded_as_failed(client, member, path, monkeypatch):
    def refuse(*args, **options):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(Account, "delete", refuse)
    answer = client.post(reverse("delete_account"))
    assert answer.status_code == 507
    assert "Nothing was erased" in answer.content.decode()
    assert (Account.objects.count(), Erasure.objects.count(), Session.objects.count()) == (1, 0, 1)
    assert account_deletion.recorded_ids() == set()


def test_error_after_the_deletion_is_not_reported_as_a_failure(client, member, path, monkeypatch):
    def fail(*args):
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(account_deletion, "vacuum_erased", fail)
    answer = client.post(reverse("delete_account"))
    assert (answer.status_code, "It is all erased" in answer.content.decode()) == (200, True)
    assert not Account.objects.exists()


def test_interrupted_deletion_is_settled_by_the_database(db, path, monkeypatch):
    here, gone = make_account(), make_account()
    monkeypatch.setattr(erasure_ledger, "_set_outcome", lambda place, sign: None)
    account_deletion.delete_account(gone)
    with pytest.raises(ZeroDivisionError), erasure_ledger.record_erasure(here.opaque_id):
        raise ZeroDivisionError
    assert erasure_ledger.unfinished_ids() == {here.opaque_id, gone.opaque_id}
    assert account_deletion.recorded_ids() == {gone.opaque_id}


def test_interrupted_deletion_counts_without_a_database(db, path, monkeypatch):
    account = make_account()
    monkeypatch.setattr(erasure_ledger, "_set_outcome", lambda place, sign: None)
    with pytest.raises(ZeroDivisionError), erasure_ledger.record_erasure(account.opaque_id):
        raise ZeroDivisionError

    def away(*args, **options):
        raise DatabaseError

    monkeypatch.setattr(Account.objects, "filter", away)
    assert account_deletion.recorded_ids() == {account.opaque_id}
