"""Declare the kind "support groups": its filters, its card, its page, and when its meetings take place."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Case, Expression, QuerySet, TextField, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.kinds.base import MEETINGS, Kind, PageFact, PageSection, PerishableFact, yes_no
from directory.kinds.registry import kinds
from directory.listings import availability
from directory.listings.availability import AskedAt, Availability, Week
from directory.listings.cards import Action, FoundMeeting
from directory.models import Listing
from directory.search.filters import MEETING_FACT_KEYS, MeetingFactFilter, ValueFilter, YesNoFilter
from directory.search.index.meetings import MeetingRow
from directory.search.meeting_filters import DAY, TIME, WHEN
from directory.vocabulary import Fellowship, Format
from groups import fact_texts
from groups.cards import find_meeting
from groups.events import event_data
from groups.facts import FIELDS, GROUP_FIELDS
from groups.models import Meeting, Repeat, SupportGroup
from groups.week import week_schedule


class SupportGroups(Kind):
    """Groups that meet at set times."""

    slug = "support-groups"
    model = SupportGroup
    name = gettext_lazy("Support group")
    plural = gettext_lazy("Support groups")
    tagline = gettext_lazy("People who have been there, in a room or online")
    icon = "group"
    support_type = "groups"
    is_primary = True
    order = 10
    soonest_by = MEETINGS
    schema_type = "Organization"
    filters = (
        DAY,
        TIME,
        WHEN,
        ValueFilter(
            "fellowship",
            gettext_lazy("Fellowship or program"),
            Fellowship,
            paths=("supportgroup__fellowship",),
        ),
        MeetingFactFilter("format", gettext_lazy("Format"), Format),
        YesNoFilter(
            "slips", gettext_lazy("Signs attendance slips"), paths=("supportgroup__attendance_slips",)
        ),
    )
    fellowship_field = "fellowship"
    prefetch = ("supportgroup__meetings",)
    due_days = 182
    perishable_facts = (
        PerishableFact("meetings", gettext_lazy("meeting times"), 182),
        PerishableFact("join", gettext_lazy("links to join"), 182),
    )
    triggers = {Meeting: "group"}
    phone_check_fields = ("fellowship", "who_can_come", "first_visit", "attendance_slips")
    extra_fields = ("facilitator", "group_number")

    def card_labels(self, listing: Listing) -> list[str]:
        """Return the fellowship, and how one takes part in all meetings of the group."""
        meetings = self.active_meetings(listing)
        if not meetings:
            return [*self.fellowship_labels(listing), *super().card_labels(listing)]
        modes = fact_texts.labels("modes", fact_texts.shared_values(meetings, "modes"))
        return [*self.fellowship_labels(listing), *fact_texts.lower_first_words(modes)]

    def fellowship_labels(self, listing: Listing) -> list[str]:
        """Return the fellowship as a label, in a list that is empty where none is known."""
        fellowship = self.own_row(listing).fellowship
        return [fellowship_initials(fellowship)] if fellowship not in ("", Fellowship.OTHER) else []

    def active_meetings(self, listing: Listing) -> list[Meeting]:
        """Return the meetings of the group that take place at present."""
        return filter_active(self.own_row(listing).meetings.all())

    def set_text(self, listing: Listing, name: str) -> str:
        """Return the labels of a set of choices, as far as they hold for all meetings of the group."""
        meetings = self.active_meetings(listing) if name in fact_texts.FIELDS else []
        return fact_texts.shared_text(meetings, name) if meetings else super().set_text(listing, name)

    def sentences(self, listing: Listing) -> list[str]:
        """Return the sentence about who can come."""
        group = self.own_row(listing)
        return [group.who_can_come.rstrip(".") + "."] if group.who_can_come else []

    def sections(self, listing: Listing) -> list[PageSection]:
        """Return the section for people who come for the first time."""
        group, meetings = self.own_row(listing), self.active_meetings(listing)
        slips = fact_texts.shared_text(meetings, "attendance_slips")
        return [
            PageSection(
                _("If it is your first time"),
                (
                    PageFact(_("Who can come"), group.who_can_come),
                    PageFact(_("What it is like"), group.first_visit),
                    PageFact(_("Format"), fact_texts.shared_text(meetings, "formats")),
                    PageFact(
                        _("Fellowship or program"), group.get_fellowship_display() if group.fellowship else ""
                    ),
                    PageFact(_("Who leads it"), group.facilitator),
                    PageFact(
                        _("Signs attendance slips"), slips if meetings else yes_no(group.attendance_slips)
                    ),
                ),
            )
        ]

    def availability(self, listing: Listing, at: AskedAt) -> Availability:
        """Return when the group meets, by the meetings that fit what was asked for."""
        meeting = self.found_meeting(listing, at)
        return meeting.availability if meeting else availability.occurrence_availability(None, None, at)

    def actions(self, listing: Listing, at: AskedAt) -> list[Action]:
        """Return the buttons to join the meeting in progress, or else the next one."""
        meeting = self.found_meeting(listing, at)
        return list(meeting.actions) if meeting else []

    def found_meeting(self, listing: Listing, at: AskedAt) -> FoundMeeting | None:
        """Return what the card says by the meeting in progress, or else the next one, that fits what was asked for."""
        return find_meeting(
            self.active_meetings(listing),
            at,
            region=fact_texts.home_region(listing),
            labels=self.fellowship_labels(listing),
        )

    def has_fact(self, listing: Listing, fact: str) -> bool:
        """Return whether the group has active meetings, or links to join them."""
        meetings = self.active_meetings(listing)
        return any(meeting.join_url for meeting in meetings) if fact == "join" else bool(meetings)

    def week_schedule(self, listing: Listing, at: AskedAt) -> Week | None:
        """Return the meetings of the next seven days, or None where no meeting is active."""
        meetings = self.active_meetings(listing)
        return week_schedule(meetings, at, fact_texts.home_region(listing)) if meetings else None

    def calendar_url(self, listing: Listing) -> str:
        """Return the address of the calendar file, or "" where no active meeting has set times."""
        timed = [each for each in self.active_meetings(listing) if each.repeat != Repeat.ONGOING]
        return reverse("calendar", args=(listing.slug,)) if timed else ""

    def own_meetings(self, listing: Listing) -> QuerySet[Meeting]:
        """Return the meetings of the group, suspended ones included."""
        group: SupportGroup = self.own_row(listing)
        return group.meetings.all()

    def meetings(self, listings: QuerySet[Listing]) -> Iterator[MeetingRow]:
        """Yield the active meetings of these groups for the search index, with the facts that apply to each."""
        start, weeks, first, until = (
            Cast(name, TextField()) for name in ("start", "weeks", "first", "until")
        )
        rows = Meeting.objects.filter(active=True, group__in=listings.values("pk"))
        facts = [_own_or_group_value(FIELDS[key]) for key in MEETING_FACT_KEYS]
        times = "group", "zone", "repeat", "weekday", start, "minutes", weeks, first, until
        for cells in rows.values_list(*times, *facts).iterator():
            group, zone, repeat, weekday, begins, minutes, *dates = cells[: len(times)]
            length = minutes or Meeting.ASSUMED_MINUTES
            row = MeetingRow(group, zone, repeat, weekday, begins, length, *dates)
            yield row._replace(facts=cells[len(times) :])

    def meeting_texts(self, first: int, last: int) -> Iterator[tuple[int, str, str]]:
        """Yield group, name and note of each active meeting of the groups with an id from `first` to `last`."""
        rows = Meeting.objects.filter(active=True, group__gte=first, group__lte=last).exclude(
            name="", note=""
        )
        yield from rows.order_by("pk").values_list("group", "name", "note")

    def schema_org_fields(self, listing: Listing) -> dict[str, Any]:
        """Return the meetings with set times as schema.org events."""
        meetings = self.active_meetings(listing)
        return {"event": [event_data(each, listing) for each in meetings if each.repeat != Repeat.ONGOING]}


def _own_or_group_value(field: str) -> Expression:
    """Return an expression for the text of a meeting's field, or of its group's where the meeting leaves it empty."""
    own = Cast(field, TextField())
    if field not in GROUP_FIELDS:
        return own
    return Case(When(**{field: ""}, then=Cast(f"group__{field}", TextField())), default=own)


def fellowship_initials(fellowship: str) -> str:
    """Return the initials that people use for a fellowship, such as "AA", or else its full name."""
    return fellowship.upper() if len(fellowship) <= 4 else str(Fellowship(fellowship).label)


def filter_active(meetings: Iterable[Meeting]) -> list[Meeting]:
    """Return the meetings that take place at present."""
    return [meeting for meeting in meetings if meeting.active]


kinds.register(SupportGroups())
