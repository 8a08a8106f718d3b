"""A group's calendar file. Pages of groups are those of all listings."""

import hashlib
import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.site_origin import absolute_url
from directory.vocabulary import Status
from groups.calendars import CalendarEntry, calendar_file
from groups.models import Meeting, Repeat, SupportGroup

FILE_NAME = "meetings.ics"


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """All meetings of a group. `?title=plain` leaves out what it is, for a calendar that others see."""
    groups = SupportGroup.objects.filter(status=Status.PUBLISHED).select_related("place")
    group = get_object_or_404(groups, slug=slug)
    plain = request.GET.get("title") == "plain"
    address = absolute_url(group.get_absolute_url())
    content = calendar_file(calendar_entries(group, address, plain=plain), year=timezone.localdate().year)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    # Neutral, since the name of a file stays on the device.
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return with_validators(request, response)


def calendar_entries(group: SupportGroup, address: str, *, plain: bool) -> list[CalendarEntry]:
    """One entry a meeting that takes place; `address` is the group's page."""
    meetings = group.meetings.filter(active=True).exclude(repeat=Repeat.ONGOING)
    return [calendar_entry(group, meeting, address, plain=plain) for meeting in meetings]


def calendar_entry(group: SupportGroup, meeting: Meeting, address: str, *, plain: bool) -> CalendarEntry:
    return CalendarEntry(
        uid=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{address}#{meeting.pk}")),
        rule=meeting.rule,
        title=_("Appointment") if plain else meeting.name or group.name,
        place=place_words(group, plain=plain),
        text="" if plain else "\n".join(filter(None, (meeting.join_url, meeting.join_phone, meeting.note))),
        address="" if plain else address,
    )


def place_words(group: SupportGroup, *, plain: bool) -> str:
    """Where it is as far as it may be shown; plain, without the name of the house."""
    if group.place is None:
        return ""
    parts = group.place.public_parts
    if plain and not group.place.private and group.place.name:
        parts = parts[1:]
    return ", ".join(parts)


def with_validators(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Add an ETag over the content; answer 304 to a client that has this content already.

    There is no Last-Modified: the moment would have to be kept for each content that was given out.
    """
    etag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    response.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response
