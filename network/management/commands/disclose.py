"""Define the command `disclose`, which prints everything that can be read about a person without the keys."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from network.accounts.lookup import find_account
from network.data_rights.disclosure import readable_data


class Command(BaseCommand):
    """Print everything that can be read about a person."""

    help = "Prints all that this site can read about the person with that login name, as for an inquiry by a court."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the argument: the login name of the account."""
        parser.add_argument("login_name")

    def handle(self, *args: Any, login_name: str, **options: Any) -> None:
        """Print one line for each fact about the account that can be read."""
        facts = readable_data(find_account(login_name))
        lines = {
            "login name": facts.login_name,
            "created on": facts.created_on,
            "last seen on": facts.last_seen_on,
            # No account has an e-mail address. Inquiries ask for it, so the line says so.
            "e-mail": "none",
            "factors": ", ".join(facts.factors) or "none",
            "sign-ins since": ", ".join(facts.sign_ins) or "none",
            "sealed items": f"{len(facts.sizes)}",
            "sizes in bytes": ", ".join(map(str, facts.sizes)) or "none",
        }
        for name, value in lines.items():
            self.stdout.write(f"{name}: {value}")
