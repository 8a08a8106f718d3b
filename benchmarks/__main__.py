"""Measure an import, fill a database, start the server and measure its pages: `python -m benchmarks SIZE DB`.

The last line of the output is one JSON object.
"""

import argparse
import signal
import subprocess
import sys

from benchmarks import databases
from recovery_site import env


def main() -> int:
    """Run the benchmark and return the exit status."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("size", type=int, help="listings: 10000, 100000 or 1000000")
    parser.add_argument("db", choices=databases.DATABASES)
    parser.add_argument("--requests", type=int, default=2000, help="requests of the search page, at most")
    parser.add_argument("--seconds", type=float, default=120, help="seconds of measuring, at most")
    parser.add_argument(
        "--build",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="build the index again first, and time it",
    )
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    subprocess.run([sys.executable, "-m", "benchmarks.import_speed"], cwd=env.ROOT, check=True)
    print(f"A database of {options.size:,} listings on {options.db} …", flush=True)
    with databases.filled_database(options.size, options.db) as environment:
        command = [
            sys.executable,
            "-m",
            "benchmarks.run_module",
            "measurement",
            str(options.size),
            options.db,
        ]
        command += [f"--requests={options.requests}", f"--seconds={options.seconds}"]
        command += [] if options.build else ["--no-build"]
        return subprocess.run(command, env=environment, cwd=env.ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
