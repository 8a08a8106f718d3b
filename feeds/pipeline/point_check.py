"""Drop the points of a feed's places that contradict the address, and name them in the report."""

from dataclasses import replace

from directory.geo.address_points import (
    LOST_LATITUDE_SIGN,
    LOST_LONGITUDE_SIGN,
    SWAPPED,
    Address,
    find_conflict,
)
from feeds.fetch.cpu_limit import check_cpu
from feeds.records import GroupRecord, Problem

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
            records[index] = replace(record, place=replace(place, latitude=None, longitude=None))
            problems.append(Problem(0, record.ref, "latitude", reason, rejected=False))
    return problems


def contradiction(place: Address) -> str:
    """Return why the point of a place contradicts its address, in a curator's words, or "" if it does not."""
    conflict = find_conflict(place)
    if conflict is None:
        return ""
    return f"The point is not near {conflict.area}, so it was left out{SLIP_WORDS[conflict.slip]}."
