"""Under /my-network/: what is kept of a person."""

from django.urls import path

from network.data_rights import views

urlpatterns = [
    path("kept/", views.kept, name="kept"),
    path("take-out/", views.take_out, name="take_out"),
    path("bring-back/", views.bring_back, name="bring_back"),
    path("erase/", views.erase, name="erase"),
]
