"""The real server, started as a site starts it but with one synchronous worker, so that CPU time is one process's."""

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
    port: int
    worker: int
    """Process id of the one worker."""

    def get(self, address: str) -> tuple[int, int, float]:
        """Status, bytes and seconds of one request on a connection of its own, as the synchronous worker takes them."""
        began = time.perf_counter()
        connection = http.client.HTTPConnection(ADDRESS, self.port, timeout=60)
        connection.request("GET", address)
        answer = connection.getresponse()
        size = len(answer.read())
        connection.close()
        return answer.status, size, time.perf_counter() - began


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[Server]:
    """Stopped whatever happens. Raises TimeoutError when it does not come up."""
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
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        port: int = probe.getsockname()[1]
        return port


def worker_of(master: "subprocess.Popen[bytes]", port: int) -> int:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and master.poll() is None:
        try:
            if Server(port, 0).get("/bare/")[0] == 200:
                return children(master.pid)[0]
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("The server did not come up.")


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_seconds(pid: int) -> float:
    """CPU time of a process so far, to the nanosecond; its clock is named as clock_getcpuclockid(3) does on Linux."""
    return time.clock_gettime((~pid << 3) | 2)


def backends_cpu_seconds(postmaster: int) -> float:
    """The same for what a PostgreSQL server runs for its clients and beside them."""
    return sum(cpu_seconds(child) for child in children(postmaster))


def pss_mb(pid: int) -> float:
    """Proportional set size: memory of a process, what it shares divided by those who share it."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024


def postmaster_of(url: str) -> int | None:
    """Process id of the private PostgreSQL behind an address, None for SQLite."""
    if not url.startswith("postgres"):
        return None
    folder = Path(url.split("host=")[1])
    lock = next(folder.glob(".s.PGSQL.*.lock"))
    return int(lock.read_text().split()[0])


def machine() -> str:
    """Cores, memory and versions; no name of anything."""
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{os.cpu_count()} cores, {pages / 2**30:.0f} GiB, Python {sys.version.split()[0]}"
