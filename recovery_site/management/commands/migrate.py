"""Define the command `migrate`, which is Django's own and then loads the shipped facts into a new database."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate

from directory.models import Listing
from recovery_site.security.private_files import set_private_umask


class Command(migrate.Command):
    """Migrate the database and load the facts into a new one."""

    help = f"{migrate.Command.help} Then load the facts that ship with the site into a directory without listings."
    # Facts are loaded for a person who runs the command. Code that calls it loads what it needs.
    _from_command_line = False

    def run_from_argv(self, argv: list[str]) -> None:
        """Run the command for a person at a terminal."""
        self._from_command_line = True
        # The first check creates the database, before the migrations.
        set_private_umask()
        super().run_from_argv(argv)

    def add_arguments(self, parser: Any) -> None:
        """Add the option that loads no facts."""
        super().add_arguments(parser)
        parser.add_argument("--no-facts", action="store_true", help="do not load the facts")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then load the facts where the database is complete and has no listings."""
        super().handle(*args, **options)
        partial_options = ("app_label", "plan", "check_unapplied", "fake", "no_facts")
        if (
            not self._from_command_line
            or any(options.get(name) for name in partial_options)
            or Listing.objects.exists()
        ):
            return
        call_command("load_facts", verbosity=options["verbosity"], stdout=self.stdout)
