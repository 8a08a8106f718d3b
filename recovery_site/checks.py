"""System checks of `check --deploy` besides those of Django."""

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
# How long a site may have no crisis line after it was set up.
SETUP_PERIOD = datetime.timedelta(days=1)
# FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
SQLITE_SYNCHRONOUS = 2
POSTGRES_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")


@register(Tags.security, deploy=True)
def check_demo_logins(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report demo logins: their passwords were printed, so they must not exist on a site that others can reach."""
    if settings.DEMO:
        return []
    try:
        names = list(Account.objects.filter(login_name__in=DEMO_LOGINS).values_list("login_name", flat=True))
    except DatabaseError:
        return []
    hint = "Delete them: .venv/bin/python manage.py shell -c '"
    hint += 'from network.models import Account; Account.objects.filter(login_name__startswith="demo-").delete()\''
    return [Error(f"The demo login {name} exists here.", hint=hint, id="steady.E001") for name in names]


@register(Tags.security, deploy=True)
def check_main_hotline(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report a country without a main crisis line, which the strip on every page has to show."""
    if main_hotline_channels(settings.DEFAULT_COUNTRY):
        return []
    message = (
        f"No main crisis line of {settings.DEFAULT_COUNTRY} ships with the site: the strip would be empty."
    )
    hint = (
        "Add it to directory/reference_data/hotlines.toml, "
        "with is_main = true, its source and the day on which it was read."
    )
    return [Error(message, hint=hint, id="steady.E002")]


@register(Tags.security, deploy=True)
def check_hotlines(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report a directory without a published crisis line, from one day after its setup."""
    try:
        if (
            site_age() < SETUP_PERIOD
            or Listing.objects.published().filter(kind__in=kinds.crisis_line_slugs()).exists()
        ):
            return []
    except DatabaseError:
        return []
    hint = "Run .venv/bin/python manage.py load_facts"
    return [Error("No crisis line is published here.", hint=hint, id="steady.E012")]


def site_age() -> datetime.timedelta:
    """Return the time since the database was set up, by its first migration."""
    first = MigrationRecorder(connection).migration_qs.aggregate(first=Min("applied"))["first"]
    return timezone.now() - first if first else datetime.timedelta()


@register(Tags.security, deploy=True)
def check_private_files(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report private files that accounts other than the site's own may read."""
    return [
        Error(f"Everybody on this machine may read {path}.", hint=f"chmod o-rwx {path}", id="steady.E013")
        for path in private_files.files_open_to_others()
    ]


@register(Tags.translation, deploy=True)
def check_catalogs(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report catalogs that are not compiled: their pages would be in English."""
    uncompiled = [
        catalogs.catalog_language(path) for path in catalogs.catalog_paths() if not catalogs.is_compiled(path)
    ]
    hint = "Run .venv/bin/python manage.py compile_catalogs"
    return [Error(f"The catalog {name} is not compiled.", hint=hint, id="steady.E003") for name in uncompiled]


@register(Tags.security, deploy=True)
def check_durability(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report database settings with which a power cut could undo what people were told is saved."""
    try:
        weak = unsafe_database_settings()
    except DatabaseError:
        return []
    hint = "With these settings a power cut may undo what people were told is saved."
    return [Error(f"The database runs with {setting}.", hint=hint, id="steady.E010") for setting in weak]


def unsafe_database_settings() -> list[str]:
    """Return the settings of the database with which commits may not reach the disk, as "name=value"."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            value = cursor.fetchone()[0]
            return [] if value >= SQLITE_SYNCHRONOUS else [f"synchronous={value}"]
        values = {}
        for name in POSTGRES_SETTINGS:
            cursor.execute(f"SHOW {name}")
            values[name] = cursor.fetchone()[0]
    return [f"{name}={value}" for name, value in values.items() if value in ("off", "local")]


@register(Tags.security, deploy=True)
def check_site_origin(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report a missing or wrong SITE_ORIGIN, from which all absolute addresses are built."""
    if settings.LOCAL_ONLY:
        return []
    if not env.read_text("SITE_ORIGIN"):
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
