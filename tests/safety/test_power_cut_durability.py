"""D2: a save survives a power cut. Writes that were not synced are lost at a cut, 0, 50 or 90 of a hundred kept; then
the database must hold together and hold every save that was acknowledged.

`make soak` traces the site's own code with strace and cuts 1,000 times; CI replays a small log of changes, and looks at
the settings that the promise rests on. On PostgreSQL it is the server's promise, and the settings are all there is.

Planted fault: the same log without the syncs before the answers, as `synchronous=NORMAL` leaves them out, loses saves.
"""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing

import pytest
from django.core.checks import run_checks
from django.db import connection

from recovery_site import checks
from tests.project_rules import ROOT
from tests.run import plain_environment
from tests.safety import power_cuts
from tests.soak import WHOLE, size

CUTS = size(120, 1000)
SAVES = size(25, 600)
SHARES = (0.0, 0.5, 0.9)
WRITER = """
import os, shutil, sys, uuid
import django
django.setup()
from django.db import connection
from network.models import Account, EncryptedItem
from network.vault import store
from network.vault.items import Person
with connection.schema_editor() as editor:
    editor.create_model(Account)
    editor.create_model(EncryptedItem)
account = Account.objects.create(login_name="plain-otter-1", password="!")
{pragma}
with connection.cursor() as cursor:
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
shutil.copy(sys.argv[1], sys.argv[1] + ".start")
os.write(2, b"BEGIN")
for number in range({saves}):
    item = Person("x" * (number % 7 * 300))
    store.save_item(account, uuid.UUID(int=number + 1), item, store.UNSAVED_VERSION)
    os.write(2, b"ACK %d" % number)
os._exit(0)
"""


def judged(events, start, folder, cuts):
    """Cuts, acknowledged saves that are lost, and bases that do not hold together."""
    events, chance = list(events), random.Random(2)
    at = sorted(chance.randrange(len(events)) for _ in range(cuts))
    disk, acknowledged, lost, corrupt = power_cuts.SimulatedDisk({"x.sqlite3": bytearray(start)}), 0, 0, 0
    for place, event in enumerate(events):
        disk.take(event)
        acknowledged += event.data.startswith(b"ACK")
        for cut in range(at.count(place)):
            held = found(disk.after_a_cut(SHARES[(place + cut) % 3], chance), folder)
            lost += held is not None and len(set(range(1, acknowledged + 1)) - held)
            corrupt += held is None
    return len(at), lost, corrupt


def found(files, folder):
    """The numbers of the saves that a database holds after a cut; None when it does not hold together."""
    for path in folder.iterdir():
        path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    with closing(sqlite3.connect(folder / "x.sqlite3")) as database:
        try:
            if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                return None
            return {uuid.UUID(row[0]).int for row in database.execute("SELECT id FROM network_encrypteditem")}
        except sqlite3.DatabaseError:
            return None


def trace_writer(tmp_path, pragma=""):
    """Events of the site's own code as it saves, and the file before the first save."""
    path = tmp_path / "x.sqlite3"
    environment = plain_environment() | {
        "DATABASE_URL": f"sqlite:///{path}", "STATE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "recovery_site.settings",
    }  # fmt: skip
    command = ["strace", "-f", "-y", "-xx", "-s", "1000000", "-o", str(tmp_path / "trace")]
    command += ["-e", "trace=pwrite64,write,fdatasync,fsync,ftruncate", "-e", "signal=none"]
    code = WRITER.format(saves=SAVES, pragma=pragma)
    subprocess.run(
        [*command, sys.executable, "-c", code, str(path)],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )
    return list(power_cuts.trace_events(tmp_path / "trace")), (tmp_path / "x.sqlite3.start").read_bytes()


def replay_log(tmp_path, *, synced=True):
    """The like from a log of changes, without strace: events, and the file before the first save."""
    path, log = tmp_path / "x.sqlite3", tmp_path / "x.sqlite3-wal"
    grown = []
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE network_encrypteditem (id TEXT PRIMARY KEY, ciphertext BLOB)")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        start, length = path.read_bytes(), 0
        for number in range(SAVES):
            row = (str(uuid.UUID(int=number + 1)), os.urandom(300))
            database.execute("INSERT INTO network_encrypteditem VALUES (?, ?)", row)
            grown.append(log.read_bytes()[length:])
            length += len(grown[-1])
    return list(power_cuts.events_from_commits("x.sqlite3-wal", grown, synced=synced)), start


def test_power_cut_loses_no_acknowledged_save_d2(tmp_path, figure):
    by_strace = WHOLE and shutil.which("strace")
    events, start = trace_writer(tmp_path) if by_strace else replay_log(tmp_path)
    folder = tmp_path / "cut"
    folder.mkdir()
    cuts, lost, corrupt = judged(events, start, folder, CUTS)
    how = "of the site traced" if by_strace else "of a log replayed"
    figure("D2", f"{cuts} cuts, {SAVES} saves {how}: {lost} lost, {corrupt} corrupt", must="0 and 0")
    assert lost == corrupt == 0
    assert synced_before_each_answer(events)


def synced_before_each_answer(events):
    waiting = False
    for event in events:
        if event.kind == "said" and waiting:
            return False
        waiting = event.kind in ("write", "truncate") or (waiting and event.kind != "sync")
    return True


def test_answer_before_the_sync_is_detected_d2(tmp_path):
    """The planted fault."""
    if WHOLE and shutil.which("strace"):
        events, start = trace_writer(tmp_path, 'connection.cursor().execute("PRAGMA synchronous=NORMAL")')
    else:
        events, start = replay_log(tmp_path, synced=False)
    folder = tmp_path / "cut"
    folder.mkdir()
    _cuts, lost, _corrupt = judged(events, start, folder, CUTS)
    assert lost > 0
    assert not synced_before_each_answer(events)


def test_database_settings_are_durable_d2(own_site):
    site = own_site()
    if site.url.startswith("sqlite"):
        code = (
            "from django.db import connection as c\nk=c.cursor()\nfor n in ('synchronous','journal_mode'):\n"
        )
        said = site.python(code + "    print(k.execute(f'PRAGMA {n}').fetchone()[0])")
        assert said.split() == ["2", "wal"]


@pytest.mark.django_db
def test_weaker_settings_fail_the_check_d2(monkeypatch):
    """The tests' own PostgreSQL does not sync, and the check says so; SQLite is weakened here."""
    if connection.vendor == "sqlite":
        assert "steady.E010" not in {each.id for each in run_checks(include_deployment_checks=True)}
        monkeypatch.setattr(checks, "SQLITE_SYNCHRONOUS", 3)
    assert "steady.E010" in {each.id for each in checks.check_durability(None)}
