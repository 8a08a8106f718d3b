"""What `make test` runs: the suite on SQLite, what uses a database on PostgreSQL, and the pages in a real browser.

Arguments go to pytest. A part whose program is missing says so and counts as one skipped test. With
STEADY_NO_SKIPS=1, as in CI, a skipped test fails the run. The last line is `N passed, N failed, N skipped`.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tests import chromium, postgres
from tests.project_rules import ROOT, setting_names

NO_TESTS_SELECTED = 5
# One process runs all tests with the same mark `xdist_group`, so that it makes what they share only once.
TWO_WORKERS = ["-n", "2", "--dist", "loadgroup"]
# The one reason to skip that CI lets pass: sample feeds that lie beside the checkout on some machines only.
EXCUSED = "no shared data"


@dataclass
class Part:
    """One part of the run: what it is called, what it needs, and what came of it."""

    name: str
    passed: int = 0
    failed: int = 0
    skips: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def figures(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {len(self.skips)} skipped"

    def not_run(self, reason: str) -> "Part":
        self.skips.append(f"the whole part: {reason}")
        self.note = f"NOT RUN: {reason}"
        return self


def main(arguments: list[str]) -> int:
    # A stopped run must still take its PostgreSQL down.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        parts = [on_sqlite(arguments), on_postgres(arguments), in_browser(arguments)]
    except KeyboardInterrupt:
        return 130
    return report(parts, no_skips=os.environ.get("STEADY_NO_SKIPS") == "1")


def on_sqlite(arguments: list[str]) -> Part:
    return run_pytest(Part("SQLite"), [*TWO_WORKERS, "-m", "not browser", *arguments])


def on_postgres(arguments: list[str]) -> Part:
    part = Part("PostgreSQL")
    if postgres.binaries() is None:
        return part.not_run("PostgreSQL is not installed (Debian package postgresql)")
    try:
        with postgres.throw_away_cluster() as url:
            chosen = [*TWO_WORKERS, "-m", "not browser", "--second-database"]
            return run_pytest(part, [*chosen, *arguments], DATABASE_URL=url)
    except postgres.ClusterFailed as failed:
        part.failed, part.note = part.failed + 1, str(failed)
        return part


def in_browser(arguments: list[str]) -> Part:
    part = Part("Browser")
    if chromium.path() is None:
        return part.not_run(chromium.MISSING)
    return run_pytest(part, ["-m", "browser", *arguments])


def run_pytest(part: Part, arguments: list[str], **environment: str) -> Part:
    print(f"\n== {part.name} ==", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junit-xml={results}", *arguments]
        # Generated keys and the like go into a folder of this part's own.
        environment = plain_environment() | {"STATE_DIR": folder} | environment
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if results.exists():
            count(part, ElementTree.fromstring(results.read_bytes()))
    if code == NO_TESTS_SELECTED:
        part.note = "no test selected"
    elif code and not part.failed:
        part.failed, part.note = 1, f"pytest stopped with {code}"
    part.note = part.note or f"{time.monotonic() - started:.0f} s"
    return part


def plain_environment() -> dict[str, str]:
    """The environment without the settings of this machine's own site: tests meet the same everywhere."""
    return {name: value for name, value in os.environ.items() if name not in setting_names()}


def count(part: Part, results: ElementTree.Element) -> None:
    """Add up pytest's own record. A test that is expected to fail counts as skipped."""
    for case in results.iter("testcase"):
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            part.failed += 1
        elif skip is not None:
            part.skips.append(f"{skip.get('message', '')} ({case.get('classname')}::{case.get('name')})")
        else:
            part.passed += 1


def report(parts: list[Part], *, no_skips: bool) -> int:
    print()
    for part in parts:
        print(f"{part.name:<11} {part.figures} ({part.note})")
    skips = [f"{part.name}: {skip}" for part in parts for skip in part.skips if not skip.startswith(EXCUSED)]
    for skip in skips if no_skips else []:
        print(f"skipped, which is not allowed here: {skip}")
    total = Part("All")
    for part in parts:
        total.passed += part.passed
        total.failed += part.failed
        total.skips += part.skips
    print(total.figures, flush=True)
    return 1 if total.failed or not total.passed or (no_skips and skips) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
