"""Names of code that the developers' documents put in backticks exist in the code."""

import ast
import functools
import re

import pytest

from tests.docs.tables import ROOT, document

DOCUMENTS = ("docs/developers.md", "ARCHITECTURE.md")
FOLDERS = ("core", "directory", "groups", "network", "feeds", "curation", "demo", "recovery_site")
NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
# Names of Django, of its templates, of make and of the shell.
ELSEWHERE = {
    "make",
    "translate",
    "blocktranslate",
    "gettext",
    "pgettext",
    "gettext_lazy",
    "browser",
    "app",
    "htmx",
}


@functools.cache
def names_in_code() -> frozenset[str]:
    """Return the names that Python code defines or uses, and its strings."""
    found: set[str] = set()
    modules = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    for path in (*modules, *(ROOT / "tests").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    found.add(name)
                case (
                    ast.Name(id=name)
                    | ast.Attribute(attr=name)
                    | ast.arg(arg=name)
                    | ast.keyword(arg=str(name))
                ):
                    found.add(name)
                case ast.Constant(value=str(text)) if len(text) < 60:
                    found.add(text)
    return frozenset(found)


def unknown_names(text: str) -> list[str]:
    """Return the names in backticks of which some part is not in the code; other code spans do not count."""
    spans = (span.removesuffix("(…)") for span in re.findall(r"`([^`\n]+)`", text))
    names = sorted({span for span in spans if NAME.fullmatch(span) and not span.endswith(".md")})
    known = names_in_code() | ELSEWHERE | {path.name for path in ROOT.rglob("*.py")}
    modules = {
        part for folder in FOLDERS for path in (ROOT / folder).rglob("*") for part in (path.name, path.stem)
    }
    return [name for name in names if name not in known and not set(name.split(".")) <= known | modules]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_names_exist(path):
    assert unknown_names(document(path)) == [], f"Correct these names in {path}."


def test_name_rule_tells_right_from_wrong():
    text = "`SHARED_FILTERS`, `Kind.meetings`, `kinds.register(…)`, `NoSuchClass`, `Kind.no_such_name`, `a b`"
    assert unknown_names(text) == ["Kind.no_such_name", "NoSuchClass"]
