"""Every table that the kinds declare has triggers, and a system check says which migration is missing."""

import pytest

from directory.kinds.registry import kinds
from directory.search.index import triggers
from directory.search.index.triggers import CreateTriggers, DropTriggers
from groups.models import Meeting, SupportGroup


def test_check_is_silent_for_the_migrations_as_they_are() -> None:
    assert triggers.check_triggers(None) == []


def test_watched_tables_follow_from_the_declarations() -> None:
    declared = {model for kind in kinds.values() for model in (kind.model, *kind.triggers)}
    assert declared | set(triggers.SHARED_MODELS) == set(triggers.watched_tables().values())
    assert {SupportGroup, Meeting} <= declared


def test_check_names_the_missing_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triggers, "_operations", lambda label: ())
    problems = {problem.obj: problem for problem in triggers.check_triggers(None)}
    assert set(problems) == set(triggers.watched_tables().values())
    problem = problems[Meeting]
    assert problem.id == triggers.MISSING_TRIGGERS
    assert "groups_meeting" in problem.msg
    assert "makemigrations groups --empty" in problem.hint
    assert 'CreateTriggers("groups_meeting", "group_id")' in problem.hint
    assert 'CreateTriggers("groups_supportgroup", "listing_ptr_id")' in problems[SupportGroup].hint


def test_dropped_triggers_count_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = (CreateTriggers("one", "id"), CreateTriggers("two", "id"), DropTriggers("one", "id"))
    monkeypatch.setattr(triggers, "_operations", lambda label: kept)
    assert triggers.tables_with_triggers(["directory"]) == {"two"}
