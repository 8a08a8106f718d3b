"""Sign up, sign in, reset the password and show the account page. allauth does the work behind most of it."""

from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import perform_login
from allauth.account.views import LoginView, SignupView
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe
from django.views.generic.edit import FormView

from network.accounts import allauth_internals, recovery_codes, sessions, usernames
from network.accounts.forms import NewPasswordForm, RecoverForm, SignInForm, SignUpForm
from network.models import Account, Session

# The key of a session that holds the id of the account that needs a new recovery code. The code is never stored.
CODE_DUE = "recovery_code_due"


def render_too_many_attempts(request: HttpRequest, attempted: str) -> HttpResponse:
    """Say that a login name is blocked for now, and which ways to sign in still work.

    `attempted` is what was guessed: "password" or "code". Anybody who knows a login name can block it, so its
    owner needs another way. The response is the same for a name that does not exist.
    """
    response = render(request, "account/too_many_attempts.html", {"attempted": attempted}, status=429)
    response.headers["Retry-After"] = "300"
    return response


class SignInView(LoginView):
    """Sign in with login name and password."""

    form_class = SignInForm

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        """Show the form again, or the page for too many attempts."""
        if form.is_rate_limited:
            return render_too_many_attempts(self.request, "password")
        return super().form_invalid(form)


class SignUpView(SignupView):
    """Create an account."""

    form_class = SignUpForm
    template_name = "account/sign_up.html"
    success_url = reverse_lazy("welcome")

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        """Create the account and mark that it needs a recovery code."""
        response = super().form_valid(form)
        if isinstance(self.user, Account):
            self.request.session[CODE_DUE] = self.user.pk
        return response

    def get_next_url(self) -> None:
        """Return None, so that the page with login name and code comes first, whatever page asked for the account."""


class PasskeySignInView(LoginWebAuthnView):
    """Sign in with a passkey."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Record whether to stay signed in, then sign in."""
        self.request.session[sessions.STAY_SIGNED_IN] = self.request.POST.get("stay") == "on"
        return super().form_valid(form)


class AddPasskeyView(AddWebAuthnView):
    """Add a passkey that signs in by itself. The device stores it behind its own lock."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the context with the options that the browser needs to create a passkey."""
        options = allauth_internals.begin_registration(cast(Account, self.request.user), True)
        return FormView.get_context_data(self, **kwargs) | {"options": options}


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def reset_password(request: HttpRequest) -> HttpResponse:
    """Set a new password with the recovery code."""
    name = usernames.normalize_login_name(request.POST.get("login_name", ""))
    if not ratelimit.consume(request, action="recover", key=name):
        return render_too_many_attempts(request, "code")
    form = RecoverForm(request.POST or None)
    if form.is_valid():
        return sign_in_after_reset(request, form.account)
    return render(request, "account/recover.html", {"form": form})


def sign_in_after_reset(request: HttpRequest, account: Account) -> HttpResponse:
    """Sign in whoever gave the right code, with a second factor as in any sign-in. End all other sessions."""
    logout(request)
    sessions.end_other_sessions(account)
    request.session[CODE_DUE] = account.pk
    return perform_login(request, account, redirect_url=str(reverse_lazy("welcome")))


@login_required
@require_GET
def welcome(request: HttpRequest) -> HttpResponse:
    """Show the login name, and once the recovery code, which is created for this response."""
    account = cast(Account, request.user)
    due = request.session.pop(CODE_DUE, None) == account.pk
    code = recovery_codes.create_recovery_code(account) if due else ""
    return render(request, "account/welcome.html", {"login_name": account.login_name, "recovery_code": code})


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show how the account is signed in to, and where it is signed in."""
    person = cast(Account, request.user)
    factors = list(Authenticator.objects.filter(user=person).order_by("pk"))
    current = sessions.hash_session_key(request.session.session_key)
    context = {
        "login_name": person.login_name,
        "created_on": person.created_on,
        "is_staff": person.is_staff,
        "app": any(factor.type == Authenticator.Type.TOTP for factor in factors),
        "passkeys": [factor for factor in factors if factor.type == Authenticator.Type.WEBAUTHN],
        "spare_codes": sum(
            len(factor.wrap().get_unused_codes())
            for factor in factors
            if factor.type == Authenticator.Type.RECOVERY_CODES
        ),
        "has_factor": bool(factors),
        "sign_ins": [
            {"row": row, "is_current": row.pk == current} for row in sessions.active_sessions(person)
        ],
    }
    return render(request, "account/account.html", context)


def redirect_to_account(request: HttpRequest) -> HttpResponse:
    """Redirect to the page of the person's account."""
    return redirect("account")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@reauthentication_required
def change_password(request: HttpRequest) -> HttpResponse:
    """Change the password and end every other session."""
    person = cast(Account, request.user)
    form = NewPasswordForm(request.POST or None, account=person)
    if not form.is_valid():
        return render(request, "account/password.html", {"form": form})
    person.set_password(form.cleaned_data["password"])
    person.save(update_fields=["password"])
    update_session_auth_hash(request, person)
    sessions.end_other_sessions(person, request.session.session_key)
    return HttpResponseRedirect(reverse("account"), status=303)


@login_required
@require_POST
@reauthentication_required
def new_recovery_code(request: HttpRequest) -> HttpResponse:
    """Mark that the account needs a new recovery code. The old one stops working when the new one is shown."""
    request.session[CODE_DUE] = cast(Account, request.user).pk
    return HttpResponseRedirect(reverse("welcome"), status=303)


@login_required
@require_POST
def end_sign_in(request: HttpRequest) -> HttpResponse:
    """End one of the person's sessions, or with `which=others` all but this one."""
    person = cast(Account, request.user)
    which, current_key = request.POST.get("which", ""), request.session.session_key
    if which == "others":
        sessions.end_other_sessions(person, current_key)
    elif not Session.objects.filter(account=person, pk=which).delete()[0]:
        raise Http404
    if which == sessions.hash_session_key(current_key):
        logout(request)
    return HttpResponseRedirect(reverse("account"), status=303)
