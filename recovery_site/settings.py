"""Settings. With no variable set, the site runs on SQLite for this machine alone; docs/operator.md lists all variables.

As soon as other hosts are allowed, a secret key and the keys for private data must be given: a key that the site
generates is good enough for a developer's machine, but not for people's data.
"""

import sys

from django.urls import reverse_lazy

from recovery_site import env
from recovery_site.security import generated_keys

ROOT = env.ROOT
DEBUG = env.read_boolean("DEBUG", False)
# The demo town and its logins, for this machine only.
DEMO = env.read_boolean("DEMO", False)

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
ALLOWED_HOSTS = env.read_list("ALLOWED_HOSTS", LOOPBACK)
LOCAL_ONLY = set(ALLOWED_HOSTS) <= set(LOOPBACK)
# Cookies drop `Secure` and the `__Host-` prefix only on this machine without TLS.
TLS = env.read_boolean("TLS", not LOCAL_ONLY)
# Scheme, host and port of the site. Absolute addresses are built from it and never from a request. `serve` sets it to
# the port that it takes; on a site with other hosts, `check --deploy` requires it.
SITE_ORIGIN = env.read_origin(
    "SITE_ORIGIN",
    "http://localhost:8000"
    if LOCAL_ONLY
    else f"{'https' if TLS else 'http'}://{ALLOWED_HOSTS[0].strip('.*') or 'localhost'}",
)
if DEMO and not LOCAL_ONLY:
    raise env.BadSetting(
        "DEMO", "1", "0, since ALLOWED_HOSTS names other machines and the demo logins are no secret"
    )
if DEBUG and not LOCAL_ONLY:
    raise env.BadSetting(
        "DEBUG", "1", "0, since ALLOWED_HOSTS names other machines and errors would show its insides"
    )

# What the running site writes: its database, generated keys, collected static files. Ignored by git.
STATE_DIR = ROOT / env.read_text("STATE_DIR", "var")
SECRET_KEY = env.read_text("SECRET_KEY", secret=True, min_length=50) or generated_keys.load_or_create_key(
    STATE_DIR / "secret-key", local=LOCAL_ONLY, name="SECRET_KEY"
)
# The first encrypts, all of them decrypt. They are not in the database and its backups.
PRIVATE_DATA_KEYS = env.read_keys("PRIVATE_DATA_KEYS") or [
    generated_keys.load_or_create_key(
        STATE_DIR / "private-data-key", local=LOCAL_ONLY, name="PRIVATE_DATA_KEYS"
    )
]

SITE_NAME = env.read_text("SITE_NAME", "Steady")
# Who runs this site and how to reach them; /about/ shows it.
SITE_OPERATOR = env.read_text("SITE_OPERATOR", "")
DEFAULT_COUNTRY = env.read_country("DEFAULT_COUNTRY", "US")
# Where "Leave quickly" leads: a neutral page that is the same for everyone.
LEAVE_TO = env.read_web_address("LEAVE_TO", "https://www.wikipedia.org/")
# The number of the operator's own reverse proxies in front, which append to X-Forwarded-For.
TRUSTED_PROXIES = env.read_integer("TRUSTED_PROXIES", 0, minimum=0, maximum=5)
# After how many days backups are deleted, as the pages promise; `restore` accepts no older one.
BACKUP_DAYS = env.read_integer("BACKUP_DAYS", 30, minimum=1, maximum=3650)
# After how many months without a sign-in an account is erased.
IDLE_MONTHS = env.read_integer("IDLE_MONTHS", 24, minimum=3, maximum=120)
# `forget` stops if more than this percentage of the accounts would be erased in one run: the clock may be wrong.
FORGET_AT_MOST = env.read_integer("FORGET_AT_MOST", 10, minimum=1, maximum=100)
# Opaque ids of erased accounts, one a line. The database has them too, but may be lost.
ERASURES_FILE = STATE_DIR / "erasures"
# A cache of the search, which may be deleted at any time.
SEARCH_DIR = STATE_DIR / "search"

INSTALLED_APPS = [
    "recovery_site",
    "core",
    "directory",
    "groups",
    "network",
    "feeds",
    "curation.apps.CurationConfig",
    "curation.apps.CuratorAdminConfig",
    "demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "reversion",
]

MIDDLEWARE = [
    "recovery_site.security.head_requests.answer_head_without_body",
    "recovery_site.security.forwarded_headers.ignore_untrusted_forwarding",
    "recovery_site.security.ip_pseudonyms.hide_addresses",
    "recovery_site.security.headers.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    # Before all middleware that answers with a page of its own.
    "core.i18n.language_middleware",
    "recovery_site.security.error_middleware.page_for_wrong_method",
    "recovery_site.security.error_middleware.page_when_busy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "recovery_site.security.request_bodies.check_body",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "network.accounts.sessions.extend_staff_session",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "recovery_site.urls"
# The site is always at the root of its host. Without this setting Django takes the prefix of all addresses from the
# request (SCRIPT_NAME, SCRIPT_URL, REDIRECT_URL), and cached pages would contain the prefix of one visitor.
FORCE_SCRIPT_NAME = ""
WSGI_APPLICATION = "recovery_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "directory.pages.context_processors.site_context",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": env.read_database_url(
        "DATABASE_URL",
        f"sqlite:///{STATE_DIR.relative_to(ROOT) if STATE_DIR.is_relative_to(ROOT) else STATE_DIR}/steady.sqlite3",
    )
}
# A connection serves many requests; one that broke meanwhile is noticed and replaced.
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # FULL: acknowledged writes survive a power cut. IMMEDIATE: writers wait instead of failing. secure_delete: deleted
    # data is overwritten.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Tables that all processes share, so that limits apply to all of them together. Nothing else is stored in them, because
# entries that visitors can create in any number would displace the counts. allauth counts guesses in the first; the
# second counts what visitors send.
CACHES = {
    alias: {
        "BACKEND": "recovery_site.security.limit_cache.LimitCache",
        "LOCATION": table,
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
    for alias, table in (("default", "cache"), ("submissions", "submission_limits"))
}

AUTH_USER_MODEL = "network.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["network.accounts.passwords.Argon2", "django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "network.accounts.passwords.UncommonPasswordValidator"},
    {"NAME": "network.accounts.passwords.LoginNameValidator"},
]
LOGIN_REDIRECT_URL = reverse_lazy("my_network")
LOGIN_URL = reverse_lazy("account_login")
LOGOUT_REDIRECT_URL = reverse_lazy("home")

# Accounts have no e-mail, no phone and no real name; the site issues the login name.
ACCOUNT_ADAPTER = "network.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login_name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds
ACCOUNT_SESSION_REMEMBER = False
# How often per minute (m) or day (d), counted by address, by login name ("key") or by account.
ACCOUNT_RATE_LIMITS = {
    "login": "20/m/ip",
    "login_failed": "10/m/ip,5/5m/key,100/d/key",
    "recover": "10/m/ip,5/5m/key,100/d/key",
    "signup": "10/m/ip",
    "reauthenticate": "5/5m/user",
}
# The address that allauth sees is a pseudonym, and all of its bits count: recovery_site/security/ip_pseudonyms.py.
ALLAUTH_RATE_LIMIT_IPV6_PREFIX = 128
MFA_ADAPTER = "network.accounts.adapters.FactorAdapter"
MFA_TOTP_ISSUER = SITE_NAME
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "add_webauthn": "network.accounts.forms.AddPasskeyForm",
    "login_webauthn": "network.accounts.forms.SignInByPasskeyForm",
    "authenticate_webauthn": "network.accounts.forms.SecondFactorPasskeyForm",
    "reauthenticate_webauthn": "network.accounts.forms.ReauthenticateByPasskeyForm",
    "authenticate": "network.accounts.forms.SecondFactorCodeForm",
    "reauthenticate": "network.accounts.forms.ReauthenticateByCodeForm",
}
ACCOUNT_FORMS = {"reauthenticate": "network.accounts.forms.ReauthenticateByPasswordForm"}
MFA_TRUST_ENABLED = False
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds: clocks and fingers differ a little

SESSION_ENGINE = "network.accounts.sessions"
COOKIE_PREFIX = "__Host-" if TLS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
SESSION_COOKIE_SECURE = TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 24 * 60 * 60  # seconds
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}form"
# Ends with the browser, as the session does. With Django's year it would show that somebody opened the sign-in page.
CSRF_COOKIE_AGE = None
CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "directory.pages.error_views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = TLS
# The host of the redirect. Without this setting it is the Host header, in which a visitor may write any port.
SECURE_SSL_HOST = SITE_ORIGIN.partition("://")[2] if SITE_ORIGIN.startswith("https://") else None
# The hosts for which browsers use only TLS for a year; nobody can take that back before.
HSTS = env.read_choice("HSTS", "host", ("off", "host", "subdomains", "preload"))
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if TLS and HSTS != "off" else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HSTS in ("subdomains", "preload")
SECURE_HSTS_PRELOAD = HSTS == "preload"
# Django recommends both for every site. Whether they are right depends on the other hosts of the domain; see `HSTS`.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_CONTENT_TYPE_NOSNIFF = True
# With no-referrer a browser sends `Origin: null` and every form fails.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

LANGUAGE_CODE = "en"
# Each by its own name. Addresses in the first language have no prefix.
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = "recovery_site.i18n.formats"
USE_I18N = True
USE_TZ = True
# The zone of "today" for visitors who have not named a place.
TIME_ZONE = env.read_zone("TIME_ZONE", "America/Los_Angeles")

# Absolute: a relative address would get the prefix of the first request of the process, and keep it.
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = STATE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "recovery_site.storage.MinifiedStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# Bytes of a whole body, with its files. No form of ours can fill a tenth of it in a browser, so a form always returns
# with everything that was typed. A view that accepts more from trusted people declares it: core/request_body_limits.py.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# In memory only: Django's other handler writes files to a disk, and files here may be private.
FILE_UPLOAD_HANDLERS = ["recovery_site.security.request_bodies.CappedUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Logs contain no address, path, query or body of a request: recovery_site/security/log_filters.py.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"private": {"()": "recovery_site.security.log_filters.RemoveRequestData"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "stream": sys.stderr, "filters": ["private"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}
