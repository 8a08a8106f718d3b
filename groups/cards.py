"""The card of a group: the meeting in progress, or else the next one, that fits what was asked for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core import recurrence
from core.recurrence import Occurrence
from directory.listings import availability
from directory.listings.availability import AskedAt, Availability, JoinLink
from directory.listings.cards import LONGEST_NUMBER, Action, CardMeeting, FoundMeeting, audience_sentence
from directory.vocabulary import Mode
from groups import fact_texts
from groups.facts import fitting_meetings
from groups.models import Meeting, Repeat

NOTE_WORDS = 20  # of a note on a card; the page shows the whole note
MAX_FURTHER_TIMES = 3  # on a card


@dataclass(frozen=True, slots=True)
class TimedMeeting:
    """A meeting with its occurrence in progress and its next one, each None where there is none."""

    meeting: Meeting
    going_on: Occurrence | None
    coming: Occurrence | None

    @classmethod
    def at_moment(cls, meeting: Meeting, at: AskedAt) -> "TimedMeeting":
        """Return the meeting with its occurrences at the moment of the request."""
        rule = meeting.rule
        return cls(
            meeting,
            recurrence.occurrence_in_progress(rule, at.now),
            recurrence.next_occurrence(rule, at.now),
        )

    @property
    def is_ongoing(self) -> bool:
        """Return whether the meeting goes on round the clock."""
        return self.meeting.repeat == Repeat.ONGOING

    @property
    def occurrence(self) -> Occurrence | None:
        """Return the occurrence in progress, or else the next one."""
        return self.going_on or self.coming

    @property
    def soonest_key(self) -> tuple[bool, bool, float]:
        """A sort key: what is in progress first, round the clock before all, then what starts soonest."""
        start = self.occurrence.start.timestamp() if self.occurrence else math.inf
        return self.going_on is None, not self.is_ongoing, start


def find_meeting(
    meetings: Sequence[Meeting], at: AskedAt, *, region: str, labels: Sequence[str]
) -> FoundMeeting | None:
    """Return what the card says by one of these meetings; None where there is none.

    `region` is the country in which numbers are written, by its code. `labels` come before those of the meeting.
    """
    fitting = [TimedMeeting.at_moment(meeting, at) for meeting in fitting_meetings(meetings, at)]
    if not fitting:
        return None
    shown, *others = sorted(fitting, key=lambda each: each.soonest_key)
    meeting, modes = shown.meeting, fact_texts.fact_values(shown.meeting, "modes")
    links = fact_texts.join_links(meeting, region)
    return FoundMeeting(
        availability=meeting_availability(shown, others, at),
        modes=modes,
        labels=[*labels, *fact_texts.lower_first_words(fact_texts.labels("modes", modes))],
        sentences=meeting_sentences(meeting),
        actions=[join_action(link) for link in links],
        links=links,
        card=card_meeting(shown, others, links, modes),
    )


def meeting_availability(shown: TimedMeeting, others: Sequence[TimedMeeting], at: AskedAt) -> Availability:
    """Return when a meeting takes place. The text is valid until one of the others may take its place."""
    if shown.is_ongoing and shown.going_on:
        return Availability.text_only(_("On now"), [_("round the clock")], state="now")
    comings = [each.coming for each in (shown, *others) if each.coming]
    coming = min(comings, key=lambda each: each.start.timestamp(), default=None)
    return availability.occurrence_availability(shown.going_on, coming, at)


def meeting_sentences(meeting: Meeting) -> list[str]:
    """Return sentences for the card: who may come, for whom the meeting is, and its language if not the page's."""
    who = [value for value in meeting.formats if value in fact_texts.WHO_MAY_COME]
    languages = fact_texts.fact_values(meeting, "languages")
    foreign_languages = languages if languages != (get_language(),) else ()
    return [
        *(f"{label}." for label in fact_texts.labels("formats", who)),
        *audience_sentence(fact_texts.labels("audiences", fact_texts.fact_values(meeting, "audiences"))),
        *(f"{label}." for label in fact_texts.labels("languages", foreign_languages)),
    ]


def join_action(link: JoinLink) -> Action:
    """Return the button that joins a meeting; a short number stands on it."""
    if not link.href.startswith("tel:"):
        return Action(link.label, link.href, "join")
    label = f"{link.label} {link.text}" if len(link.text) <= LONGEST_NUMBER else link.label
    return Action(label, link.href, "call")


def card_meeting(
    shown: TimedMeeting, others: Sequence[TimedMeeting], links: Sequence[JoinLink], modes: Sequence[str]
) -> CardMeeting:
    """Return the lines of the card about a meeting; `others` are the further ones that fit, the next one first."""
    meeting = shown.meeting
    name, note = fact_texts.own_name(meeting), Truncator(meeting.note).words(NOTE_WORDS, truncate=" …")
    has_only_number = [link.href[:4] for link in links] == ["tel:"] and Mode.IN_PERSON not in modes
    return CardMeeting(
        name=name,
        lang=fact_texts.text_lang(meeting, name),
        mode=fact_texts.mode_text(modes),
        note=note,
        note_lang=fact_texts.text_lang(meeting, note),
        also=further_times_text(shown, others),
        number=f"{links[0].label}: {links[0].text}" if has_only_number else "",
    )


def further_times_text(shown: TimedMeeting, others: Sequence[TimedMeeting]) -> str:
    """Return the next times of the other meetings that fit, such as "also 5:30 pm, Thu 7:00 pm and 2 more"."""
    if shown.occurrence is None or shown.is_ongoing:
        return ""
    occurrences = [each.occurrence for each in others if each.occurrence and not each.is_ongoing]
    texts = list(dict.fromkeys(further_time_text(each, shown.occurrence) for each in occurrences))
    times, more = ", ".join(texts[:MAX_FURTHER_TIMES]), len(texts) - MAX_FURTHER_TIMES
    if more > 0:
        text = ngettext("also %(times)s and %(n)d more", "also %(times)s and %(n)d more", more)
        return text % {"times": times, "n": more}
    return _("also %(times)s") % {"times": times} if texts else ""


def further_time_text(occurrence: Occurrence, shown: Occurrence) -> str:
    """Return the time of an occurrence, with its day and its zone where they are not those of the one shown."""
    day = zone = ""
    if occurrence.day != shown.day:
        is_near = abs((occurrence.day - shown.day).days) < 7
        day = date_format(occurrence.day, "D" if is_near else "MONTH_DAY_FORMAT")
    if (name := availability.zone_name(occurrence.start)) != availability.zone_name(shown.start):
        zone = name
    return " ".join(filter(None, (day, availability.clock_text(occurrence.start), zone)))
