"""Show the safety plan with the goals, and the week."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.listings.availability import AskedAt
from directory.listings.merged_redirects import merge_targets, replace_merged
from groups.calendars import calendar_file
from network.pages.keep_input import private_page
from network.pages.presenters import present_appointments, present_goals, present_plan
from network.pages.week import build_week
from network.pages.week_calendar import week_calendar_entries
from network.vault.user_data import load_user_data


@require_safe
@private_page
def plan(request: HttpRequest) -> HttpResponse:
    """Show the six steps of the plan and the goals."""
    user_data = load_user_data(request)
    steps = present_plan(user_data, AskedAt.now_in_zone(user_data.time_zone))
    return render(request, "network/plan.html", {"steps": steps, "goals": present_goals(user_data)})


@require_safe
@private_page
def my_week(request: HttpRequest) -> HttpResponse:
    """Show the week with meetings and appointments."""
    user_data = load_user_data(request)
    ids = replace_merged(user_data.saved_ids, merge_targets(user_data.saved_ids))
    context = {
        "week": build_week(user_data, ids, AskedAt.now_in_zone(user_data.time_zone)),
        "appointments": present_appointments(user_data),
    }
    return render(request, "network/week.html", context)


@require_safe
@private_page
def week_calendar(request: HttpRequest) -> HttpResponse:
    """Send the week as a calendar file. `?title=full` puts names into it."""
    user_data = load_user_data(request)
    ids = replace_merged(user_data.saved_ids, merge_targets(user_data.saved_ids))
    entries = week_calendar_entries(
        user_data, ids, settings.SITE_ORIGIN, plain=request.GET.get("title") != "full"
    )
    content = calendar_file(entries, year=AskedAt.now_in_zone(user_data.time_zone).today.year)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    # Neutral, since the name of a file stays on the device.
    response.headers["Content-Disposition"] = 'attachment; filename="dates.ics"'
    return response
