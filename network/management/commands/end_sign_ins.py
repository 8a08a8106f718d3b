"""`end_sign_ins LOGIN`: signs an account out everywhere."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from network.accounts import sessions
from network.accounts.lookup import find_account


class Command(BaseCommand):
    help = "Ends every sign-in of an account at once, as when a curator's device is lost."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login_name")

    def handle(self, *args: Any, login_name: str, **options: Any) -> None:
        self.stdout.write(f"Ended: {sessions.end_other_sessions(find_account(login_name))}")
