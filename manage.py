#!/usr/bin/env python3
"""Run a command of the site: `.venv/bin/python manage.py help` lists them."""

import os
import sys


def main() -> None:
    """Run the command of the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recovery_site.settings")
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError as error:
        sys.exit(f"{error}: run the commands with .venv/bin/python; `make run` makes that folder.")
    from recovery_site.env import BadSetting

    try:
        execute_from_command_line(sys.argv)
    except BadSetting as error:
        sys.exit(str(error))
    except Exception as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(_error_message(error))


def _error_message(error: Exception) -> str:
    """Return where in the code the command failed.

    The error itself may quote private text, and cron may mail or store what is printed.
    """
    from recovery_site.security.log_filters import describe_error

    command = sys.argv[1] if len(sys.argv) > 1 else "manage.py"
    hint = "--traceback shows the whole error, which may quote private text."
    return f"{command} failed: {describe_error(error)}\n{hint}"


if __name__ == "__main__":
    main()
