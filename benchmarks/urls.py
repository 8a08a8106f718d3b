"""The site's addresses and one more: a view that does nothing, to compare with. It exists for the benchmark alone."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from recovery_site import urls


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("bare/", bare), *urls.urlpatterns]

handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404
handler429, handler500 = urls.handler429, urls.handler500
