"""Measures on a filled base: the bare view and the search page in turn, the search alone, memory, the index's build.

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
from benchmarks.mix import Mix
from benchmarks.rows import Writer
from benchmarks.server import Server
from directory.listings.availability import AskedAt
from directory.search import engine
from directory.search.query import QueryReader
from recovery_site import env

# So many different addresses, asked for over and over.
MIX = 200
BLOCK = 25
BARE = "/bare/"
SEARCHES_EACH = 5
PERCENTILES = (50, 95, 99)

Addresses = list[tuple[str, str]]


@dataclass
class Measured:
    """Milliseconds of CPU and of the clock, request by request, under the way of asking; and sizes in bytes."""

    cpu: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wall: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: list[int] = field(default_factory=list)

    @property
    def bare_cpu(self) -> float:
        return statistics.fmean(self.cpu[BARE])

    @property
    def page_cpu(self) -> float:
        return statistics.fmean(each for way, times in self.cpu.items() if way != BARE for each in times)

    def page_wall(self, percent: int) -> float:
        times = sorted(each for way, found in self.wall.items() if way != BARE for each in found)
        return times[min(len(times) - 1, len(times) * percent // 100)]


class Meter:
    """CPU milliseconds that the site took since it was last asked: its worker's, and its database server's."""

    def __init__(self, worker: int, postmaster: int | None) -> None:
        self.worker, self.postmaster = worker, postmaster
        self.last = self.now()

    def now(self) -> float:
        backends = server.backends_cpu_seconds(self.postmaster) if self.postmaster else 0.0
        return 1000 * (server.cpu_seconds(self.worker) + backends)

    def since(self) -> float:
        before, self.last = self.last, self.now()
        return self.last - before


def in_turn(site: Server, meter: Meter, addresses: Addresses, seconds: float) -> Measured:
    """Blocks of bare views and of pages by turns, until all addresses are asked for or the time is over.

    Raises RuntimeError for an answer that is not 200.
    """
    found, ends = Measured(), time.monotonic() + seconds
    for block in blocks(addresses):
        if time.monotonic() > ends:
            break
        for way, address in [(BARE, BARE)] * len(block) + block:
            status, size, took = site.get(address)
            if status != 200:
                raise RuntimeError(f"{address} answered {status}.")
            found.cpu[way].append(meter.since())
            found.wall[way].append(1000 * took)
            if way != BARE:
                found.sizes.append(size)
    return found


def blocks(addresses: Addresses) -> Iterator[Addresses]:
    return (addresses[start : start + BLOCK] for start in range(0, len(addresses), BLOCK))


def worst_search(addresses: Addresses) -> tuple[float, str]:
    """Milliseconds of the slowest search alone (hits, exact total, all counts), and what it was. Each search counts as
    the median of a few runs, so that what the machine does beside it does not decide."""
    worst = 0.0, ""
    for _way, address in addresses:
        query, spot, _others, _problems = QueryReader(QueryDict(address.partition("?")[2])).read_query()
        times = []
        for _number in range(SEARCHES_EACH):
            began = time.perf_counter()
            engine.search(query, spot=spot, at=AskedAt.now_in_zone(spot.zone if spot else ""))
            times.append(1000 * (time.perf_counter() - began))
        worst = max(worst, (statistics.median(times), address))
    return worst


def built() -> float:
    """Seconds to build the index's file anew, as a process of its own does it."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "manage.py", "rebuild_index"], cwd=env.ROOT, check=True)
    return time.perf_counter() - began


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("size", type=int)
    parser.add_argument("db")
    parser.add_argument("--requests", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--build", action=argparse.BooleanOptionalAction, default=True)
    given = parser.parse_args(arguments)

    call_command("collectstatic", interactive=False, verbosity=0)
    writer = Writer()
    mix = Mix(writer, "measured").addresses(MIX)
    postmaster = server.postmaster_of(os.environ["DATABASE_URL"])
    build_s = built() if given.build else None
    with server.serving(dict(os.environ)) as site:
        empty = server.pss_mb(site.worker)
        meter = Meter(site.worker, postmaster)
        first = in_turn(site, meter, mix, given.seconds)
        found = in_turn(site, meter, (mix * given.requests)[: given.requests], given.seconds)
        pss = server.pss_mb(site.worker)
    report(found)
    print(
        f"Asked for the first time: {first.page_cpu:.3f} ms CPU, ratio {first.page_cpu / first.bare_cpu:.1f}"
    )
    print(f"Memory of the process: {empty:.0f} MB before the first search, {pss:.0f} MB after the last")
    worst, where = worst_search(mix)
    print(f"Worst search alone: {worst:.2f} ms, {where}")
    print(
        json.dumps(
            {
                "size": given.size, "db": given.db, "bare_cpu_ms": round(found.bare_cpu, 3),
                "page_cpu_ms": round(found.page_cpu, 3), "ratio": round(found.page_cpu / found.bare_cpu, 2),
                **{f"p{percent}_ms": round(found.page_wall(percent), 2) for percent in PERCENTILES},
                "worst_search_ms": round(worst, 2), "pss_mb": round(pss, 1), "build_s": build_s and round(build_s, 1),
            }
        )
    )  # fmt: skip


def report(found: Measured) -> None:
    print(f"{server.machine()}. CPU is the worker's and, on PostgreSQL, the database server's.")
    print(f"{'way of asking':<24}{'requests':>9}{'CPU ms':>9}{'ratio':>7}{'p50 ms':>9}{'p95 ms':>9}")
    for way, times in sorted(found.cpu.items(), key=lambda each: statistics.fmean(each[1])):
        cpu, wall = statistics.fmean(times), sorted(found.wall[way])
        middle, high = wall[len(wall) // 2], wall[len(wall) * 95 // 100]
        ratio = cpu / found.bare_cpu
        print(f"{way:<24}{len(times):>9}{cpu:>9.3f}{ratio:>7.1f}{middle:>9.2f}{high:>9.2f}")
    print(f"Bytes of a page on average: {statistics.fmean(found.sizes):,.0f}")
