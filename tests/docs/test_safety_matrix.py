"""The safety matrix and the tests that hold its rows name one another."""

import ast
import re
from collections.abc import Iterator

from tests.docs.tables import ROOT, differences, names, table

DOCS = "docs/safety-matrix.md"
ROW = r"\b([QAPNDLCMIS]\d{1,2})\b"
RANGE = r"\b([QAPNDLCMIS])(\d{1,2}) to \1(\d{1,2})\b"
# The source of each module of tests that names a row anywhere.
TESTS = {
    str(path.relative_to(ROOT)): source
    for path in sorted((ROOT / "tests").rglob("test_*.py"))
    if path.parent.name != "docs" and re.search(ROW, source := path.read_text(encoding="utf-8"))
}


def rows_in(text: str) -> set[str]:
    """Return the rows that a text names, “Q1 to Q3” as three."""
    ranges = re.findall(RANGE, text)
    between = {f"{letter}{n}" for letter, first, last in ranges for n in range(int(first), int(last) + 1)}
    return set(re.findall(ROW, text)) | between


def rows_of(source: str) -> set[str]:
    """Return the rows that the docstring of a module names."""
    return rows_in(ast.get_docstring(ast.parse(source)) or "")


def rows_reached(source: str) -> Iterator[str]:
    """Yield the rows whose figures a module prints, and those that the docstrings of its functions name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            yield from rows_in(ast.get_docstring(node) or "")
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "figure":
            yield from rows_in(ast.unparse(node.args[0]))


def test_rows_and_tests_name_one_another():
    held = [f"{row} ({path})" for path, source in TESTS.items() for row in rows_of(source)]
    written = [f"{names(row[0])[0]} ({path})" for row in table(DOCS, "## Rows") for path in names(row[2])]
    assert differences(held, written, code="the docstring of that module", docs=DOCS) == []


def test_each_row_is_described_once():
    rows = table(DOCS, "## Rows")
    ids = [names(row[0])[0] for row in rows]
    assert len(ids) == len(set(ids))
    assert [row for row in rows if not all(row)] == []


def test_module_docstrings_name_the_rows_that_the_modules_reach():
    missing = [
        f"{row} is reached in {path}: name it in the docstring of the module and in {DOCS}."
        for path, source in TESTS.items()
        for row in sorted(set(rows_reached(source)) - rows_of(source))
    ]
    assert missing == []


def test_rows_are_found_in_docstrings_and_figures():
    assert rows_in("Q1 to Q3, and N7: nothing runs") == {"Q1", "Q2", "Q3", "N7"}
    source = '"""D1: kept."""\ndef test_a(figure):\n    """P3: planted."""\n    figure("N2", "1", must="1")\n'
    assert rows_of(source) == {"D1"}
    assert set(rows_reached(source)) == {"P3", "N2"}
