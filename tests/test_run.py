"""The runner behind `make test`: its sums, and what it lets pass."""

from xml.etree import ElementTree

import pytest

from tests import chromium, postgres, run
from tests.conftest import second_database_items
from tests.run import Part

RESULTS = """<testsuites><testsuite>
  <testcase classname="tests.a" name="test_good"/>
  <testcase classname="tests.a" name="test_bad"><failure message="no">x</failure></testcase>
  <testcase classname="tests.a" name="test_broken"><error message="no">x</error></testcase>
  <testcase classname="tests.a" name="test_later"><skipped type="pytest.skip" message="later"/></testcase>
  <testcase classname="tests.a" name="test_known"><skipped type="pytest.xfail" message="known"/></testcase>
</testsuite></testsuites>"""


def test_count_tells_the_outcomes_apart():
    part = Part("SQLite")
    run.count(part, ElementTree.fromstring(RESULTS))
    assert (part.passed, part.failed) == (1, 2)
    assert part.skips == ["later (tests.a::test_later)", "known (tests.a::test_known)"]


@pytest.mark.parametrize(
    ("part", "no_skips", "code"),
    [
        (Part("A", passed=3), True, 0),
        (Part("A", passed=3, failed=1), False, 1),
        (Part("A", passed=3, skips=["no browser"]), False, 0),
        (Part("A", passed=3, skips=["no browser"]), True, 1),
        (Part("A", passed=3, skips=["no shared data: bmlt (tests.a::test_b)"]), True, 0),
        (Part("A"), False, 1),
    ],
)
def test_report_decides_by_failures_and_skips(part, no_skips, code, capsys):
    assert run.report([part], no_skips=no_skips) == code
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"{part.passed} passed, {part.failed} failed, {len(part.skips)} skipped"


def test_report_adds_the_parts_up(capsys):
    run.report([Part("A", passed=1, skips=["x"]), Part("B", passed=2, failed=4)], no_skips=False)
    assert capsys.readouterr().out.splitlines()[-1] == "3 passed, 4 failed, 1 skipped"


def test_missing_programs_are_named_and_counted(monkeypatch):
    monkeypatch.setattr(postgres, "binaries", lambda: None)
    monkeypatch.setattr(chromium, "path", lambda: None)
    for part, package in ((run.on_postgres([]), "postgresql"), (run.in_browser([]), "chromium")):
        assert (part.passed, part.failed, len(part.skips)) == (0, 0, 1)
        assert f"package {package}" in part.note


def test_failed_cluster_is_a_failure(monkeypatch):
    def fail():
        raise postgres.ClusterFailed("initdb failed")

    monkeypatch.setattr(postgres, "binaries", lambda: "somewhere")
    monkeypatch.setattr(postgres, "throw_away_cluster", fail)
    part = run.on_postgres([])
    assert (part.failed, part.note) == (1, "initdb failed")


def test_settings_of_this_machine_stay_out(monkeypatch):
    monkeypatch.setattr(run, "setting_names", lambda: {"SITE_NAME"})
    monkeypatch.setenv("SITE_NAME", "Another")
    monkeypatch.setenv("KEPT", "1")
    assert "SITE_NAME" not in run.plain_environment()
    assert run.plain_environment()["KEPT"] == "1"


class Item:
    """A collected test, as far as the selection looks at it."""

    def __init__(self, nodeid, *marks):
        self.nodeid, self.marks = nodeid, marks

    def get_closest_marker(self, name):
        return name if name in self.marks else None


def test_second_database_runs_first_cases_of_what_may_differ():
    items = [
        Item("a[1]", "django_db"),
        Item("a[2]", "django_db"),
        Item("b[1]", "django_db", "every_case"),
        Item("b[2]", "django_db", "every_case"),
        Item("c", "django_db", "one_database"),
        Item("d"),
    ]
    assert [item.nodeid for item in second_database_items(items)] == ["a[1]", "b[1]", "b[2]"]
