"""Define the forms of accounts.

Browsers neither store nor spell-check what is typed here. A password is taken exactly as typed, with spaces and
emoji.
"""

import struct
from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from network.accounts import passkey_origin, recovery_codes, sessions, usernames
from network.data_rights import import_copy
from network.models import Account

# Enough for any sentence, and still fast to hash.
MAX_PASSWORD_LENGTH = 1024
PLAIN_INPUT = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}


def login_name_field(**more: Any) -> forms.CharField:
    """Return the form field in which a person types a login name."""
    widget = forms.TextInput(attrs={**PLAIN_INPUT, "autocomplete": "username"})
    return forms.CharField(label=_("Login name"), max_length=60, widget=widget, **more)


def new_password_field() -> forms.CharField:
    """Return a field for a new password, with the rules as help text."""
    return forms.CharField(
        label=_("Password"),
        help_text=_(
            "15 characters or more. A few plain words are good and easy to keep in mind; no rule asks for more."
        ),
        strip=False,
        max_length=MAX_PASSWORD_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "minlength": 15}),
    )


def stay_signed_in_field() -> forms.BooleanField:
    """Return the checkbox for a sign-in of 30 days."""
    return forms.BooleanField(
        label=_("Keep me signed in here for 30 days"),
        help_text=_("Leave it empty on a device that others use."),
        required=False,
    )


class SignInForm(LoginForm):
    """allauth's sign-in form with the site's fields and texts."""

    stay = stay_signed_in_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = login_name_field()
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.order_fields(["login", "password", "stay"])

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Record in the session whether to stay signed in, then sign in."""
        request.session[sessions.STAY_SIGNED_IN] = self.cleaned_data["stay"]
        return super().login(request, redirect_url)

    def clean_login(self) -> str:
        """Return the login name without surrounding spaces, in lower case."""
        return usernames.normalize_login_name(self.cleaned_data["login"])

    @property
    def is_rate_limited(self) -> bool:
        """Return whether allauth refused the form because of too many attempts."""
        return self.has_error("__all__", code="too_many_login_attempts")


class SignUpForm(forms.Form):
    """Create an account under a login name that the site generated.

    `login_name` is for display and for password managers. The signed name in `issued` decides.
    """

    by_passkey = False

    login_name = login_name_field(required=False)
    issued = forms.CharField(widget=forms.HiddenInput, required=False)
    password = new_password_field()
    stay = stay_signed_in_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issued = usernames.verify_login_name(self.data.get("issued", ""))
        self.is_stale = issued is None or Account.objects.filter(login_name=issued).exists()
        self.new_login_name = usernames.new_login_name() if issued is None or self.is_stale else issued
        fields = {"login_name": self.new_login_name, "issued": usernames.sign_login_name(self.new_login_name)}
        self.initial = fields
        if self.is_bound:
            self.data = {**dict(self.data.items()), **fields}
        name_field = self.fields["login_name"]
        name_field.label = _("Your login name")
        name_field.widget.attrs["readonly"] = True
        name_field.help_text = format_html(
            '{} <a class="tap" href="{}">{}</a>',
            _("We made it up."),
            reverse_lazy("account_signup"),
            _("Another one"),
        )

    def clean_password(self) -> str:
        """Return the password when the validators accept it for this login name."""
        password = self.cleaned_data["password"]
        validate_password(password, Account(login_name=self.new_login_name))
        return password

    def clean(self) -> None:
        """Refuse a form whose login name has expired or was taken meanwhile."""
        if self.is_stale:
            raise ValidationError(
                _("This page waited too long. There is a new login name on it now."), code="stale"
            )

    def try_save(self, request: HttpRequest) -> tuple[Account | None, HttpResponse | None]:
        """Create the account. allauth's sign-up view calls this.

        Return the account, or a redirect to a fresh form when another request created the same account first.
        """
        request.session[sessions.STAY_SIGNED_IN] = self.cleaned_data["stay"]
        try:
            with transaction.atomic():
                return Account.objects.create_user(self.new_login_name, self.cleaned_data["password"]), None
        except IntegrityError:
            return None, redirect("account_signup")


class RecoverForm(forms.Form):
    """Set a new password with the recovery code."""

    account: Account

    login_name = login_name_field()
    code = forms.CharField(
        label=_("Recovery code"),
        max_length=60,
        widget=forms.TextInput(attrs={**PLAIN_INPUT, "autocomplete": "off", "class": "code"}),
    )
    password = new_password_field()

    def clean_login_name(self) -> str:
        """Return the login name without surrounding spaces, in lower case."""
        return usernames.normalize_login_name(self.cleaned_data["login_name"])

    def clean_password(self) -> str:
        """Return the password when the validators accept it for this login name."""
        password = self.cleaned_data["password"]
        validate_password(password, Account(login_name=self.cleaned_data.get("login_name", "")))
        return password

    def clean(self) -> None:
        """Set the new password when login name and code belong together."""
        if self.errors:
            return
        values = self.cleaned_data
        account = recovery_codes.reset_password(values["login_name"], values["code"], values["password"])
        if account is None:
            raise ValidationError(_("This login name and this code do not go together."), code="wrong")
        self.account = account


class NewPasswordForm(forms.Form):
    """Ask a signed-in person for a new password."""

    password = new_password_field()

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_password(self) -> str:
        """Return the password when the validators accept it for this account."""
        password = self.cleaned_data["password"]
        validate_password(password, self.account)
        return password


class ReauthenticateByPasswordForm(ReauthenticateForm):
    """allauth's form for typing the password again, with the site's texts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


def code_field() -> forms.CharField:
    """Return a field for a code of an authenticator app or a spare code."""
    return forms.CharField(
        label=_("Six digits, or a spare code"),
        max_length=60,
        widget=forms.TextInput(attrs={**PLAIN_INPUT, "autocomplete": "one-time-code"}),
    )


class SecondFactorCodeForm(factor_forms.AuthenticateForm):
    """allauth's form for the second step of a sign-in, with the site's field."""

    code = code_field()


class ReauthenticateByCodeForm(factor_forms.ReauthenticateForm):
    """allauth's form for proving identity with a code, with the site's field."""

    code = code_field()


# The exceptions that the fido2 library raises for a malformed credential.
CREDENTIAL_ERRORS = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    IndexError,
    struct.error,
    RecursionError,
)


class CredentialMixin:
    """Turn a malformed passkey response, or one made for another site, into a form error.

    The library that parses it raises exceptions on malformed data.
    """

    cleaned_data: dict[str, Any]

    def clean_credential(self) -> Any:
        """Return the parsed credential. Raises ValidationError."""
        try:
            passkey_origin.check_origin(context.request, self.cleaned_data["credential"])
            return super().clean_credential()  # type: ignore[misc]
        except CREDENTIAL_ERRORS:
            raise ValidationError(_("This passkey could not be read."), code="unreadable") from None


class SignInByPasskeyForm(CredentialMixin, passkey_forms.LoginWebAuthnForm):
    """Sign in with a passkey alone."""


class SecondFactorPasskeyForm(CredentialMixin, passkey_forms.AuthenticateWebAuthnForm):
    """Use a passkey as the second step of a sign-in."""


class ReauthenticateByPasskeyForm(CredentialMixin, passkey_forms.ReauthenticateWebAuthnForm):
    """Prove identity with a passkey."""


class AddPasskeyForm(passkey_forms.AddWebAuthnForm):
    """Add a passkey under a numbered name.

    A name that the person chose would be readable in a copy of the database.
    """

    passwordless = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["name"]

    def clean_credential(self) -> Any:
        """Return the unparsed credential when this site asked for it. Raises ValidationError."""
        credential = self.cleaned_data["credential"]
        try:
            passkey_origin.check_origin(context.request, credential)
        except CREDENTIAL_ERRORS:
            raise ValidationError(_("This passkey could not be read."), code="unreadable") from None
        return credential

    def clean(self) -> dict[str, Any]:
        """Return the parsed credential with its name. Raises ValidationError."""
        name = get_adapter().generate_authenticator_name(self.user, Authenticator.Type.WEBAUTHN)
        try:
            return {**super().clean(), "name": name}
        except CREDENTIAL_ERRORS:
            raise ValidationError(_("This passkey could not be read."), code="unreadable") from None


class ImportCopyForm(forms.Form):
    """Import an exported copy. `result` says how many of its items were added."""

    result: import_copy.ImportResult

    file = forms.FileField(label=_("The file"))

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean(self) -> None:
        """Import the file. Raises ValidationError when it is no copy."""
        if self.errors:
            return
        try:
            self.result = import_copy.import_copy(self.account, self.cleaned_data["file"])
        except import_copy.UnreadableCopy:
            raise ValidationError(_("This is no copy that was taken out here."), code="unreadable") from None
