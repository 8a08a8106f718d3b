"""`python -m benchmarks SIZE DB`: measures an import, makes the base, starts the server, measures the pages, and ends
with one line of JSON."""

import argparse
import signal
import subprocess
import sys

from benchmarks import bases
from recovery_site import env


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("size", type=int, help="listings: 10000, 100000 or 1000000")
    parser.add_argument("db", choices=bases.DATABASES)
    parser.add_argument("--requests", type=int, default=2000, help="of the search page, at most")
    parser.add_argument("--seconds", type=float, default=120, help="of measuring, at most")
    parser.add_argument(
        "--build",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="build the index anew first, and time it",
    )
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    subprocess.run([sys.executable, "-m", "benchmarks.importing"], cwd=env.ROOT, check=True)
    print(f"A base of {given.size:,} listings on {given.db} …", flush=True)
    with bases.ready(given.size, given.db) as environment:
        command = [sys.executable, "-m", "benchmarks.program", "measuring", str(given.size), given.db]
        command += [f"--requests={given.requests}", f"--seconds={given.seconds}"]
        command += [] if given.build else ["--no-build"]
        return subprocess.run(command, env=environment, cwd=env.ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
