"""Under /accounts/: what an account without e-mail needs of allauth, under allauth's names, and our own pages."""

from allauth.account import views as allauth_views
from django.urls import include, path

from network import account_views
from network.personal import personal

sign_up = personal(account_views.SignUpView.as_view())
recover = personal(account_views.recover)

urlpatterns = [
    path("sign-up/", sign_up, name="account_signup"),
    path("sign-up/", sign_up, name="sign_up"),
    path("welcome/", personal(account_views.welcome), name="welcome"),
    path("login/", personal(account_views.SignInView.as_view()), name="account_login"),
    path("logout/", personal(allauth_views.logout), name="account_logout"),
    path("inactive/", personal(allauth_views.account_inactive), name="account_inactive"),
    path("recover/", recover, name="account_reset_password"),
    path("recover/", recover, name="recover"),
    path("reauthenticate/", personal(allauth_views.reauthenticate), name="account_reauthenticate"),
    path("password/", personal(allauth_views.password_change), name="account_change_password"),
    path("second-step/", include("allauth.mfa.urls")),
]
