"""What stays off the curators' desk: rows that other packages would put there by themselves."""

# Imported for what they register, so that it is there to be taken off again.
import allauth.account.admin
import allauth.mfa.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin

from curation import doubles_admin, links_admin, regions_admin, sent_admin, translations_admin  # noqa: F401

# Accounts know no e-mail, and second factors are their owners' business.
admin.site.unregister((EmailAddress, Authenticator))
