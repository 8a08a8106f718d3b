"""A file counts as read before only while the code that parses it is the same."""

import ast
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from feeds.formats import PARSERS
from feeds.models import Source
from feeds.pipeline import fingerprint

ROOT = Path(fingerprint.__file__).parents[2]
STAGING = ("feeds.pipeline.feed_types", "feeds.pipeline.stage_groups", "feeds.pipeline.stage_hotlines")
# Modules that decide what is stored and shown, not how a file is parsed.
NOT_COVERED = ("directory.models", "directory.kinds", "feeds.models")
NOT_FOLLOWED = (*NOT_COVERED, "groups.models")
# Libraries that decide nothing of what a feed says.
WITHOUT_EFFECT = {"Django", "httpcore2", "numpy"}


@pytest.fixture(autouse=True)
def fresh_digest():
    fingerprint.code_digest.cache_clear()
    yield
    fingerprint.code_digest.cache_clear()


def imports_of(path: Path) -> set[str]:
    """The modules that a file imports, `from` imports of submodules included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def path_of(name: str) -> Path | None:
    """The file of a module of the project, if there is one of that name."""
    base = ROOT.joinpath(*name.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.exists()), None)


def parsing_imports() -> tuple[dict[str, Path], set[str]]:
    """The project's modules that parsing and staging import, directly or not, and the other modules."""
    waiting = [*STAGING, *(parser.__module__ for parser in PARSERS.values())]
    own: dict[str, Path] = {}
    others: set[str] = set()
    while waiting:
        name = waiting.pop()
        path = path_of(name)
        if path is None:
            others.add(name.split(".")[0])
        elif name not in own:
            own[name] = path
            if not name.startswith(NOT_FOLLOWED):
                waiting += imports_of(path)
    return own, others


def test_fingerprint_covers_every_module_that_parsing_imports() -> None:
    covered = set(fingerprint.source_files())
    own, _others = parsing_imports()
    assert "feeds.formats.privacy" in own
    missing = {name for name, path in own.items() if path not in covered and path.stat().st_size}
    assert {name for name in missing if "." in name and not name.startswith(NOT_COVERED)} == set()


def test_fingerprint_covers_the_libraries_that_parsing_imports() -> None:
    _own, others = parsing_imports()
    known = packages_distributions()
    libraries = {known[name][0] for name in others if name in known and name not in sys.stdlib_module_names}
    assert libraries - WITHOUT_EFFECT == set(fingerprint.LIBRARIES)


def test_fingerprint_changes_with_a_file(tmp_path, monkeypatch) -> None:
    source = Source(format="meeting-guide", fellowship="aa")
    before = fingerprint.parser_fingerprint(source)
    added = tmp_path / "added.py"
    added.write_text("X = 1\n")
    files = [*fingerprint.source_files(), added]
    monkeypatch.setattr(fingerprint, "source_files", lambda: files)
    fingerprint.code_digest.cache_clear()
    assert fingerprint.parser_fingerprint(source) != before


def test_fingerprint_names_format_and_fellowship() -> None:
    first, second = (Source(format=name, fellowship="aa") for name in ("meeting-guide", "helplines"))
    assert fingerprint.parser_fingerprint(first) != fingerprint.parser_fingerprint(second)
