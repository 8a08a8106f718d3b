#!/usr/bin/env python3
"""The way to every command of the site: `.venv/bin/python manage.py help`."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recovery_site.settings")
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError as error:
        sys.exit(f"{error}: run the commands with .venv/bin/python; `make run` makes that folder.")
    from recovery_site.env import BadSetting

    try:
        execute_from_command_line(sys.argv)
    except BadSetting as stopped:
        sys.exit(str(stopped))
    except Exception as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(broken(error))


def broken(error: Exception) -> str:
    """Where it broke. What an error says may quote a person's own words, and what is printed may be mailed or kept."""
    from recovery_site.security.log_filters import happened

    command = sys.argv[1] if len(sys.argv) > 1 else "manage.py"
    return f"{command} broke: {happened(error)}\n--traceback shows all that it says, private words included."


if __name__ == "__main__":
    main()
