"""Meetings as events for search engines, in the words of schema.org."""

from collections.abc import Mapping
from typing import Any

from core.weekdays import ICALENDAR_WEEKDAYS
from directory.listings.schema_org import postal_address
from directory.models import Listing
from directory.models.listing import safe_page_url
from directory.vocabulary import Mode
from groups import fact_texts
from groups.models import Meeting, Repeat

FREQUENCY = {Repeat.WEEKLY: "P1W", Repeat.SECOND_WEEK: "P2W", Repeat.MONTHLY: "P1M"}


def event_data(meeting: Meeting, listing: Listing) -> dict[str, Any]:
    """Return a meeting as https://schema.org/Event with its https://schema.org/Schedule, in its own zone."""
    schedule = {
        "@type": "Schedule",
        "repeatFrequency": FREQUENCY.get(Repeat(meeting.repeat), ""),
        "byDay": schema_org_days(meeting),
        "startDate": meeting.first.isoformat() if meeting.first else "",
        "startTime": f"{meeting.start:%H:%M}" if meeting.start else "",
        "duration": f"PT{meeting.minutes}M" if meeting.minutes else "",
        "scheduleTimezone": meeting.zone,
    }
    audiences = fact_texts.labels("audiences", fact_texts.fact_values(meeting, "audiences"))
    data = {
        "@type": "Event",
        "name": meeting.name or listing.name,
        "description": meeting.note,
        "eventSchedule": without_empty(schedule),
        "eventAttendanceMode": attendance_mode(meeting),
        "inLanguage": list(fact_texts.fact_values(meeting, "languages")),
        "audience": [{"@type": "Audience", "audienceType": label} for label in audiences],
        "location": event_locations(meeting, listing),
    }
    return without_empty(data)


def without_empty(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return data without its empty properties."""
    return {name: value for name, value in data.items() if value}


def attendance_mode(meeting: Meeting) -> str:
    """Return https://schema.org/eventAttendanceMode of a meeting, or "" where it is not known how one takes part."""
    modes = set(fact_texts.fact_values(meeting, "modes"))
    if not modes:
        return ""
    in_person, elsewhere = Mode.IN_PERSON in modes, bool(modes - {Mode.IN_PERSON.value})
    mode = "Mixed" if in_person and elsewhere else "Offline" if in_person else "Online"
    return f"https://schema.org/{mode}EventAttendanceMode"


def event_locations(meeting: Meeting, listing: Listing) -> list[dict[str, Any]]:
    """Return where one takes part in a meeting: at the address that the page shows, and at the link."""
    locations = []
    if fact_texts.takes_place_there(meeting) and (address := postal_address(listing.place)):
        locations.append({"@type": "Place", "address": address})
    if link := safe_page_url(meeting.join_url):
        locations.append({"@type": "VirtualLocation", "url": link})
    return locations


def schema_org_days(meeting: Meeting) -> str | list[str]:
    """Return the days of a meeting for https://schema.org/byDay, such as "MO" or ["2MO", "4MO"]."""
    if meeting.repeat == Repeat.DATED:
        return ""
    day = ICALENDAR_WEEKDAYS[meeting.weekday or 0]
    days = [f"{week}{day}" for week in meeting.weeks] if meeting.repeat == Repeat.MONTHLY else [day]
    return days if len(days) > 1 else days[0]
