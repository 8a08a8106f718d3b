"""Check the files of the project against its rules, which are in tests/project_rules.py.

Row of the safety matrix: S3.
"""

import pytest

from tests import project_rules
from tests.project_rules import ROOT


def texts(pattern):
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in sorted(ROOT.glob(pattern))
    }


@pytest.mark.parametrize("app", sorted(project_rules.MAY_IMPORT))
def test_imports_run_one_way(app):
    sources = texts(f"{app}/**/*.py")
    assert sources
    found = {path: project_rules.forbidden_imports(app, source) for path, source in sources.items()}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("app", "statement", "is_allowed"),
    [
        ("directory", "from directory.models import Listing", True),
        ("directory", "import recovery_site.env", False),
        ("directory", "def f():\n    from groups import models", False),
        ("groups", "from directory import places", True),
        ("groups", "from feeds.formats import bmlt", False),
        ("network", "import groups.models", True),
        ("network", "import curation", False),
        ("feeds", "from network import sealed", False),
        ("feeds", "from . import formats", True),
        ("recovery_site", "import curation.admin", True),
        ("core", "from directory import vocabulary", False),
        ("demo", "from groups.models import Meeting", True),
    ],
)
def test_import_rule_tells_right_from_wrong(app, statement, is_allowed):
    assert bool(project_rules.forbidden_imports(app, statement)) is not is_allowed


@pytest.fixture(scope="module")
def sources():
    """Return the text of each module of the apps by its path, migrations excepted."""
    found = {path: text for app in project_rules.MAY_IMPORT for path, text in texts(f"{app}/**/*.py").items()}
    return {path: text for path, text in found.items() if "/migrations/" not in path}


@pytest.fixture(scope="module")
def graph(sources):
    """Return each module of the apps with the modules of the project that it imports."""
    named = {project_rules.module_name(path): text for path, text in sources.items()}
    modules = frozenset(named)
    return {name: project_rules.imports_of(text, modules) - {name} for name, text in named.items()}


def test_parts_of_the_directory_keep_their_borders(graph):
    assert project_rules.crossed_borders(graph) == []


def test_no_import_cycle_but_the_one_that_stays(graph):
    assert project_rules.import_cycles(graph) == project_rules.CYCLES


@pytest.mark.parametrize(
    ("module", "other", "is_allowed"),
    [
        ("directory.models.place", "directory.vocabulary", True),
        ("directory.models.place", "directory.listings.cards", False),
        ("directory.search.index.indexer", "directory.search_ui.summary", False),
        ("directory.search.engine", "directory.pages.views", False),
        ("directory.listings.cards", "directory.admin.forms", False),
        ("directory.urls", "directory.pages.views", True),
        ("directory.vocabulary", "directory.models", False),
    ],
)
def test_border_rule_tells_right_from_wrong(module, other, is_allowed):
    assert bool(project_rules.crossed_borders({module: {other}})) is not is_allowed


def test_cycle_rule_finds_a_cycle():
    assert project_rules.import_cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [{"a", "b", "c"}]


def test_imports_for_types_alone_do_not_count():
    source = "if TYPE_CHECKING:\n    from a import b\ndef f():\n    from a import c\n"
    assert project_rules.imports_of(source, frozenset({"a", "a.b", "a.c"})) == {"a.c"}


def test_one_word_names_stand_in_two_modules_at_most(sources):
    repeated = project_rules.repeated_names(sources)
    assert {name: paths for name, paths in repeated.items() if name not in project_rules.SHARED_NAMES} == {}
    assert repeated.keys() == project_rules.SHARED_NAMES.keys()


@pytest.mark.parametrize(
    ("statement", "is_found"),
    [
        ("def render(): ...", True),
        ("class Row: ...", True),
        ("LIMIT = 3", True),
        ("limit: int = 3", True),
        ("NAMES, LIMIT = (), 3", True),
        ("ROW_LIMIT = 3", False),
        ("def render_card(): ...", False),
        ("class FeedRow: ...", False),
        ("_limit = 3", False),
        ("def count_rows():\n    limit = 3", False),
        ("class FeedRow:\n    limit = 3", False),
    ],
)
def test_name_rule_finds_the_third_module(statement, is_found):
    three = {f"feeds/{name}.py": statement for name in ("a", "b", "c")}
    assert bool(project_rules.repeated_names(three)) is is_found
    assert project_rules.repeated_names(dict([*three.items()][:2])) == {}


@pytest.mark.parametrize("lock", ["requirements/run.txt", "requirements/dev.txt"])
def test_locks_name_no_place(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "--hash=sha256:" in text
    assert project_rules.outside_references(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org",
        "--find-links ../wheels",
        "a @ file:///a.whl",
        "a @ git+ssh://example.org/a",
    ],
)
def test_lock_rule_finds_places(line):
    assert project_rules.outside_references(f"django==5.2\n{line}\n") == [line]


def test_each_dependency_says_why():
    assert project_rules.uncommented_dependencies((ROOT / "pyproject.toml").read_text(encoding="utf-8")) == []


def test_dependency_rule_finds_the_bare_one():
    listed = (
        'dependencies = [\n    # Why.\n    "one~=1.0",\n    "two[extra]",\n]\n\n[tool.x]\nx = [\n"y",\n]\n'
    )
    assert project_rules.uncommented_dependencies(listed) == ['"two[extra]",']


def test_templates_hold_no_inline_code():
    found = {path: project_rules.inline_code(text) for path, text in texts("templates/**/*.html").items()}
    assert {path: code for path, code in found.items() if code} == {}


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>go()</script>",
        '<script type="module">go()</script>',
        '<a\n  onclick="go()">',
        '<a {% if x > 1 %}class="b"{% endif %} onclick="go()">',
        '<a href="javascript:go()">',
        '<div hx-on:click="go()">',
    ],
)
def test_template_rule_finds_inline_code(markup):
    assert project_rules.inline_code(markup)


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="{% static "site.js" %}" defer></script>',
        '<script type="application/ld+json">{}</script>',
        "<p>Turn on = switch on; style = taste</p>",
        '{# <p style="x"> #}<a data-on="1" href="/">',
    ],
)
def test_template_rule_lets_the_rest_through(markup):
    assert project_rules.inline_code(markup) == []


def test_setting_names_come_from_both_ways_of_calling():
    source = 'A = env.read_text("A")\nB = read_list("B", ["x"])\nC = other("C")\nD = env.read_keys(name)\n'
    assert sorted(project_rules.names_read(source)) == ["A", "B"]


def test_readme_can_be_read_in_one_go():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 100
