from django.contrib import admin

from core import history
from directory.admin.listings import ListingAdmin
from tests.directory.kinds.ninth_kind.models import LegalClinic

history.track_model(LegalClinic)
admin.site.register(LegalClinic, ListingAdmin)
