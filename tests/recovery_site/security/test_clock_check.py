"""`forget` and `backup` stop where the clock has jumped, and where more than a share would go; told to, they go on.

Row of the safety matrix: D8.
"""

import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from network.data_rights import account_deletion, erasure_ledger
from network.models import Account, Erasure
from recovery_site.backup import database
from recovery_site.models import LastRun
from recovery_site.security import clock_check
from tests.builders import make_account
from tests.network.steps import sign_in

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
YEARS = DAY * 1200


@pytest.fixture
def noon(time_machine):
    time_machine.move_to("2031-05-06 12:00:00+00:00", tick=False)
    return time_machine


@pytest.fixture
def folder(tmp_path, settings, monkeypatch):
    """A folder for backups, and one for what a site writes. What is in a backup matters to other tests."""
    monkeypatch.setattr(database, "dump_database", lambda path: path.write_bytes(b"all of it"))
    settings.STATE_DIR = tmp_path / "var"
    settings.STATE_DIR.mkdir()
    backups = tmp_path / "backups"
    backups.mkdir()
    return backups


def forget(*options):
    out = io.StringIO()
    call_command("forget", *options, stdout=out)
    return out.getvalue()


def backup(folder, *options):
    out = io.StringIO()
    call_command("backup", str(folder), *options, stdout=out)
    return out.getvalue()


def files(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("jump", [YEARS, 8 * DAY, -2 * DAY, -YEARS])
def test_clock_jump_since_the_last_run_stops_both_commands(noon, folder, jump):
    make_account(), account_deletion.delete_account(make_account())
    forget()
    backup(folder)
    before = files(folder)
    noon.shift(jump)
    for command in (forget, lambda *options: backup(folder, *options)):
        with pytest.raises(CommandError, match=r"Has the clock jumped.*--anyway"):
            command()
    assert Account.objects.count() == 1
    assert Erasure.objects.count() == 1
    assert files(folder) == before


def test_sign_in_while_the_clock_is_wrong_proves_nothing(noon):
    """The planted fault: whoever signs in after the jump is dated by the clock that jumped."""
    idle, busy = make_account(), make_account()
    forget()
    noon.shift(YEARS)
    sign_in(Client(), busy.login_name)
    assert clock_check.newest_date().year == 2034
    with pytest.raises(CommandError):
        forget()
    assert set(Account.objects.all()) == {idle, busy}


@pytest.mark.parametrize("jump", [YEARS, 61 * DAY])
def test_clock_jump_before_the_first_run_stops_both_commands(noon, folder, jump):
    make_account()
    noon.shift(jump)
    with pytest.raises(CommandError, match="the newest date on this site is 2031-05-06"):
        forget()
    with pytest.raises(CommandError, match="the newest date on this site is 2031-05-06"):
        backup(folder)
    assert Account.objects.exists()
    assert files(folder) == []


def test_dates_of_backups_are_compared_too(noon, folder):
    backup(folder)
    LastRun.objects.all().delete()
    noon.shift(100 * DAY)
    with pytest.raises(CommandError, match="the newest date on this site is 2031-05-06"):
        backup(folder)
    assert len(files(folder)) == 1


def test_override_continues_and_the_next_run_needs_none(noon, folder):
    make_account()
    forget()
    noon.shift(YEARS)
    assert "idle accounts: 1" in forget("--anyway")
    forget()
    backup(folder)
    noon.shift(DAY)
    forget()


@pytest.mark.parametrize("step", [DAY, 7 * DAY, datetime.timedelta(hours=1), -datetime.timedelta(hours=23)])
def test_normal_clock_stops_nothing(noon, folder, step):
    make_account()
    for _ in range(4):
        forget()
        backup(folder)
        noon.shift(step)


def test_empty_site_needs_no_override(noon, folder):
    forget()
    backup(folder)


def test_stopped_run_is_not_recorded(noon):
    forget()
    noon.shift(YEARS)
    with pytest.raises(CommandError):
        forget()
    assert clock_check.last_run().year == 2031


# ---- Shares ----


def make_accounts(idle, busy):
    clock_check.record_run(timezone.now())
    long_ago = datetime.date(2025, 1, 1)
    for number in range(idle):
        make_account(f"idle-otter-{number}", last_seen_on=long_ago)
    for number in range(busy):
        make_account(f"busy-otter-{number}")


@pytest.mark.parametrize(
    ("idle", "busy", "share", "stops"),
    [
        (6, 40, 10, True),
        (6, 54, 10, False),
        (5, 0, 10, False),
        (6, 0, 99, True),
        (6, 0, 100, False),
        (6, 6, 50, False),
    ],
)
def test_too_many_idle_accounts_need_the_override(noon, settings, idle, busy, share, stops):
    settings.FORGET_AT_MOST = share
    make_accounts(idle, busy)
    if stops:
        with pytest.raises(CommandError, match=rf"{idle} of {idle + busy} accounts.*--anyway"):
            forget()
        assert Account.objects.count() == idle + busy
        forget("--anyway")
    else:
        forget()
    assert Account.objects.count() == busy


def test_too_many_old_backups_need_the_override(noon, folder, settings):
    for _ in range(3):
        backup(folder)
        noon.shift(DAY)
    noon.shift(6 * DAY)
    settings.BACKUP_DAYS = 3
    with pytest.raises(CommandError, match=r"The backup is made\. 3 of the 4 backups.*--anyway"):
        backup(folder)
    assert len(files(folder)) == 4
    noon.shift(datetime.timedelta(seconds=1))
    assert "Old backups deleted: 3" in backup(folder, "--anyway")
    assert len(files(folder)) == 2


def test_old_backups_are_deleted_one_by_one(noon, folder, settings):
    settings.BACKUP_DAYS = 2
    for _ in range(6):
        backup(folder)
        noon.shift(DAY)
    assert len(files(folder)) == 3


# ---- A disk without room ----


def test_forget_stops_if_the_erasure_list_cannot_be_written(noon, monkeypatch):
    make_accounts(2, 1)

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(erasure_ledger.os, "pwrite", full)
    with pytest.raises(CommandError, match="idle accounts: stopped"):
        forget()
    assert Account.objects.count() == 3
