"""The view of a group's calendar file. The other pages of groups are those of all listings."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.site_origin import absolute_url
from directory.vocabulary import Status
from groups import fact_texts
from groups.calendars import CalendarEntry, calendar_file
from groups.models import Meeting, Repeat, SupportGroup

FILE_NAME = "meetings.ics"


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the meetings of a group as a calendar file.

    With `?title=plain` the file does not say what the meetings are, for a calendar that other people see.
    """
    groups = SupportGroup.objects.filter(status=Status.PUBLISHED).select_related("place")
    group = get_object_or_404(groups, slug=slug)
    plain = request.GET.get("title") == "plain"
    address = absolute_url(group.get_absolute_url())
    content = calendar_file(calendar_entries(group, address, plain=plain), year=timezone.localdate().year)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    # A neutral name, since the file stays on the device.
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer_conditionally(request, response)


def calendar_entries(group: SupportGroup, address: str, *, plain: bool) -> list[CalendarEntry]:
    """Return one calendar entry for each active meeting with set times; `address` is that of the group's page."""
    meetings = group.meetings.filter(active=True).exclude(repeat=Repeat.ONGOING)
    return [calendar_entry(group, meeting, address, plain=plain) for meeting in meetings]


def calendar_entry(group: SupportGroup, meeting: Meeting, address: str, *, plain: bool) -> CalendarEntry:
    """Return the calendar entry of a meeting, with the facts of this meeting alone."""
    return CalendarEntry(
        uid=meeting.public_id,
        rule=meeting.rule,
        title=_("Appointment") if plain else meeting.name or group.name,
        place=location_text(group, meeting, plain=plain),
        text="" if plain else description_text(group, meeting),
        address="" if plain else address,
    )


def location_text(group: SupportGroup, meeting: Meeting, *, plain: bool) -> str:
    """Return where a meeting takes place: the public address, or else its link or number.

    With `plain`, the name of the building and the way to join are left out.
    """
    if fact_texts.takes_place_there(meeting):
        return place_text(group, plain=plain)
    if plain:
        return fact_texts.mode_text(fact_texts.fact_values(meeting, "modes"))
    links = fact_texts.join_links(meeting, fact_texts.home_region(group))
    return next(
        (link.whole_text for link in links), fact_texts.mode_text(fact_texts.fact_values(meeting, "modes"))
    )


def description_text(group: SupportGroup, meeting: Meeting) -> str:
    """Return the facts, the ways to join and the note of a meeting, each on a line."""
    name = group.name if meeting.name not in ("", group.name) else ""
    links = fact_texts.join_links(meeting, fact_texts.home_region(group))
    lines = [
        name,
        *fact_texts.fact_lines(fact_texts.meeting_facts(meeting)),
        *(f"{link.label}: {link.whole_text}" for link in links),
        meeting.note,
    ]
    return "\n".join(filter(None, lines))


def place_text(group: SupportGroup, *, plain: bool) -> str:
    """Return the public address; with `plain`, without the name of the building."""
    if group.place is None:
        return ""
    parts = group.place.public_parts
    if plain and not group.place.private and group.place.name:
        parts = parts[1:]
    return ", ".join(parts)


def answer_conditionally(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the response with an ETag of its content, or 304 for a client that already has the content.

    There is no Last-Modified header, since the site would have to store a time for each content that it sent.
    """
    etag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    response.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response
