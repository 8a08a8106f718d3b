"""Under /my-network/: what is kept of a person."""

from django.urls import path

from network import kept_views

urlpatterns = [
    path("kept/", kept_views.kept, name="kept"),
    path("take-out/", kept_views.take_out, name="take_out"),
    path("bring-back/", kept_views.bring_back, name="bring_back"),
    path("erase/", kept_views.erase, name="erase"),
]
