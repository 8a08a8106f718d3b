"""A private PostgreSQL for one test run, made from the binaries on this machine and thrown away afterwards; or kept,
for the benchmarks, whose base takes minutes to fill.

It listens on a Unix socket in a folder that only its owner and root may enter, and on no port. By hand:
`.venv/bin/python -m tests.postgres COMMAND …` runs a command with DATABASE_URL set to such a server.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

ROLE = "steady"
START_SECONDS = 60
STOP_SECONDS = 20
# What is in this server can be made again, so it need not reach the disk.
SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


class ClusterFailed(RuntimeError):
    """The private server could not be made or did not start; holds the end of what it wrote."""


def binaries() -> Path | None:
    """The folder of initdb and postgres: the one in PATH, or else the newest that Debian keeps out of it."""
    found = shutil.which("initdb")
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    folders = [Path(found).resolve().parent] if found else []
    for folder in folders + packaged:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    return None


@contextmanager
def throw_away_cluster() -> Iterator[str]:
    """Yield the DATABASE_URL of a new, empty server; stop it and delete its folder, whatever happens.

    Raises ClusterFailed when no server is installed or it does not come up within START_SECONDS.
    """
    with _short_folder() as folder:
        yield from _served(folder, folder / "data", {})


@contextmanager
def kept_cluster(data: Path, **settings: str) -> Iterator[str]:
    """The same with its data in a folder that stays: made where it does not exist, found again the next time.

    `settings` are the server's own, such as `shared_buffers="1GB"`. The folder must be one that the server's user may
    enter; see `may_enter`.
    """
    with _short_folder() as folder:
        yield from _served(folder, data, settings)


def may_enter(folder: Path) -> bool:
    """Whether the user under whom the server runs gets into a folder that exists."""
    command = ["test", "-x", str(folder)]
    return subprocess.run(command, check=False, **_server_user(Path("/"))).returncode == 0


@contextmanager
def _short_folder() -> Iterator[Path]:
    """A new folder for the socket and the log, with what else is in it deleted in the end."""
    # A socket's path may hold about 100 bytes, which TMPDIR on some machines already fills.
    base = "/tmp" if os.access("/tmp", os.W_OK | os.X_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="steady-postgres-", dir=base))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _served(folder: Path, data: Path, wanted: dict[str, str]) -> Iterator[str]:
    programs = binaries()
    if programs is None:
        raise ClusterFailed("no initdb and postgres in PATH or under /usr/lib/postgresql")
    person = _server_user(folder)
    _hand_over(folder, person)
    if not data.exists():
        data.mkdir(mode=0o700)
        _hand_over(data, person)
        _make_cluster(programs, data, person)
    settings = {**SERVER_SETTINGS, **wanted, "unix_socket_directories": str(folder)}
    flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, *flags],
            stdout=log,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for the tests; the server is stopped below, once they have let go of it.
            start_new_session=True,
            **person,
        )
    try:
        _create_database(server, folder)
        yield f"postgres://{ROLE}@/{ROLE}?host={quote(str(folder), safe='/')}"
    finally:
        _stop(server)


def _server_user(folder: Path) -> dict[str, Any]:
    """Keywords for subprocess under which the server runs: never as root, which it refuses."""
    # The folder is the working one, since another user may not be allowed into the caller's.
    common: dict[str, Any] = {
        "cwd": folder,
        "stdin": subprocess.DEVNULL,
        "env": {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder)},
    }
    if os.geteuid() != 0:
        return common
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return common | {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _hand_over(folder: Path, person: dict[str, Any]) -> None:
    if "user" in person:
        os.chown(folder, person["user"], person["group"])


def _make_cluster(programs: Path, data: Path, person: dict[str, Any]) -> None:
    # Case and accents must fold as they do in production, which the bare C locale does not.
    locale = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    command: list[str | Path] = [programs / "initdb", "-D", data, "-U", ROLE, "--auth=trust"]
    command += ["--encoding=UTF8", f"--locale={locale}", "--no-sync"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **person)
    if done.returncode:
        raise ClusterFailed(f"initdb failed: {done.stderr.strip()[-1000:]}")


def _create_database(server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with psycopg.connect(
                host=str(folder), user=ROLE, dbname="postgres", autocommit=True
            ) as connection:
                connection.execute(f"CREATE DATABASE {ROLE}")
            return
        except psycopg.errors.DuplicateDatabase:
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                wrote = (folder / "log").read_text(errors="replace")[-1000:]
                raise ClusterFailed(f"postgres did not start: {wrote}") from None
            time.sleep(0.05)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Stop at once, connections or not: first the orderly way, then the quick ones."""
    for way in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is None:
            server.send_signal(way)
        try:
            server.wait(STOP_SECONDS)
            return
        except subprocess.TimeoutExpired:
            continue


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", folder.parent.name))


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with throw_away_cluster() as url:
            command = sys.argv[1:] or ["psql", url]
            return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode
    except ClusterFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
