"""What the source says about itself, read without running it: imports, settings, commands, templates."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The import rules. Which apps the modules of an app may import; demo and recovery_site may import all.
MAY_IMPORT = {
    "core": frozenset(),
    "directory": frozenset({"core"}),
    "groups": frozenset({"core", "directory"}),
    "network": frozenset({"core", "directory", "groups"}),
    "feeds": frozenset({"core", "directory", "groups"}),
    "curation": frozenset({"core", "directory", "groups"}),
    "demo": frozenset({"core", "directory", "groups", "network", "feeds", "curation"}),
    "recovery_site": frozenset({"core", "directory", "groups", "network", "feeds", "curation", "demo"}),
}
# Which parts of `directory` a part of it may import, beside itself.
WITHIN_DIRECTORY = {
    "directory.models": ("directory.vocabulary", "directory.kinds.registry"),
    "directory.vocabulary": (),
    "directory.kinds.base": (),
    "directory.kinds.registry": ("directory.kinds.base",),
    "directory.search": (
        "directory.geo", "directory.guides",
        "directory.kinds.base", "directory.kinds.registry", "directory.listings", "directory.models",
        "directory.vocabulary",
    ),
}  # fmt: skip
# Parts of `directory` that no other part of it imports but the modules named here.
ENTRY_POINTS = {"directory.admin": (), "directory.pages": ("directory.urls",)}
# The one import cycle that stays: Django asks a session model for its store.
CYCLES = [{"network.accounts.sessions", "network.models"}]
# One-word names that may stand in several modules, each because those modules share one interface.
SHARED_NAMES = {
    "Command": "Django looks for a class of this name in the module of each command",
    "urlpatterns": "Django looks for a list of this name in each module of addresses",
    "parse": "each format of feeds is read by the function of this name, and so is a guide",
}
READERS = frozenset(
    {
        "read_text",
        "read_boolean",
        "read_integer",
        "read_choice",
        "read_list",
        "read_zone",
        "read_country",
        "read_web_address",
        "read_origin",
        "read_keys",
        "read_database_url",
    }
)


def imported_modules(source: str) -> Iterator[tuple[int, str]]:
    """Line and full name of each module that absolute import statements name, inside functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.lineno, node.module or ""


def module_name(path: str) -> str:
    """Return the dotted name of the module in a file, given relative to the root."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports_of(source: str, modules: frozenset[str]) -> set[str]:
    """Return the modules of the project that a source imports when it runs; imports for types alone do not count."""
    tree = ast.parse(source)
    checks = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    )
    typed = {id(node) for check in checks for statement in check.body for node in ast.walk(statement)}
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and id(node) not in typed:
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and id(node) not in typed and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & modules or {node.module}
    return found & modules


def is_part(module: str, *parts: str) -> bool:
    """Return whether a module is one of these modules or lies in one of these packages."""
    return any(module == part or module.startswith(f"{part}.") for part in parts)


def crossed_borders(graph: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Return the imports inside `directory` that its rules do not allow, as pairs of modules."""
    pairs = [(module, other) for module, others in graph.items() for other in sorted(others)]
    inside = [pair for pair in pairs if is_part(pair[0], "directory") and is_part(pair[1], "directory")]
    return [
        (module, other)
        for module, other in inside
        if any(
            is_part(module, part) and not is_part(other, part, *allowed)
            for part, allowed in WITHIN_DIRECTORY.items()
        )
        or any(
            is_part(other, part) and not is_part(module, part, *importers)
            for part, importers in ENTRY_POINTS.items()
        )
    ]


def import_cycles(graph: dict[str, set[str]]) -> list[set[str]]:
    """Return the sets of modules that import one another, directly or through others."""
    reached: dict[str, set[str]] = {}
    for module in graph:
        seen, waiting = set(), [*graph[module]]
        while waiting:
            if (each := waiting.pop()) not in seen:
                seen.add(each)
                waiting += graph.get(each, ())
        reached[module] = seen
    cycles: list[set[str]] = []
    for module, seen in reached.items():
        together = {other for other in seen if module in reached.get(other, ())}
        if len(together) > 1 and together not in cycles:
            cycles.append(together)
    return cycles


def forbidden_imports(app: str, source: str) -> list[tuple[int, str]]:
    """Return the imports of other apps that `app` may not make."""
    closed = MAY_IMPORT.keys() - MAY_IMPORT[app] - {app}
    return [(line, name) for line, name in imported_modules(source) if name.split(".")[0] in closed]


def top_level_names(source: str) -> set[str]:
    """Return the functions, classes and constants that a module defines at its top level."""
    names: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found = (part for target in targets for part in ast.walk(target))
            names.update(part.id for part in found if isinstance(part, ast.Name))
    return names


def is_one_word(name: str) -> bool:
    """Return whether a name is public and one word: `render`, `Listing`, `LIMIT`."""
    return re.fullmatch(r"[a-z]+\d*|[A-Z]+\d*|[A-Z][a-z]+\d*", name) is not None


def repeated_names(sources: dict[str, str]) -> dict[str, list[str]]:
    """Return the one-word names that three or more modules define, each with the paths of those modules."""
    modules: dict[str, list[str]] = {}
    for path, source in sources.items():
        for name in filter(is_one_word, top_level_names(source)):
            modules.setdefault(name, []).append(path)
    return {name: paths for name, paths in modules.items() if len(paths) > 2}


@functools.cache
def setting_names() -> frozenset[str]:
    """Every variable that recovery_site/settings.py reads from the environment through a reader of env.py."""
    settings = ROOT / "recovery_site" / "settings.py"
    return frozenset(names_read(settings.read_text(encoding="utf-8"))) if settings.exists() else frozenset()


def names_read(source: str) -> Iterator[str]:
    """The first argument of each call of a reader, as `env.read_text("NAME")` or as `read_text("NAME")`."""
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
