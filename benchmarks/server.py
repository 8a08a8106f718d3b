"""Start the server of the site with one synchronous worker, so that one process has all the CPU time."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from recovery_site import env
from recovery_site.management.commands.serve import ADDRESS, GUNICORN_ARGUMENTS

START_SECONDS = 120
STOP_SECONDS = 20
ONE_WORKER = [
    "--worker-class=sync",
    "--workers=1",
    "--threads=1",
    "--max-requests=0",
    "--max-requests-jitter=0",
]


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    worker: int
    """The process id of its one worker."""

    def get(self, url: str) -> tuple[int, int, float]:
        """Request a URL on a new connection, and return the status, the size in bytes and the seconds it took."""
        began = time.perf_counter()
        connection = http.client.HTTPConnection(ADDRESS, self.port, timeout=60)
        connection.request("GET", url)
        response = connection.getresponse()
        size = len(response.read())
        connection.close()
        return response.status, size, time.perf_counter() - began


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[Server]:
    """Start the server, and stop it when the context ends. Raises TimeoutError when it does not start."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", f"--bind={ADDRESS}:{port}", *GUNICORN_ARGUMENTS, *ONE_WORKER]
    master = subprocess.Popen(command, env=environment, cwd=env.ROOT)
    try:
        yield Server(port, worker_of(master, port))
    finally:
        master.terminate()
        try:
            master.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            master.kill()
            master.wait()


def free_port() -> int:
    """Return a port that no program uses."""
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        port: int = probe.getsockname()[1]
        return port


def worker_of(master: "subprocess.Popen[bytes]", port: int) -> int:
    """Wait until the server answers, and return the process id of its worker."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and master.poll() is None:
        try:
            if Server(port, 0).get("/bare/")[0] == 200:
                return children(master.pid)[0]
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("The server did not start.")


def children(pid: int) -> list[int]:
    """Return the process ids of the children of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process so far; the number of its clock follows clock_getcpuclockid(3) on Linux."""
    return time.clock_gettime((~pid << 3) | 2)


def backends_cpu_seconds(postmaster: int) -> float:
    """Return the CPU time of all child processes of a PostgreSQL server."""
    return sum(cpu_seconds(child) for child in children(postmaster))


def pss_mb(pid: int) -> float:
    """Return the proportional set size of a process in MB; shared memory counts in part for each process."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024


def postmaster_of(url: str) -> int | None:
    """Return the process id of the PostgreSQL server behind a database URL; None for SQLite."""
    if not url.startswith("postgres"):
        return None
    folder = Path(url.split("host=")[1])
    lock = next(folder.glob(".s.PGSQL.*.lock"))
    return int(lock.read_text().split()[0])


def machine_summary() -> str:
    """Return the number of cores, the memory and the version of Python."""
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{os.cpu_count()} cores, {pages / 2**30:.0f} GiB, Python {sys.version.split()[0]}"
