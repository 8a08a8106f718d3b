"""Read tables of the documentation and compare them with the code."""

import re
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def document(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """Return the text between a heading and the next heading."""
    _before, found, after = f"\n{text}".partition(f"\n{heading}\n")
    assert found, f"The heading “{heading}” is missing."
    return re.split(r"\n#+ ", after, maxsplit=1)[0]


def table(path: str, heading: str) -> list[list[str]]:
    """Return the cells of the first table below a heading, without its two head lines."""
    lines = [line for line in section(document(path), heading).splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]
    assert rows, f"{path}: there is no table below “{heading}”."
    assert {len(row) for row in rows} == {len(rows[0])}, f"{path}: the rows of “{heading}” differ in length."
    return rows


def names(cell: str) -> list[str]:
    """Return what stands in backticks in a cell."""
    return re.findall(r"`([^`]+)`", cell)


def described(path: str, heading: str, column: int = 0) -> list[str]:
    """Return the names in backticks of one column of a table."""
    return [name for row in table(path, heading) for name in names(row[column])]


def differences(in_code: Iterable[str], in_docs: Iterable[str], *, code: str, docs: str) -> list[str]:
    """Return a sentence for each name that only one side has, or that the documentation has twice.

    `code` and `docs` name the places to edit.
    """
    written = list(in_docs)
    known = set(in_code)
    assert known, f"Nothing was found in {code}."
    return [
        *(f"{name} is in {code}: describe it in {docs}." for name in sorted(known - set(written))),
        *(
            f"{name} is in {docs} and not in {code}: remove it from {docs}."
            for name in sorted(set(written) - known)
        ),
        *(f"{name} is twice in {docs}." for name in sorted({n for n in written if written.count(n) > 1})),
    ]
