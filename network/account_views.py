"""Signing up, in and out, and the way back in. allauth does the work; names, words and the recovery code are ours."""

from typing import cast

from allauth.account.utils import perform_login
from allauth.account.views import LoginView, SignupView
from allauth.core import ratelimit
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from network import login_names, recovery
from network.forms import Recover, SignIn, SignUp
from network.models import Account

# In the session: the id of the account that is due a new recovery code. The code itself is never kept.
CODE_DUE = "recovery_code_due"


class SignInView(LoginView):
    form_class = SignIn

    def form_invalid(self, form: SignIn) -> HttpResponse:
        if form.tried_too_often:
            return ratelimit.respond_429(self.request)
        return super().form_invalid(form)


class SignUpView(SignupView):
    form_class = SignUp
    template_name = "account/sign_up.html"
    success_url = reverse_lazy("welcome")

    def form_valid(self, form: SignUp) -> HttpResponse:
        response = super().form_valid(form)
        if isinstance(self.user, Account):
            self.request.session[CODE_DUE] = self.user.pk
        return response

    def get_next_url(self) -> None:
        """Whatever page asked for the account: the login name and the code come first."""


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def recover(request: HttpRequest) -> HttpResponse:
    name = login_names.normal(request.POST.get("login_name", ""))
    if refused := ratelimit.consume_or_429(request, action="recover", key=name):
        return refused
    form = Recover(request.POST or None)
    if form.is_valid():
        return let_in(request, form.account)
    return render(request, "account/recover.html", {"form": form})


def let_in(request: HttpRequest, account: Account) -> HttpResponse:
    """Signs in who gave the right code; a second factor is asked for as in any sign-in."""
    logout(request)
    request.session[CODE_DUE] = account.pk
    return perform_login(request, account, redirect_url=str(reverse_lazy("welcome")))


@login_required
@require_GET
def welcome(request: HttpRequest) -> HttpResponse:
    """Tells the login name; and the recovery code, made in this moment and shown this once."""
    account = cast(Account, request.user)
    due = request.session.pop(CODE_DUE, None) == account.pk
    code = recovery.new_code(account) if due else ""
    return render(request, "account/welcome.html", {"login_name": account.login_name, "recovery_code": code})
