"""Under /accounts/: what an account without e-mail needs of allauth, under allauth's names, and our own pages."""

from allauth.account import views as allauth_views
from allauth.mfa.base import views as factor_views
from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as app_views
from allauth.mfa.webauthn import views as passkey_views
from django.urls import path

from network.accounts import views
from network.decorators import never_store

sign_up = never_store(views.SignUpView.as_view())
recover = never_store(views.recover)

urlpatterns = [
    path("", never_store(views.account), name="account"),
    path("sign-up/", sign_up, name="account_signup"),
    path("sign-up/", sign_up, name="sign_up"),
    path("welcome/", never_store(views.welcome), name="welcome"),
    path("login/", never_store(views.SignInView.as_view()), name="account_login"),
    path("logout/", never_store(allauth_views.logout), name="account_logout"),
    path("inactive/", never_store(allauth_views.account_inactive), name="account_inactive"),
    path("recover/", recover, name="account_reset_password"),
    path("recover/", recover, name="recover"),
    path("code/", never_store(views.new_code), name="new_code"),
    path("sign-ins/end/", never_store(views.end_sign_in), name="end_sign_in"),
    path("reauthenticate/", never_store(allauth_views.reauthenticate), name="account_reauthenticate"),
    path("password/", never_store(views.change_password), name="account_change_password"),
    # The second step. allauth leads to its index after each change of it: the page of the account says all of that.
    path("second-step/", never_store(views.to_account), name="mfa_index"),
    path("second-step/authenticate/", never_store(factor_views.authenticate), name="mfa_authenticate"),
    path("second-step/reauthenticate/", never_store(factor_views.reauthenticate), name="mfa_reauthenticate"),
    path("second-step/app/", never_store(app_views.activate_totp), name="mfa_activate_totp"),
    path("second-step/app/off/", never_store(app_views.deactivate_totp), name="mfa_deactivate_totp"),
    path("second-step/codes/", never_store(code_views.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "second-step/codes/new/",
        never_store(code_views.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("passkeys/", never_store(views.to_account), name="mfa_list_webauthn"),
    path("passkeys/add/", never_store(views.AddPasskeyView.as_view()), name="mfa_add_webauthn"),
    path("passkeys/login/", never_store(views.PasskeySignInView.as_view()), name="mfa_login_webauthn"),
    path(
        "passkeys/reauthenticate/",
        never_store(passkey_views.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("passkeys/<int:pk>/remove/", never_store(passkey_views.remove_webauthn), name="mfa_remove_webauthn"),
]
