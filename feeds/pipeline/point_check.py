"""Drop the points of a feed's places that contradict the address, and name them in the report.

A place without a point gets that of its ZIP or town, so that a search near it finds the place.
"""

from dataclasses import replace

from directory.geo.address_points import (
    LOST_LATITUDE_SIGN,
    LOST_LONGITUDE_SIGN,
    SWAPPED,
    Address,
    area_of,
    find_address_point,
    find_conflict,
    find_zip_place,
)
from feeds.fetch.cpu_limit import check_cpu
from feeds.records import GroupRecord, PlaceRecord, Problem

SLIP_WORDS = {
    "": "",
    SWAPPED: ": latitude and longitude are probably swapped",
    LOST_LONGITUDE_SIGN: ": the sign of the longitude is probably lost",
    LOST_LATITUDE_SIGN: ": the sign of the latitude is probably lost",
}


def drop_contradictory_points(records: list[GroupRecord]) -> list[Problem]:
    """Remove, in place, the points that contradict the address of their group; return a problem for each."""
    problems = []
    for index, record in enumerate(records):
        check_cpu()
        place = record.place
        if place and (reason := contradiction(place)):
            without_point = replace(place, latitude=None, longitude=None)
            records[index] = replace(record, place=without_point)
            if approximate_point(without_point):
                reason += " The point of its ZIP or town was taken, as a rough one."
            problems.append(Problem(first_row(record), record.ref, "latitude", reason, rejected=False))
    return problems


def first_row(record: GroupRecord) -> int:
    """Return the number of the first row of a group, 0 where none is known."""
    return min((meeting.row for meeting in record.meetings), default=0)


def contradiction(place: Address) -> str:
    """Return why the point of a place contradicts its address, in a curator's words, or "" if it does not."""
    conflict = find_conflict(place)
    if conflict is None:
        return ""
    return f"The point is not near {conflict.area}, so it was left out{SLIP_WORDS[conflict.slip]}."


def approximate_point(place: PlaceRecord) -> tuple[float, float] | None:
    """Return latitude and longitude of the place's ZIP or town, or None.

    A town counts only with its state or country.
    """
    point = find_zip_place(place) or (find_address_point(place) if area_of(place)[0] else None)
    return (point.latitude, point.longitude) if point else None
