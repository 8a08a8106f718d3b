"""Passkeys: the page that asked for one must be this site's.

The library takes a passkey from any subdomain and port of the host. A page that runs there may be somebody else's, and
could pass on what a person confirmed on it.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from fido2.utils import websafe_decode
from fido2.webauthn import CollectedClientData


def site_origin(request: HttpRequest) -> str:
    """Return scheme, host and port of this site as a browser names them.

    The host is the one that was asked, which is one of ALLOWED_HOSTS. A port in the request is believed on this machine
    alone: whoever passes a request on writes what they like there.
    """
    asked = urlsplit(f"//{request.get_host()}")
    port = asked.port if settings.LOCAL_ONLY else urlsplit(settings.SITE_ORIGIN).port
    host = f"[{asked.hostname}]" if ":" in (asked.hostname or "") else asked.hostname
    standard = {"https": 443, "http": 80}[request.scheme or "https"]
    return f"{request.scheme}://{host}" + (f":{port}" if port not in (None, standard) else "")


def check_origin(request: HttpRequest, credential: Any) -> None:
    """Raise ValidationError for a credential that a page of another origin asked for, or one inside such a page.

    Raises what reading raises (see `forms.NO_CREDENTIAL`) for what is no credential.
    """
    client_data = CollectedClientData(websafe_decode(credential["response"]["clientDataJSON"]))
    if client_data.origin != site_origin(request) or client_data.cross_origin:
        raise ValidationError(_("This passkey was asked for by another site."), code="origin")
