"""Define the command `end_sign_ins`, which signs an account out everywhere."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from network.accounts import sessions
from network.accounts.lookup import find_account


class Command(BaseCommand):
    """Sign an account out everywhere."""

    help = "Ends every sign-in of an account at once, as when a curator's device is lost."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the argument: the login name of the account."""
        parser.add_argument("login_name")

    def handle(self, *args: Any, login_name: str, **options: Any) -> None:
        """Delete all sessions of the account and print how many there were."""
        self.stdout.write(f"Ended: {sessions.end_other_sessions(find_account(login_name))}")
