"""What stays off the curators' desk: rows that other packages would put there by themselves."""

# Imported for what they register, so that it is there to be taken off again.
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

# Accounts know no e-mail, and second factors are their owners' business.
admin.site.unregister((EmailAddress, Authenticator))
