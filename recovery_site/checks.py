"""What `check --deploy` looks at beyond Django's own list."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from directory.context import main_line
from network.models import Account
from recovery_site import catalogue

DEMO_LOGINS = ("demo-curator", "demo-member")


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
    if main_line(settings.DEFAULT_COUNTRY):
        return []
    words = (
        f"No main crisis line of {settings.DEFAULT_COUNTRY} ships with the site: the strip would stand empty."
    )
    hint = "Add it to directory/facts/hotlines.toml, with main = true, its source and the day on which it was read."
    return [Error(words, hint=hint, id="steady.E002")]


@register(Tags.translation, deploy=True)
def catalogues_are_compiled(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A site that skipped this step would answer in English at its Spanish addresses."""
    behind = [path.parent.parent.name for path in catalogue.catalogues() if not catalogue.is_compiled(path)]
    hint = "Run .venv/bin/python manage.py compilemessages"
    return [Error(f"The catalogue {name} is not compiled.", hint=hint, id="steady.E003") for name in behind]
