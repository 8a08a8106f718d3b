"""What `check --deploy` looks at beyond Django's own list."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from network.models import Account

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
