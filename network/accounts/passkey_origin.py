"""Check that a passkey response was asked for by a page of this site and not by a page of another origin.

The fido2 library accepts a passkey response made on any subdomain or port of the host. A page there may belong to
somebody else, who could forward what a person confirmed on it.
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

    The host is that of the request, which is one of ALLOWED_HOSTS. The port of the request counts only on a local
    machine, since a proxy's client can write any port into it.
    """
    address = urlsplit(f"//{request.get_host()}")
    port = address.port if settings.LOCAL_ONLY else urlsplit(settings.SITE_ORIGIN).port
    host = f"[{address.hostname}]" if ":" in (address.hostname or "") else address.hostname
    standard = {"https": 443, "http": 80}[request.scheme or "https"]
    return f"{request.scheme}://{host}" + (f":{port}" if port not in (None, standard) else "")


def check_origin(request: HttpRequest, credential: Any) -> None:
    """Raise ValidationError when a page of another origin, or a page inside such a page, asked for the credential.

    Raises one of `forms.CREDENTIAL_ERRORS` when the credential is malformed.
    """
    client_data = CollectedClientData(websafe_decode(credential["response"]["clientDataJSON"]))
    if client_data.origin != site_origin(request) or client_data.cross_origin:
        raise ValidationError(_("This passkey was asked for by another site."), code="origin")
