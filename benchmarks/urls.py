"""The URLs of the site, and a view that does nothing, with which the benchmark compares the others."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from recovery_site import urls


def bare(request: HttpRequest) -> HttpResponse:
    """Answer without any work."""
    return HttpResponse("ok")


urlpatterns = [path("bare/", bare), *urls.urlpatterns]

handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404
handler429, handler500 = urls.handler429, urls.handler500
