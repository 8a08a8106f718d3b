"""What the source says about itself, read without running it: imports, settings, commands, templates."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Which rooms a room may import. recovery_site wires all of them.
MAY_IMPORT = {
    "directory": frozenset(),
    "groups": frozenset({"directory"}),
    "network": frozenset({"directory", "groups"}),
    "feeds": frozenset({"directory", "groups"}),
    "curation": frozenset({"directory", "groups"}),
    "recovery_site": frozenset({"directory", "groups", "network", "feeds", "curation"}),
}
READERS = frozenset(
    {
        "text",
        "boolean",
        "integer",
        "choice",
        "words",
        "zone",
        "country",
        "web_address",
        "origin",
        "keys",
        "database_url",
        "database_urls",
    }
)


def imported_modules(source: str) -> Iterator[tuple[int, str]]:
    """Line and full name of each module that absolute import statements name, inside functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.lineno, node.module or ""


def forbidden_imports(room: str, source: str) -> list[tuple[int, str]]:
    """The imports of other rooms that `room` may not make."""
    closed = MAY_IMPORT.keys() - MAY_IMPORT[room] - {room}
    return [(line, name) for line, name in imported_modules(source) if name.split(".")[0] in closed]


@functools.cache
def setting_names() -> frozenset[str]:
    """Every variable that recovery_site/settings.py reads from the environment through a reader of env.py."""
    settings = ROOT / "recovery_site" / "settings.py"
    return frozenset(names_read(settings.read_text(encoding="utf-8"))) if settings.exists() else frozenset()


def names_read(source: str) -> Iterator[str]:
    """The first argument of each call of a reader, as `env.text("NAME")` or as `text("NAME")`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0]
        if called in READERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def command_names() -> list[str]:
    """Every management command of the site."""
    files = ROOT.glob("*/management/commands/*.py")
    return sorted(file.stem for file in files if not file.stem.startswith("_"))


def inline_code(template: str) -> list[str]:
    """Inline style, script and event attributes in a template: all that the security policy would block."""
    markup = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template, flags=re.DOTALL)
    found = re.findall(r"<style\b", markup, re.IGNORECASE)
    found += re.findall(r"javascript:", markup, re.IGNORECASE)
    for tag in re.findall(r"<[a-z][^<>]*>", markup, re.IGNORECASE):
        found += re.findall(r"\s(?:style|on[a-z]+|hx-on[\w:-]*)\s*=", tag, re.IGNORECASE)
        is_script = tag[1:7].lower() == "script"
        # A block of data is not run, and so not blocked.
        is_data = re.search(r"type\s*=\s*[\"']?application/(?:ld\+)?json", tag)
        if is_script and not is_data and not re.search(r"\ssrc\s*=", tag):
            found.append(tag)
    return found


def uncommented_dependencies(pyproject: str) -> list[str]:
    """The dependencies in pyproject.toml without a line of comment right above them."""
    lines = [line.strip() for line in pyproject.split("\n[tool.")[0].splitlines()]
    pairs = zip(["", *lines], lines, strict=False)
    return [line for above, line in pairs if re.match(r'"[a-z][^"]*",?$', line) and not above.startswith("#")]


def outside_references(lock: str) -> list[str]:
    """The lines of a lock file that name an address, an index or a file of the machine that wrote it."""
    return [
        line
        for line in lock.splitlines()
        if re.search(r"://|--index|--extra-index|--find-links|@ file", line)
    ]
