"""Where allauth asks us: how secrets of second factors are kept, and what an account may do."""

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

# Under which name a request remembers whether its session began with the rights of the account.
BEGAN = "began_with_rights"
# The page one comes to says as much; a message would start a new session on a device that was just left.
UNSAID = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts without e-mail: nothing is ever sent."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Nobody has an address here."""

    def send_notification_mail(self, template_prefix: str, user: Account, *args: Any, **kwargs: Any) -> None:
        """allauth calls this when a password or a second factor was changed. Nobody has an address here; what can be
        done is done: every other sign-in ends."""
        sessions.end_others(user, self.request.session.session_key)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if message_template not in UNSAID:
            super().add_message(request, level, message_template, *args, **kwargs)

    def login(self, request: HttpRequest, user: Account) -> None:
        super().login(request, user)
        sessions.begin_session(request.session, user)
        # allauth notes the second at which a factor was used.
        Authenticator.objects.filter(user=user).update(last_used_at=None)
        if user.last_seen_on != current_day():
            Account.objects.filter(pk=user.pk).update(last_seen_on=current_day())

    def began_with_rights(self, request: HttpRequest) -> bool:
        """Return whether this session began as staff, with every right that the account has today. The admin asks.

        The answer is remembered for the request.
        """
        if not hasattr(request, BEGAN):
            account = request.user
            began = isinstance(account, Account) and sessions.began_with_rights(request.session, account)
            setattr(request, BEGAN, began)
        return bool(getattr(request, BEGAN))

    def get_reauthentication_methods(self, user: Account) -> list[dict[str, Any]]:
        """allauth's ways, in our words."""
        words = {
            "reauthenticate": _("With my password"),
            "mfa_reauthenticate": _("With six digits from the app, or a spare code"),
            "mfa_reauthenticate:webauthn": _("With my passkey"),
        }
        ways = super().get_reauthentication_methods(user)
        return [{**way, "description": words[way["id"]]} for way in ways]

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """What was saved on the device moves into the account. It stays where it is when the account cannot be read."""
        response = super().post_login(request, user, **kwargs)
        try:
            services.merge(user, cookie.read(request))
        except encryption.Unreadable:
            return response
        if cookie.cookie_name() in request.COOKIES:
            cookie.forget(response)
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Under which failed sign-ins are counted: the name alone, since allauth's own key has the host in it, which
        whoever guesses may vary where several names lead to the site."""
        return usernames.normalize_login_name(credentials.get("username", ""))


class FactorAdapter(DefaultMFAAdapter):
    """Seeds of second factors are sealed with the keys that stay out of the database."""

    def encrypt(self, text: str) -> str:
        return encryption.wrapping().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.wrapping().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """The picture alone, to stand inside a page: without the declaration of an XML file."""
        return super().build_totp_svg(url).partition("?>")[2].strip()

    def generate_authenticator_name(self, user: Account, type: Authenticator.Type) -> str:
        return _("Passkey %(number)s") % {
            "number": Authenticator.objects.filter(user=user, type=type).count() + 1
        }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """As allauth has it, under the name of the site: a person sees it in the list of their passkeys."""
        return super().get_public_key_credential_rp_entity() | {"name": settings.SITE_NAME}
