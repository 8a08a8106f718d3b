"""`give_role`: who may do what on the desk."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from curation.models import CuratorRegion
from curation.roles.roles import GROUPS, ROLES
from directory.models import Region

NONE = "none"


class Command(BaseCommand):
    help = (
        "Gives an account a role on the desk in place of the one that it has, and sets what the roles may do as this "
        "version of Steady means it. Without arguments it does the latter only: call it so after each update."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login_name", nargs="?", help="Of an account that exists.")
        parser.add_argument("role", nargs="?", choices=(*GROUPS, NONE), help="none takes the desk away.")
        parser.add_argument(
            "--region",
            action="append",
            default=[],
            help="Name of a region that limits them; may be repeated.",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        groups = {role: make() for role, make in GROUPS.items()}
        if options["login_name"] is None:
            return self.stdout.write("The roles are up to date.")
        if options["role"] is None:
            raise CommandError(f"Which role? One of {', '.join((*GROUPS, NONE))}.")
        account = self.account(options["login_name"])
        regions = [self.region(name) for name in options["region"]]
        account.groups.remove(*account.groups.filter(name__in=ROLES))
        CuratorRegion.objects.filter(curator=account).delete()
        account.is_staff = options["role"] != NONE
        account.save(update_fields=["is_staff"])
        if account.is_staff:
            account.groups.add(groups[options["role"]])
            CuratorRegion.objects.bulk_create(
                CuratorRegion(curator=account, region=region) for region in regions
            )
        # A sign-in begins with the rights of its day: as a member one stays for 30 days, as staff for half an hour.
        account.end_sign_ins()
        self.stdout.write(f"{account.get_username()}: {options['role']}")

    def account(self, login_name: str) -> Any:
        accounts: Any = get_user_model()
        found = accounts.objects.filter(**{accounts.USERNAME_FIELD: login_name.lower()}).first()
        if found is None:
            raise CommandError(f"There is no account {login_name}.")
        return found

    def region(self, name: str) -> Region:
        found = Region.objects.filter(name=name).first()
        if found is None:
            raise CommandError(f"There is no region {name}. Add it at the desk first.")
        return found
