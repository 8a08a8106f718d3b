"""`migrate`: as Django has it; and a site that is set up with it has its crisis lines afterwards."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate

from directory.models import Listing
from recovery_site.security.private_files import set_private_umask


class Command(migrate.Command):
    help = f"{migrate.Command.help} Loads the facts that ship with the site into a directory that has no listings yet."
    # Only a person who sets a site up wants the facts; what calls this command from code loads what it needs.
    _by_hand = False

    def run_from_argv(self, argv: list[str]) -> None:
        self._by_hand = True
        # The database is made when the first check asks for it, before the migrations.
        set_private_umask()
        super().run_from_argv(argv)

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--no-facts", action="store_true", help="Load no facts.")

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        partial = ("app_label", "plan", "check_unapplied", "fake", "no_facts")
        if not self._by_hand or any(options.get(name) for name in partial) or Listing.objects.exists():
            return
        call_command("load_facts", verbosity=options["verbosity"], stdout=self.stdout)
