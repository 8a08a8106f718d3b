"""Connect allauth to accounts without e-mail, to encrypted secrets and to the site's own sessions."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from network.accounts import sessions, usernames
from network.models import Account, current_day
from network.saved import cookie, services
from network.vault import encryption

# The attribute of a request that stores whether its session has the current rights of the account.
RIGHTS_ATTRIBUTE = "began_with_rights"
# The next page shows whether the person is signed in. A message would start a new session on a device that was just
# signed out.
SUPPRESSED_MESSAGES = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class AccountAdapter(DefaultAccountAdapter):
    """Adapt allauth to accounts without an e-mail address. Nothing is ever sent."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Send nothing: no account has an e-mail address."""

    def send_notification_mail(self, template_prefix: str, user: Account, *args: Any, **kwargs: Any) -> None:
        """End every other session of the account.

        allauth calls this after a change of the password or a second factor, to warn the person by e-mail. No account
        has an address, so the warning is replaced by this protection.
        """
        sessions.end_other_sessions(user, self.request.session.session_key)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Add a message, except for the messages in `SUPPRESSED_MESSAGES`."""
        if message_template not in SUPPRESSED_MESSAGES:
            super().add_message(request, level, message_template, *args, **kwargs)

    def login(self, request: HttpRequest, user: Account) -> None:
        """Sign in, set how long the session lasts, and record the day.

        Clears the time at which allauth says a second factor was used, since no row records times.
        """
        super().login(request, user)
        sessions.set_session_lifetime(request.session, user)
        # allauth records the time at which a factor was used.
        Authenticator.objects.filter(user=user).update(last_used_at=None)
        if user.last_seen_on != current_day():
            Account.objects.filter(pk=user.pk).update(last_seen_on=current_day())

    def began_with_rights(self, request: HttpRequest) -> bool:
        """Return whether the session has the current rights of its account: see `sessions.has_current_rights`.

        The admin asks several times for each request, so the answer is stored on the request.
        """
        if not hasattr(request, RIGHTS_ATTRIBUTE):
            account = request.user
            began = isinstance(account, Account) and sessions.has_current_rights(request.session, account)
            setattr(request, RIGHTS_ATTRIBUTE, began)
        return bool(getattr(request, RIGHTS_ATTRIBUTE))

    def get_reauthentication_methods(self, user: Account) -> list[dict[str, Any]]:
        """Return allauth's methods with the site's own descriptions."""
        descriptions = {
            "reauthenticate": _("With my password"),
            "mfa_reauthenticate": _("With six digits from the app, or a spare code"),
            "mfa_reauthenticate:webauthn": _("With my passkey"),
        }
        methods = super().get_reauthentication_methods(user)
        return [{**method, "description": descriptions[method["id"]]} for method in methods]

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """Move the list saved on the device into the account.

        The list stays on the device when the account's data cannot be decrypted.
        """
        response = super().post_login(request, user, **kwargs)
        try:
            services.merge_into_account(user, cookie.read_ids(request))
        except encryption.DecryptionError:
            return response
        if cookie.cookie_name() in request.COOKIES:
            cookie.delete_cookie(response)
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return the key under which failed sign-ins of a login name are counted.

        allauth's own key contains the host of the request. An attacker could vary it where several host names lead to
        the site.
        """
        return usernames.normalize_login_name(credentials.get("username", ""))


class FactorAdapter(DefaultMFAAdapter):
    """Encrypt the secrets of second factors with the keys that stay out of the database."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for the database."""
        return encryption.key_wrapper().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a secret from the database. Raises InvalidToken when no key fits."""
        return encryption.key_wrapper().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code as SVG without an XML declaration, for use inside a page."""
        return super().build_totp_svg(url).partition("?>")[2].strip()

    def generate_authenticator_name(self, user: Account, type: Authenticator.Type) -> str:
        """Return a numbered name for a new passkey."""
        return _("Passkey %(number)s") % {
            "number": Authenticator.objects.filter(user=user, type=type).count() + 1
        }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return allauth's description of this site with the site's name, which a device lists beside a passkey."""
        return super().get_public_key_credential_rp_entity() | {"name": settings.SITE_NAME}
