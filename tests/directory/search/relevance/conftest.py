"""The sample town for the tests of what people type."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from directory.models import Listing

HERE = Path(__file__).parent


class RolledBackError(Exception):
    """Ends the transaction that holds the town."""


@pytest.fixture(autouse=True)
def clear_caches() -> None:
    """Keep the index between the tests: those of a module share one base of listings."""


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker):
    """The sample town, the facts that ship and the invented feed, loaded once for all rows: names by slug."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                call_command("load_facts", verbosity=0)
                call_command("load_demo", verbosity=0)
                call_command(
                    "import_feed", "meeting-guide", str(HERE / "feed.json"), source="feed", verbosity=0
                )
                yield dict(Listing.objects.values_list("slug", "name"))
                raise RolledBackError
        except RolledBackError:
            pass
