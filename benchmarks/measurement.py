"""Measure on a filled database: the bare view and the search page in turn, the search alone, memory, and the build.

The last line is one JSON object.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.management import call_command
from django.http import QueryDict

from benchmarks import server
from benchmarks.request_mix import RequestMix
from benchmarks.rows import RowWriter
from benchmarks.server import Server
from directory.listings.availability import AskedAt
from directory.search import engine
from directory.search.query import QueryReader
from recovery_site import env

# The number of different URLs, which are requested again and again.
URL_COUNT = 200
# The bare view and the search page take turns after so many requests.
BLOCK_SIZE = 25
BARE_URL = "/bare/"
RUNS_OF_A_SEARCH = 5
PERCENTILES = (50, 95, 99)

# The name of the pattern and the URL of each request.
Requests = list[tuple[str, str]]


@dataclass
class Measurements:
    """CPU and wall-clock time of each request in milliseconds, by pattern, and the sizes of the pages in bytes."""

    cpu: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wall: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: list[int] = field(default_factory=list)

    @property
    def bare_cpu(self) -> float:
        """Return the mean CPU time of the bare view."""
        return statistics.fmean(self.cpu[BARE_URL])

    @property
    def page_cpu(self) -> float:
        """Return the mean CPU time of the search page."""
        return statistics.fmean(
            time for pattern, times in self.cpu.items() if pattern != BARE_URL for time in times
        )

    def page_wall(self, percent: int) -> float:
        """Return a percentile of the wall-clock time of the search page."""
        times = sorted(time for pattern, times in self.wall.items() if pattern != BARE_URL for time in times)
        return times[min(len(times) - 1, len(times) * percent // 100)]


class Meter:
    """Counts the CPU milliseconds of the site: those of its worker and those of its database server."""

    def __init__(self, worker: int, postmaster: int | None) -> None:
        """Begin to count for these process ids."""
        self.worker, self.postmaster = worker, postmaster
        self.last = self.total_ms()

    def total_ms(self) -> float:
        """Return the CPU time since the processes started."""
        backends = server.backends_cpu_seconds(self.postmaster) if self.postmaster else 0.0
        return 1000 * (server.cpu_seconds(self.worker) + backends)

    def lap_ms(self) -> float:
        """Return the CPU time since the last call."""
        before, self.last = self.last, self.total_ms()
        return self.last - before


def measure_requests(site: Server, meter: Meter, requests: Requests, seconds: float) -> Measurements:
    """Request blocks of the bare view and of pages in turn, until all are requested or the time is over.

    Raises RuntimeError for a status that is not 200.
    """
    measurements, deadline = Measurements(), time.monotonic() + seconds
    for block in split_into_blocks(requests):
        if time.monotonic() > deadline:
            break
        for pattern, url in [(BARE_URL, BARE_URL)] * len(block) + block:
            status, size, took = site.get(url)
            if status != 200:
                raise RuntimeError(f"{url} answered {status}.")
            measurements.cpu[pattern].append(meter.lap_ms())
            measurements.wall[pattern].append(1000 * took)
            if pattern != BARE_URL:
                measurements.sizes.append(size)
    return measurements


def split_into_blocks(requests: Requests) -> Iterator[Requests]:
    """Yield the requests in blocks of `BLOCK_SIZE`."""
    return (requests[start : start + BLOCK_SIZE] for start in range(0, len(requests), BLOCK_SIZE))


def worst_search(requests: Requests) -> tuple[float, str]:
    """Return the milliseconds of the slowest search (hits, exact total, all counts) without its page, and its URL.

    Each search counts by the median of a few runs, so that other work of the machine does not decide.
    """
    worst = 0.0, ""
    for _pattern, url in requests:
        query, spot, _others, _problems = QueryReader(QueryDict(url.partition("?")[2])).read_query()
        times = []
        for _number in range(RUNS_OF_A_SEARCH):
            began = time.perf_counter()
            engine.search(query, spot=spot, at=AskedAt.now_in_zone(spot.zone if spot else ""))
            times.append(1000 * (time.perf_counter() - began))
        worst = max(worst, (statistics.median(times), url))
    return worst


def build_seconds() -> float:
    """Build the file of the index in a process of its own, and return how long that takes."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "manage.py", "rebuild_index"], cwd=env.ROOT, check=True)
    return time.perf_counter() - began


def main(arguments: list[str]) -> None:
    """Measure everything and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("size", type=int)
    parser.add_argument("db")
    parser.add_argument("--requests", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--build", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args(arguments)

    call_command("collectstatic", interactive=False, verbosity=0)
    requests = RequestMix(RowWriter(), "measured").urls(URL_COUNT)
    postmaster = server.postmaster_of(os.environ["DATABASE_URL"])
    build_s = build_seconds() if options.build else None
    with server.serving(dict(os.environ)) as site:
        empty = server.pss_mb(site.worker)
        meter = Meter(site.worker, postmaster)
        first = measure_requests(site, meter, requests, options.seconds)
        repeated = (requests * options.requests)[: options.requests]
        found = measure_requests(site, meter, repeated, options.seconds)
        pss = server.pss_mb(site.worker)
    print_report(found)
    print(
        f"Asked for the first time: {first.page_cpu:.3f} ms CPU, ratio {first.page_cpu / first.bare_cpu:.1f}"
    )
    print(f"Memory of the process: {empty:.0f} MB before the first search, {pss:.0f} MB after the last")
    worst, worst_url = worst_search(requests)
    print(f"Worst search alone: {worst:.2f} ms, {worst_url}")
    print(
        json.dumps(
            {
                "size": options.size, "db": options.db, "bare_cpu_ms": round(found.bare_cpu, 3),
                "page_cpu_ms": round(found.page_cpu, 3), "ratio": round(found.page_cpu / found.bare_cpu, 2),
                **{f"p{percent}_ms": round(found.page_wall(percent), 2) for percent in PERCENTILES},
                "worst_search_ms": round(worst, 2), "pss_mb": round(pss, 1), "build_s": build_s and round(build_s, 1),
            }
        )
    )  # fmt: skip


def print_report(found: Measurements) -> None:
    """Print a table with the figures of each pattern."""
    print(f"{server.machine_summary()}. CPU is the worker's and, on PostgreSQL, the database server's.")
    print(f"{'pattern':<24}{'requests':>9}{'CPU ms':>9}{'ratio':>7}{'p50 ms':>9}{'p95 ms':>9}")
    for pattern, times in sorted(found.cpu.items(), key=lambda item: statistics.fmean(item[1])):
        cpu, wall = statistics.fmean(times), sorted(found.wall[pattern])
        middle, high = wall[len(wall) // 2], wall[len(wall) * 95 // 100]
        ratio = cpu / found.bare_cpu
        print(f"{pattern:<24}{len(times):>9}{cpu:>9.3f}{ratio:>7.1f}{middle:>9.2f}{high:>9.2f}")
    print(f"Bytes of a page on average: {statistics.fmean(found.sizes):,.0f}")
