"""What `check --deploy` looks at beyond Django's own list."""

import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min
from django.http.request import validate_host
from django.utils import timezone

from directory.hotlines.crisis_strip import main_hotline_channels
from directory.kinds.registry import kinds
from directory.models import Listing
from network.models import Account
from recovery_site import env
from recovery_site.i18n import catalogs
from recovery_site.security import private_files

DEMO_LOGINS = ("demo-curator", "demo-member")
# How long a site may be without lines after it was set up.
GRACE = datetime.timedelta(days=1)


@register(Tags.security, deploy=True)
def no_demo_logins(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Logins whose passwords were printed on a screen must not open a site that others can reach."""
    if settings.DEMO:
        return []
    try:
        found = list(Account.objects.filter(login_name__in=DEMO_LOGINS).values_list("login_name", flat=True))
    except DatabaseError:
        return []
    hint = "Delete them: .venv/bin/python manage.py shell -c '"
    hint += 'from network.models import Account; Account.objects.filter(login_name__startswith="demo-").delete()\''
    return [Error(f"The demo login {name} exists here.", hint=hint, id="steady.E001") for name in found]


@register(Tags.security, deploy=True)
def strip_has_a_line(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The strip on every page shows the main line of the site's country; of some countries none is known."""
    if main_hotline_channels(settings.DEFAULT_COUNTRY):
        return []
    words = (
        f"No main crisis line of {settings.DEFAULT_COUNTRY} ships with the site: the strip would stand empty."
    )
    hint = (
        "Add it to directory/reference_data/hotlines.toml, "
        "with is_main = true, its source and the day on which it was read."
    )
    return [Error(words, hint=hint, id="steady.E002")]


@register(Tags.security, deploy=True)
def directory_has_lines(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A site that people use must have a crisis line to show. On its first day an operator may still be filling it."""
    try:
        if age() < GRACE or Listing.objects.published().filter(kind__in=kinds.crisis_line_slugs()).exists():
            return []
    except DatabaseError:
        return []
    hint = "Run .venv/bin/python manage.py load_facts"
    return [Error("No crisis line is published here.", hint=hint, id="steady.E012")]


def age() -> datetime.timedelta:
    """Return how long ago the database was set up."""
    first = MigrationRecorder(connection).migration_qs.aggregate(first=Min("applied"))["first"]
    return timezone.now() - first if first else datetime.timedelta()


@register(Tags.security, deploy=True)
def check_private_files(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The database, its keys and the list of erasures are for the account under which the site runs."""
    return [
        Error(f"Everybody on this machine may read {path}.", hint=f"chmod o-rwx {path}", id="steady.E013")
        for path in private_files.files_open_to_others()
    ]


@register(Tags.translation, deploy=True)
def catalogues_are_compiled(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A site that skipped this step would answer in English at its Spanish addresses."""
    behind = [
        catalogs.catalog_language(path) for path in catalogs.catalog_paths() if not catalogs.is_compiled(path)
    ]
    hint = "Run .venv/bin/python manage.py compile_catalogs"
    return [Error(f"The catalogue {name} is not compiled.", hint=hint, id="steady.E003") for name in behind]


# FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
SQLITE_SYNCHRONOUS = 2
POSTGRES_ON = ("fsync", "synchronous_commit", "full_page_writes")


@register(Tags.security, deploy=True)
def commits_reach_the_disk(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What a person was told is saved must survive a power cut."""
    try:
        weak = weak_settings()
    except DatabaseError:
        return []
    hint = "With these a power cut takes back what people were told is saved."
    return [Error(f"The database runs with {setting}.", hint=hint, id="steady.E010") for setting in weak]


def weak_settings() -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            found = cursor.fetchone()[0]
            return [] if found >= SQLITE_SYNCHRONOUS else [f"synchronous={found}"]
        values = {}
        for name in POSTGRES_ON:
            cursor.execute(f"SHOW {name}")
            values[name] = cursor.fetchone()[0]
    return [f"{name}={value}" for name, value in values.items() if value in ("off", "local")]


@register(Tags.security, deploy=True)
def site_has_an_origin(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Absolute addresses are built from SITE_ORIGIN; a site that others reach must be told what it is called."""
    if settings.LOCAL:
        return []
    if not env.text("SITE_ORIGIN"):
        hint = f"For instance SITE_ORIGIN={settings.SITE_ORIGIN}"
        return [Error("SITE_ORIGIN is not set.", hint=hint, id="steady.E020")]
    parts = urlsplit(settings.SITE_ORIGIN)
    if (
        validate_host(parts.hostname or "", settings.ALLOWED_HOSTS)
        and (parts.scheme == "https") is settings.TLS
    ):
        return []
    hint = "Its host must be one of ALLOWED_HOSTS, and its scheme https unless TLS=0."
    return [Error(f"SITE_ORIGIN={settings.SITE_ORIGIN} does not fit.", hint=hint, id="steady.E021")]
