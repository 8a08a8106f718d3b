"""The plan and the week as they stand, and the week as a file."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.listings.availability import AskedAt
from directory.listings.merged_redirects import merge_targets, replace_merged
from groups.calendars import calendar_file
from network.pages.keep_input import private
from network.pages.presenters import appointments_shown, goals_shown, plan_shown
from network.pages.week import week
from network.pages.week_calendar import entries
from network.vault import user_data


@require_safe
@private
def plan(request: HttpRequest) -> HttpResponse:
    own = user_data.load_user_data(request)
    steps = plan_shown(own, AskedAt.now_in_zone(own.zone))
    return render(request, "network/plan.html", {"steps": steps, "goals": goals_shown(own)})


@require_safe
@private
def my_week(request: HttpRequest) -> HttpResponse:
    own = user_data.load_user_data(request)
    ids = replace_merged(own.saved, merge_targets(own.saved))
    context = {"week": week(own, ids, AskedAt.now_in_zone(own.zone)), "own": appointments_shown(own)}
    return render(request, "network/week.html", context)


@require_safe
@private
def week_calendar(request: HttpRequest) -> HttpResponse:
    """The week as a calendar file; `?title=full` puts names into it."""
    own = user_data.load_user_data(request)
    ids = replace_merged(own.saved, merge_targets(own.saved))
    found = entries(own, ids, settings.SITE_ORIGIN, plain=request.GET.get("title") != "full")
    content = calendar_file(found, year=AskedAt.now_in_zone(own.zone).today.year)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    # Neutral, since the name of a file stays on the device.
    response.headers["Content-Disposition"] = 'attachment; filename="dates.ics"'
    return response
