from django.urls import path

from curation.submissions import views

urlpatterns = [
    path("listing/<slug:slug>/report/", views.report, name="report"),
    path("suggest/", views.suggest, name="suggest"),
    path("answer/", views.answer, name="answer"),
]
