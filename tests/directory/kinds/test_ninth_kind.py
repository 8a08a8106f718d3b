"""An invented kind, declared in an app of its own, works on every page: no other module has to know it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
WALK = "tests/directory/kinds/ninth_kind_walk.py"
NAMES = ("legal-clinics", "legalclinic", "ninth_kind")


def test_ninth_kind_works_everywhere(tmp_path: Path) -> None:
    """The tests of the walk run in a process of their own, whose settings have the app of the kind."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    environment |= {"STATE_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/ninth.sqlite3"}
    settings = "--ds=tests.directory.kinds.ninth_kind_settings"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        settings,
        WALK,
    ]
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert result.returncode == 0, result.stdout[-20_000:] + result.stderr[-5_000:]


def test_no_other_module_names_the_ninth_kind() -> None:
    folders = (
        "core",
        "directory",
        "groups",
        "network",
        "feeds",
        "curation",
        "demo",
        "recovery_site",
        "benchmarks",
    )
    sources = [
        path
        for folder in (*folders, "templates", "static")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".html", ".js", ".css", ".toml")
    ]
    assert len(sources) > 300
    assert [path for path in sources if any(name in path.read_text() for name in NAMES)] == []
