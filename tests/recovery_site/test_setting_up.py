"""A site that is set up by the manual: its lines are there, its files are its own, `check --deploy` says what lacks."""

import datetime
import json
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from directory.models import Listing
from recovery_site import checks
from recovery_site.backup import database as backup_database
from recovery_site.security import generated_keys, private_files
from tests.builders import make_listing
from tests.project_rules import ROOT
from tests.run import plain_environment

LOOSE = 0o022


@pytest.fixture
def manage(tmp_path):
    """Runs `manage.py` on a site of its own, under an umask that lets everybody read."""

    def run(*arguments, **environment):
        surroundings = {**plain_environment(), "STATE_DIR": str(tmp_path), **environment}
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=surroundings, umask=LOOSE, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    return run


def lines_in(path):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(
            "SELECT count(*) FROM directory_listing WHERE kind = 'hotlines' AND status = 'published'"
        ).fetchone()[0]


def modes(folder):
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir() if path.is_file()}


def test_migrate_loads_hotlines_and_creates_private_files(manage, tmp_path):
    status, said = manage("migrate")
    assert (status, "Facts: " in said) == (0, True), said
    assert lines_in(tmp_path / "steady.sqlite3") > 50
    assert set(modes(tmp_path).values()) == {"0o600"}
    # Again, on a site that has listings: nothing is loaded, and what an operator took out stays out.
    with closing(sqlite3.connect(tmp_path / "steady.sqlite3")) as database:
        database.execute("UPDATE directory_listing SET status = 'draft' WHERE slug LIKE '9%'")
        database.commit()
    before = lines_in(tmp_path / "steady.sqlite3")
    status, said = manage("migrate")
    assert (status, "Facts: " in said, lines_in(tmp_path / "steady.sqlite3")) == (0, False, before)


@pytest.mark.parametrize("options", [["--no-facts"], ["directory"], ["--plan"], ["--check"]])
def test_partial_migrate_loads_no_facts(options, monkeypatch, db):
    """Called as from the command line, on a database that is up to date and empty."""
    from recovery_site.management.commands import migrate

    called = []
    monkeypatch.setattr(migrate, "call_command", lambda name, **options: called.append(name))
    monkeypatch.setattr(migrate, "set_private_umask", lambda: None)
    monkeypatch.setattr("django.core.management.base.connections.close_all", lambda: None)
    migrate.Command().run_from_argv(["manage.py", "migrate", "-v0", "--skip-checks", *options])
    assert called == []
    migrate.Command().run_from_argv(["manage.py", "migrate", "-v0", "--skip-checks"])
    assert called == ["load_facts"]
    make_listing()
    migrate.Command().run_from_argv(["manage.py", "migrate", "-v0", "--skip-checks"])
    assert called == ["load_facts"]


def test_migrate_called_by_code_loads_nothing(db):
    call_command("migrate", verbosity=0, interactive=False)
    assert not Listing.objects.exists()


def found(number):
    every = run_checks(include_deployment_checks=True)
    return [message.msg for message in every if message.id == f"steady.{number}"]


def test_site_without_hotlines_is_reported_after_its_first_day(db, monkeypatch):
    assert found("E012") == []
    monkeypatch.setattr(checks, "site_age", lambda: datetime.timedelta(hours=25))
    assert found("E012") == ["No crisis line is published here."]
    line = make_listing("hotlines", status="draft")
    assert found("E012") != []
    type(line).objects.update(status="published")
    assert found("E012") == []


def test_site_age_is_that_of_its_first_migration(db, time_machine):
    assert datetime.timedelta() <= checks.site_age() < datetime.timedelta(hours=12)
    time_machine.move_to(timezone.now() + datetime.timedelta(days=3))
    assert checks.site_age() > datetime.timedelta(days=2)


# ---- Private files ----


@pytest.fixture
def files(tmp_path, settings, monkeypatch):
    """One of each private file, as an earlier version or a careless copy left them."""
    settings.STATE_DIR, settings.ERASURES_FILE = tmp_path, tmp_path / "erasures"
    database = tmp_path / "steady.sqlite3"
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict, "NAME", str(database))
    names = [
        *private_files.PRIVATE_NAMES,
        "erasures",
        *(f"steady.sqlite3{suffix}" for suffix in backup_database.SQLITE_SUFFIXES),
    ]
    for name in names:
        (tmp_path / name).write_text("private")
        (tmp_path / name).chmod(0o644)
    return tmp_path


def test_permissions_of_others_are_removed_and_those_of_groups_kept(files):
    (files / "erasures").chmod(0o664)
    (files / "notes.txt").write_text("an operator's own")
    (files / "notes.txt").chmod(0o644)
    private_files.restrict_to_owner()
    got = modes(files)
    assert (got.pop("notes.txt"), got.pop("erasures")) == ("0o644", "0o660")
    if connection.vendor != "sqlite":
        got = {name: mode for name, mode in got.items() if not name.startswith("steady.sqlite3")}
    assert set(got.values()) == {"0o640"}


def test_private_files_open_to_others_are_reported(files):
    told = checks.check_private_files(None)
    assert {each.id for each in told} == {"steady.E013"}
    assert len(told) == len(private_files.existing_private_files())
    private_files.restrict_to_owner()
    assert checks.check_private_files(None) == []


def test_file_of_another_owner_stops_nothing(files, monkeypatch):
    def refuse(*args, **options):
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.chmod", refuse)
    private_files.restrict_to_owner()
    assert checks.check_private_files(None) != []


def test_files_beside_the_database_have_its_permissions(tmp_path):
    """What SQLite does: https://www.sqlite.org/wal.html. `-wal` and `-shm` are made with the rights of the file."""
    path = tmp_path / "x.sqlite3"
    path.touch(0o600)
    before = os.umask(LOOSE)
    try:
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("CREATE TABLE t (x)")
            assert set(modes(tmp_path)) == {"x.sqlite3", "x.sqlite3-wal", "x.sqlite3-shm"}
            assert set(modes(tmp_path).values()) == {"0o600"}
    finally:
        os.umask(before)


def test_keys_and_backups_are_private_whatever_the_umask(tmp_path, settings, monkeypatch):
    settings.STATE_DIR = tmp_path
    monkeypatch.setattr(backup_database, "dump_database", lambda path: path.write_bytes(b"all of it"))
    before = os.umask(LOOSE)
    try:
        generated_keys.load_or_create_key(tmp_path / "key", local=True, name="X")
        from recovery_site.management.commands import backup

        backup.write_backup(tmp_path / "one.backup", datetime.datetime.now(datetime.UTC))
    finally:
        os.umask(before)
    assert modes(tmp_path) == {"key": "0o600", "one.backup": "0o600"}


# ---- HSTS ----


SHOW = """
import json
from recovery_site import settings as s
print(json.dumps([s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD]))
"""
YEAR = 365 * 24 * 60 * 60


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", [YEAR, False, False]),
        ("host", [YEAR, False, False]),
        ("subdomains", [YEAR, True, False]),
        ("Preload", [YEAR, True, True]),
        ("off", [0, False, False]),
    ],
)
def test_hsts_follows_its_setting(given, expected):
    environment = {
        **plain_environment(), "ALLOWED_HOSTS": "steady.example", "SECRET_KEY": "x" * 60, "HSTS": given,
        "PRIVATE_DATA_KEYS": django_settings.PRIVATE_DATA_KEYS[0],
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == expected


def test_operators_guide_warns_of_subdomains_and_preloading():
    guide = (ROOT / "docs/operator.md").read_text()
    row = next(line for line in guide.splitlines() if line.startswith("| `HSTS`"))
    assert all(word in row for word in ("subdomains", "preload", "every host", "cannot be taken back"))
