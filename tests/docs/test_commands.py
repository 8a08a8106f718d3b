"""The table of commands in the operator's guide holds every management command of the site and its options."""

from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from tests import project_rules
from tests.docs.tables import differences, names, table

DOCS, HEADING = "docs/operator.md", "## Commands"
CODE = "*/management/commands/"


def arguments(command: BaseCommand) -> dict[str, str]:
    """Return the arguments of a command by their key: an option as it is typed, another as the usage names it."""
    actions = command.create_parser("manage.py", "command")._actions
    return {
        action.dest: action.option_strings[-1]
        if action.option_strings
        else str(action.metavar or action.dest).upper()
        for action in actions
    }


def own_arguments(name: str) -> list[str]:
    """Return the arguments of a command that Django neither gives to all commands nor to the one it extends."""
    command = load_command_class(get_commands()[name], name)
    bases = (base for base in type(command).__mro__[1:] if issubclass(base, BaseCommand))
    from_django = next(base for base in bases if base.__module__.startswith("django."))
    inherited = arguments(from_django())
    return [argument for key, argument in arguments(command).items() if key not in inherited]


def test_commands_are_described_and_exist():
    written = [names(row[0])[0] for row in table(DOCS, HEADING)]
    assert differences(project_rules.command_names(), written, code=CODE, docs=f"{DOCS} (Commands)") == []


def test_arguments_of_commands_are_described_and_exist():
    known = [
        f"{name} {argument}" for name in project_rules.command_names() for argument in own_arguments(name)
    ]
    written = [f"{names(row[0])[0]} {argument}" for row in table(DOCS, HEADING) for argument in names(row[1])]
    assert differences(known, written, code=CODE, docs=f"{DOCS} (Commands)") == []
