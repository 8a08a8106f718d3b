from django.urls import path

from network import views

urlpatterns = [
    path("", views.my_network, name="my_network"),
    path("marks/", views.marks, name="kept_marks"),
    path("keep/", views.keep, name="keep"),
    path("unkeep/", views.unkeep, name="unkeep"),
    path("undo/", views.undo, name="undo"),
    path("move/", views.move, name="move"),
    path("clear/", views.clear_device, name="clear_device"),
]
