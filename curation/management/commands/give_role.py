"""Define the command `give_role`, which gives an account a role in the admin and updates the permissions of roles."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from curation.models import CuratorRegion
from curation.roles.roles import GROUPS, ROLES
from directory.models import Region

NONE = "none"


class Command(BaseCommand):
    """Give an account a role, and bring the permissions of all roles up to date."""

    help = (
        "Give an account a role in the admin, in place of the one that it has, and bring the permissions of all roles "
        "up to date. Without arguments, only the permissions are updated: run it so after each update of Steady."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Define login name, role and regions."""
        parser.add_argument("login_name", nargs="?", help="Login name of an existing account.")
        parser.add_argument(
            "role", nargs="?", choices=(*GROUPS, NONE), help="none removes the access to the admin."
        )
        parser.add_argument(
            "--region",
            action="append",
            default=[],
            help="Name of a region that limits the account; may be repeated.",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Update the groups, and the account where one is named."""
        groups = {role: update_group() for role, update_group in GROUPS.items()}
        if options["login_name"] is None:
            return self.stdout.write("The roles are up to date.")
        if options["role"] is None:
            raise CommandError(f"Which role? One of {', '.join((*GROUPS, NONE))}.")
        account = self.get_account(options["login_name"])
        regions = [self.get_region(name) for name in options["region"]]
        account.groups.remove(*account.groups.filter(name__in=ROLES))
        CuratorRegion.objects.filter(curator=account).delete()
        account.is_staff = options["role"] != NONE
        account.save(update_fields=["is_staff"])
        if account.is_staff:
            account.groups.add(groups[options["role"]])
            CuratorRegion.objects.bulk_create(
                CuratorRegion(curator=account, region=region) for region in regions
            )
        # Sessions of members last 30 days, those of staff half an hour, so no session may outlive a change of role.
        account.end_sign_ins()
        self.stdout.write(f"{account.get_username()}: {options['role']}")

    def get_account(self, login_name: str) -> Any:
        """Return the account with this login name. Raises CommandError."""
        accounts: Any = get_user_model()
        account = accounts.objects.filter(**{accounts.USERNAME_FIELD: login_name.lower()}).first()
        if account is None:
            raise CommandError(f"There is no account {login_name}.")
        return account

    def get_region(self, name: str) -> Region:
        """Return the region with this name. Raises CommandError."""
        region = Region.objects.filter(name=name).first()
        if region is None:
            raise CommandError(f"There is no region {name}. Add it in the admin first.")
        return region
