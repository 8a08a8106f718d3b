"""The addresses of the directory's public pages."""

from django.urls import path

from directory.pages import views

urlpatterns = [
    path("", views.home, name="home"),
    path("find/", views.find, name="find"),
    path("find/suggest/", views.suggest, name="find_suggest"),
    path("now/", views.now, name="now"),
    path("listing/<slug:slug>/", views.listing, name="listing"),
    path("hotlines/", views.hotlines, name="hotlines"),
    path("guides/", views.guides, name="guides"),
    path("guides/<slug:slug>/", views.guide, name="guide"),
    path("about/", views.static_page, {"name": "about"}, name="about"),
    path("privacy/", views.static_page, {"name": "privacy"}, name="privacy"),
    path("safety/", views.static_page, {"name": "safety"}, name="safety"),
]
