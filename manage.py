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


if __name__ == "__main__":
    main()
