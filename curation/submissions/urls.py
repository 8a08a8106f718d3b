"""Addresses of the pages for reports, suggestions, and answers."""

from django.urls import path

from curation.submissions import views

urlpatterns = [
    path("listing/<slug:slug>/report/", views.report_listing, name="report"),
    path("suggest/", views.suggest_listing, name="suggest"),
    path("answer/", views.show_answer, name="answer"),
]
