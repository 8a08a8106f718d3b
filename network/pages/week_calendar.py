"""Export a person's week as calendar entries: saved groups' meetings and own appointments."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from directory.vocabulary import Status
from groups.calendars import CalendarEntry
from groups.models import SupportGroup
from groups.views import calendar_entries as entries_of_group
from network.pages.week import appointment_rules
from network.vault.items import Appointment
from network.vault.store import StoredItem
from network.vault.user_data import UserData


def week_calendar_entries(
    user_data: UserData, saved: Sequence[int], address: str, *, plain: bool
) -> list[CalendarEntry]:
    """Return the entries of the person's calendar file: meetings and appointments.

    `saved` are ids of saved listings after merges. `address` is the origin of this site without a final slash.
    `plain` leaves out names, texts and links, for a calendar that others see.
    """
    groups = SupportGroup.objects.filter(pk__in=saved, status=Status.PUBLISHED).select_related("place")
    group_entries = [
        entry
        for group in groups.order_by("pk")
        for entry in entries_of_group(group, address + group.get_absolute_url(), plain=plain)
    ]
    return [*group_entries, *_appointment_entries(user_data.appointments, plain=plain)]


def _appointment_entries(rows: Iterable[StoredItem[Appointment]], *, plain: bool) -> Iterator[CalendarEntry]:
    """Yield one entry for each recurrence rule. A daily appointment has seven."""
    for row in rows:
        item = row.item
        for number, rule in enumerate(appointment_rules(item)):
            yield CalendarEntry(
                uid=f"{row.pk}-{number}",
                rule=rule,
                title=_("Appointment") if plain else item.words,
                place="" if plain else item.where,
                text="" if plain else item.with_whom,
            )
