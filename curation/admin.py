"""Register the admins of this app, and remove those that other packages register."""

# These register admins when they are imported, so they are imported before the unregistering below.
import allauth.account.admin
import allauth.mfa.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin

from curation.duplicates import admin as duplicate_admin  # noqa: F401
from curation.links import admin as link_admin  # noqa: F401
from curation.roles import regions_admin  # noqa: F401
from curation.submissions import admin as submission_admin  # noqa: F401
from curation.translations import admin as translation_admin  # noqa: F401

# Accounts have no e-mail address, and only its owner manages a second factor.
admin.site.unregister((EmailAddress, Authenticator))
