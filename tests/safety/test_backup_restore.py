"""D4: a backup restores. It is made under load, opens with the right key alone, and brings back what was acknowledged.

Planted faults: a plain copy of the file while it is written to does not hold together or misses saves (the test of
`check_sqlite_file` below feeds it one); another key, a cut file and an old file are refused.
"""

import datetime
import os
import sqlite3
import time

import pytest
from cryptography.fernet import Fernet

from recovery_site.backup import database as backup_database
from tests.safety import people

DIGEST = """
import hashlib
from django.db import connection
from tests.network import dump
digest = hashlib.sha256()
for table in sorted(dump.table_names()):
    if table not in ("network_session", "cache", "submission_limits", "django_session"):
        digest.update(table.encode() + "\\n".join(sorted(map(str, map(plain, dump.table_rows(table))))).encode())
print(digest.hexdigest())
"""
PLAIN = """
def plain(row):
    return [bytes(value).hex() if isinstance(value, (bytes, memoryview)) else value for value in row]
"""
INTEGRITY = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("PRAGMA integrity_check" if connection.vendor == "sqlite" else "SELECT 'ok'")
    print(cursor.fetchone()[0])
"""


def digest(site):
    return site.python(PLAIN + DIGEST)


REDATE = """
import io, sys
from recovery_site.backup import encrypted_file
path, made = {path!r}, {made!r}
dump, target = io.BytesIO(), io.BytesIO()
with open(path, "rb") as file:
    facts = encrypted_file.decrypt_stream(file, dump)
encrypted_file.encrypt_stream(dump, target, facts | {{"made": made}})
with open(path, "wb") as file:
    file.write(target.getvalue())
"""


def set_date(site, path, when):
    """Encrypt a backup anew as one that was made at another time."""
    site.python(REDATE.format(path=str(path), made=when.isoformat(timespec="seconds")))


def test_backup_under_load_restores_elsewhere_d4(own_site, figure):
    site, elsewhere = own_site(), own_site()
    file = site.folder / "one.backup"
    pk, session = people.create_accounts(site)
    with site.serving() as server:
        saver = people.Saver(server.address, session)
        saver.start()
        saver.await_more(3)
        before = list(saver.acknowledged)
        site.manage("backup", str(file))
        after = list(saver.acknowledged)
        saver.stopped.set()
        saver.join(60)
    assert b"place-1" not in file.read_bytes()
    assert b"plain-otter" not in file.read_bytes()
    assert oct(file.stat().st_mode)[-3:] == "600"

    began = time.monotonic()
    elsewhere.manage("restore", str(file))
    took = time.monotonic() - began
    kept = people.saved_slugs(elsewhere, pk)
    assert elsewhere.python(INTEGRITY) == "ok\n"
    assert kept[: len(before)] == before
    assert len(kept) <= len(after) + 1

    # In peace, the two are alike to the last value.
    site.manage("backup", str(file))
    elsewhere.manage("restore", str(file))
    alike = digest(site) == digest(elsewhere)
    refused = refusals(site, elsewhere, file)
    measured = (
        f"{len(before)} saves acknowledged before it are back in {took:.0f} s, {refused} bad files refused"
    )
    figure("D4", f"{measured}, digests alike: {alike}", must="all back, digests alike, 4 refused")
    assert alike


def refusals(site, elsewhere, file):
    """How many files that must not be restored are refused; the base stays as it was."""
    before, whole = digest(elsewhere), file.read_bytes()
    other_key = {**elsewhere.environment, "PRIVATE_DATA_KEYS": Fernet.generate_key().decode()}
    own, elsewhere.environment = elsewhere.environment, other_key
    said = [elsewhere.manage("restore", str(file), check=False)]
    elsewhere.environment = own
    file.write_bytes(whole[:-100])
    said.append(elsewhere.manage("restore", str(file), check=False))
    file.write_bytes(whole)
    set_date(elsewhere, file, datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=31))
    said.append(elsewhere.manage("restore", str(file), check=False))
    said.append(elsewhere.manage("restore", str(site.folder / "none.backup"), check=False))
    assert digest(elsewhere) == before
    for words, expected in zip(
        said, ["PRIVATE_DATA_KEYS", "damaged", "31 days old", "No such file"], strict=True
    ):
        assert words.startswith("1 "), words
        assert expected in words, words
    return len(said)


def test_old_backups_of_a_folder_are_deleted(own_site):
    site = own_site()
    folder = site.folder / "backups"
    folder.mkdir()
    site.manage("backup", str(folder))
    [old] = folder.glob("*.backup")
    set_date(site, old, datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=31))
    old = old.rename(folder / "old.backup")
    (folder / "mine.backup").write_text("not of this site")
    said = site.manage("backup", str(folder))
    assert "Old backups deleted: 1" in said
    assert not old.exists()
    assert len(list(folder.glob("2*.backup"))) == 1
    assert (folder / "mine.backup").exists()
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_old_backup_without_a_key_is_deleted_by_its_name(own_site):
    site = own_site()
    folder = site.folder / "backups"
    folder.mkdir()
    site.manage("backup", str(folder))
    [old] = folder.glob("*.backup")
    long_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=31)
    old = old.rename(folder / f"{long_ago:%Y-%m-%d-%H%M%S}.backup")
    site.environment["PRIVATE_DATA_KEYS"] = Fernet.generate_key().decode()
    assert "Old backups deleted: 1" in site.manage("backup", str(folder))
    assert not old.exists()


def test_restore_fails_while_the_site_is_in_use(own_site):
    site = own_site()
    file = site.folder / "one.backup"
    site.manage("backup", str(file))
    if site.url.startswith("sqlite"):
        reader = sqlite3.connect(site.file)
        reader.execute("SELECT * FROM network_account").fetchall()
    else:
        import psycopg

        reader = psycopg.connect(site.url)
    try:
        said = site.manage("restore", str(file), check=False)
    finally:
        reader.close()
    assert said.startswith("1 ")
    assert "stop it first" in said


def test_damaged_copy_is_no_backup(tmp_path):
    """The planted fault: pages of the file from two moments."""
    path = tmp_path / "torn"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (x)")
        database.executemany("INSERT INTO t VALUES (?)", [(os.urandom(500).hex(),) for _ in range(200)])
        database.execute("CREATE INDEX i ON t (x)")
    database.close()
    backup_database.check_sqlite_file(path)
    content = bytearray(path.read_bytes())
    content[8192:12288] = content[16384:20480]
    path.write_bytes(content)
    with pytest.raises(backup_database.DumpFailed):
        backup_database.check_sqlite_file(path)
