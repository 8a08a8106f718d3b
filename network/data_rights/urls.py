"""The addresses under /my-network/ where a person sees, exports, imports and deletes their data."""

from django.urls import path

from network.data_rights import views

urlpatterns = [
    path("data/", views.my_data, name="my_data"),
    path("export/", views.export_copy, name="export_copy"),
    path("import/", views.import_copy, name="import_copy"),
    path("delete-account/", views.delete_account, name="delete_account"),
]
