"""What visitors sent, as the desk and the senders see it: cards that wait, their order, and the threads.

A card is what was sent first; who says the same later joins it, with a thread of their own. The rows that a curator
may see are chosen here and nowhere else.
"""

import datetime
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.work_queues import CuratorUser, WorkQueue
from curation.models import Message, Report, Resolution, Submission, Suggestion
from curation.roles import regions
from curation.submissions import access_codes
from directory.kinds.base import PageFact
from directory.kinds.registry import kinds
from directory.listings import availability
from directory.listings.detail import channel_text
from directory.models import Listing
from directory.vocabulary import Status
from groups.models import Meeting, Repeat

# A question that nobody answered comes back to the queue after this many days.
DAYS_TO_ANSWER = 14
NOT_HANDLED = (Resolution.OPEN, Resolution.ASKED)
LONGEST_SAID = 300  # characters, as in Report.value_when_reported

Card = TypeVar("Card", Report, Suggestion)


def visible_to(curator: CuratorUser, cards: QuerySet[Card]) -> QuerySet[Card]:
    """The cards that a curator may see: of the listings in their reach, and suggestions that have no listing yet."""
    reach = regions.listings_of(curator, "listing__")
    return cards.filter(reach | Q(listing=None)) if reach else cards


def open_submissions(cards: QuerySet[Card]) -> QuerySet[Card]:
    """What a curator has to look at, oldest first: not handled, or asked back long ago and not answered."""
    long_ago = timezone.localdate() - datetime.timedelta(days=DAYS_TO_ANSWER)
    unanswered = Q(status=Resolution.ASKED, handled_on__lte=long_ago)
    return cards.filter(Q(status=Resolution.OPEN) | unanswered, duplicate_of=None).order_by("created", "pk")


def submissions_of(model: type[Card], curator: CuratorUser) -> QuerySet[Card]:
    return visible_to(curator, model._default_manager.filter(duplicate_of=None))


def next_card(model: type[Card], curator: CuratorUser, *, after: Card | None = None) -> Card | None:
    """The oldest card that waits; with `after`, the one that comes behind it."""
    cards = open_submissions(submissions_of(model, curator))
    if after is not None:
        later = Q(created__gt=after.created) | Q(created=after.created, pk__gt=after.pk)
        cards = cards.filter(later)
    return cards.first()


def submission_queues(curator: CuratorUser) -> list[WorkQueue]:
    """For whoever may handle them."""
    if not curator.has_perm("curation.change_report"):
        return []
    return [
        submission_queue(Report, curator, "reported", gettext_lazy("Reported by visitors")),
        submission_queue(Suggestion, curator, "suggested", gettext_lazy("Suggested by visitors")),
    ]


def submission_queue(model: type[Card], curator: CuratorUser, key: str, label: Any) -> WorkQueue:
    cards = open_submissions(submissions_of(model, curator))
    first = cards.first()
    if first is None:
        return WorkQueue(key, label, 0, None, reverse(f"admin:curation_{model._meta.model_name}_changelist"))
    return WorkQueue(
        key, label, cards.count(), timezone.localdate(first.created), card_url(first), requested=True
    )


def card_url(card: Submission) -> str:
    return reverse(f"admin:curation_{card._meta.model_name}_change", args=(card.pk,))


def submission_by_code(code: str) -> Report | Suggestion | None:
    """What was sent with this code; None for any other."""
    code_hash = access_codes.hash_code(code)
    return (
        Report.objects.select_related("listing", "meeting", "duplicate_of")
        .filter(code_hash=code_hash)
        .first()
        or Suggestion.objects.select_related("listing", "duplicate_of").filter(code_hash=code_hash).first()
    )


def thread(sent: Report | Suggestion) -> QuerySet[Message]:
    """What its sender may read: their own lines, and what the desk wrote since they sent it."""
    link = link_of(sent)
    return Message.objects.filter(
        Q(**{link: sent}) | Q(**{link: sent.original}, from_curator=True, created__gte=sent.created)
    )


def whole_thread(card: Report | Suggestion) -> QuerySet[Message]:
    """All lines of a card, those of everybody who joined it included."""
    link = link_of(card)
    return Message.objects.filter(Q(**{link: card}) | Q(**{f"{link}__duplicate_of": card}))


def may_write(sent: Report | Suggestion) -> bool:
    """One message at a time: the next once the desk has written."""
    last = thread(sent).last()
    return last is None or last.from_curator


def link_of(sent: Report | Suggestion) -> str:
    return "report" if isinstance(sent, Report) else "suggestion"


def submission_facts(sent: Report | Suggestion) -> list[PageFact]:
    """What its sender wrote, line by line, their longer words left out."""
    if isinstance(sent, Report):
        meeting = meeting_words(sent.meeting) if sent.meeting else ""
        lines = [(_("About"), str(sent.listing)), (_("Meeting"), meeting)]
        return given_lines([*lines, (_("What is wrong"), str(sent.get_problem_display()))])
    kind = kinds.get(sent.kind)
    return given_lines(
        [
            (_("Kind"), str(kind.name) if kind else ""),
            (_("Name"), sent.name),
            (_("Where"), sent.location),
            (_("When"), sent.schedule),
            (_("How to reach it"), sent.contact),
        ]
    )


def given_lines(lines: Iterable[tuple[str, str]]) -> list[PageFact]:
    return [PageFact(term, value) for term, value in lines if value]


def status_words(sent: Report | Suggestion) -> str:
    """What became of it, for its sender."""
    status = sent.original.status
    if status == Resolution.ASKED:
        return _("We have a question for you.")
    if status == Resolution.OPEN:
        return _("It waits to be looked at.")
    if isinstance(sent, Report):
        fixed, dismissed = _("Put right. Thank you."), _("We looked into it and found nothing to change.")
        return fixed if status == Resolution.FIXED else dismissed
    if status == Resolution.DISMISSED:
        return _("We looked into it and could not add it.")
    listing = sent.original.listing
    is_there = listing is not None and listing.status == Status.PUBLISHED
    return _("It is on the site now. Thank you.") if is_there else _("We are adding it. Thank you.")


def meeting_words(meeting: Meeting) -> str:
    """ "Monday 7 pm, Newcomers": which of a group's meetings is meant."""
    time = availability.time_text(meeting.start) if meeting.start else ""
    rhythm = "" if meeting.repeat == Repeat.WEEKLY else str(meeting.get_repeat_display()).lower()
    day = str(meeting.get_weekday_display() or "") or (meeting.first.isoformat() if meeting.first else "")
    return ", ".join(filter(None, (f"{day} {time}".strip(), rhythm, meeting.name)))


def quoted_value(listing: Listing, meeting: Meeting | None, problem: str) -> str:
    """What the listing says now about the thing that was reported, in words."""
    if meeting is not None:
        off = "" if meeting.active else _("does not take place")
        links = (meeting.join_url, meeting.join_phone) if problem == Report.Problem.WRONG_NUMBER else ()
        words = "; ".join(filter(None, (meeting_words(meeting), off, *links)))
    elif problem == Report.Problem.WRONG_NUMBER:
        words = "; ".join(channel_text(channel) for channel in listing.channels.all())
    elif problem == Report.Problem.WRONG_PLACE:
        words = ", ".join(listing.place.public_parts) if listing.place else _("no address")
    else:
        words = str(listing.get_status_display())
    return words[:LONGEST_SAID]
