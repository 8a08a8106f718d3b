"""The address of a group's calendar file."""

from django.urls import path

from groups import views

urlpatterns = [
    path("listing/<slug:slug>.ics", views.calendar, name="calendar"),
]
