"""The addresses under /accounts/: allauth's own addresses and names, and the pages that allauth does not have.

allauth's pages about e-mail are left out, since no account has an address. Its address `recovery-codes/` is `codes/`
here: no personal address holds a word such as "recovery", which would stay in a browser's history.
"""

from allauth.account import views as allauth_views
from allauth.mfa.base import views as factor_views
from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as passkey_views
from django.urls import path

from network.accounts import views
from network.decorators import never_store

urlpatterns = [
    path("", never_store(views.account), name="account"),
    path("signup/", never_store(views.SignUpView.as_view()), name="account_signup"),
    path("welcome/", never_store(views.welcome), name="welcome"),
    path("login/", never_store(views.SignInView.as_view()), name="account_login"),
    path("logout/", never_store(allauth_views.logout), name="account_logout"),
    path("inactive/", never_store(allauth_views.account_inactive), name="account_inactive"),
    path("password/reset/", never_store(views.reset_password), name="account_reset_password"),
    path("password/change/", never_store(views.change_password), name="account_change_password"),
    path("code/", never_store(views.new_recovery_code), name="new_recovery_code"),
    path("sessions/end/", never_store(views.end_sign_in), name="end_sign_in"),
    path("reauthenticate/", never_store(allauth_views.reauthenticate), name="account_reauthenticate"),
    # allauth redirects to its two lists after each change of a second factor. The account page shows what they list.
    path("2fa/", never_store(views.redirect_to_account), name="mfa_index"),
    path("2fa/authenticate/", never_store(factor_views.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", never_store(factor_views.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", never_store(totp_views.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", never_store(totp_views.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/codes/", never_store(code_views.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "2fa/codes/generate/",
        never_store(code_views.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("2fa/webauthn/", never_store(views.redirect_to_account), name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", never_store(views.AddPasskeyView.as_view()), name="mfa_add_webauthn"),
    path("2fa/webauthn/login/", never_store(views.PasskeySignInView.as_view()), name="mfa_login_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/",
        never_store(passkey_views.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        never_store(passkey_views.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
]
