"""Every path of the repository that the documentation names exists."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.tables import ROOT

# The decision records and the change log speak of earlier states too.
DOCUMENTS = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").glob("*.md"))]
SUFFIXES = ("py", "md", "toml", "html", "js", "css", "conf", "po", "csv", "json", "txt", "svg", "png", "yml")
# Files of other systems, or that the running site makes, and files that a reader makes.
ELSEWHERE = {"/etc/nginx/nginx.conf", "identities.txt", "facts.json"}
# Folders that a checkout makes when it is used.
MADE = (".venv/", "var/")


@pytest.fixture(scope="module")
def files() -> set[str]:
    """Return every file of the repository and every folder that holds one, folders with a slash at the end."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    paths = {path for path in listed if path and (ROOT / path).exists()}
    return paths | {f"{parent}/" for path in paths for parent in Path(path).parents if str(parent) != "."}


def named_paths(text: str) -> Iterator[str]:
    """Yield what stands in backticks and looks like a path: it ends in a slash or in a known suffix."""
    for code in re.findall(r"`([^`\n]+)`", text):
        for word in code.split():
            if (
                re.fullmatch(rf"[\w./*<>-]*\w(?:/|\.(?:{'|'.join(SUFFIXES)}))", word)
                and word not in ELSEWHERE
            ):
                yield word


def exists(word: str, files: set[str]) -> bool:
    """Return whether a path, or the end of a path, is in the repository; addresses and made files count as such."""
    if word.startswith(("/", *MADE)) or any(sign in word for sign in "*<>"):
        return True
    return any(path == word or path.endswith(f"/{word}") for path in files)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_named_paths_exist(document, files):
    words = sorted(set(named_paths(document.read_text(encoding="utf-8"))))
    missing = [word for word in words if not exists(word, files)]
    assert missing == [], f"Correct these paths in {document.relative_to(ROOT)}."


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_to_files_exist(document):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert missing == [], f"Correct these links in {document.relative_to(ROOT)}."


def test_path_rule_tells_right_from_wrong(files):
    text = "`docs/developers.md`, `core/`, `nowhere.py`, `var/bench/`, `make test` and `/find/`"
    words = list(named_paths(text))
    assert words == ["docs/developers.md", "core/", "nowhere.py", "var/bench/", "/find/"]
    assert [word for word in words if not exists(word, files)] == ["nowhere.py"]
