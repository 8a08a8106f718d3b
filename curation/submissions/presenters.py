"""Submissions as curators and senders see them: which wait, in which order, and the messages about them.

Curators handle the original of several equal submissions; each sender has a thread of their own. This is the only
module that selects the submissions that a curator may see.
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
from groups.models import Meeting
from groups.rhythm import rhythm_text

# A question without an answer comes back to the queue after this many days.
DAYS_TO_ANSWER = 14
UNHANDLED = (Resolution.OPEN, Resolution.ASKED)
MAX_VALUE_LENGTH = 300  # characters, as in Report.value_when_reported

SubmissionType = TypeVar("SubmissionType", Report, Suggestion)


def _visible_to(curator: CuratorUser, submissions: QuerySet[SubmissionType]) -> QuerySet[SubmissionType]:
    """Return the submissions on listings in the curator's regions, and suggestions without a listing."""
    in_regions = regions.listings_of(curator, "listing__")
    return submissions.filter(in_regions | Q(listing=None)) if in_regions else submissions


def open_submissions(submissions: QuerySet[SubmissionType]) -> QuerySet[SubmissionType]:
    """Return the submissions that wait for a curator, oldest first: open ones, and questions without an answer."""
    long_ago = timezone.localdate() - datetime.timedelta(days=DAYS_TO_ANSWER)
    asked_long_ago = Q(status=Resolution.ASKED, handled_on__lte=long_ago)
    return submissions.filter(Q(status=Resolution.OPEN) | asked_long_ago, duplicate_of=None).order_by(
        "created", "pk"
    )


def visible_submissions(model: type[SubmissionType], curator: CuratorUser) -> QuerySet[SubmissionType]:
    """Return the reports or suggestions that a curator may see, without later equal ones."""
    return _visible_to(curator, model._default_manager.filter(duplicate_of=None))


def next_submission(
    model: type[SubmissionType], curator: CuratorUser, *, after: SubmissionType | None = None
) -> SubmissionType | None:
    """Return the submission that has waited longest; with `after`, the next one after it."""
    submissions = open_submissions(visible_submissions(model, curator))
    if after is not None:
        later = Q(created__gt=after.created) | Q(created=after.created, pk__gt=after.pk)
        submissions = submissions.filter(later)
    return submissions.first()


def submission_queues(curator: CuratorUser) -> list[WorkQueue]:
    """Return the queues of reports and suggestions for a curator who may handle them; none for others."""
    if not curator.has_perm("curation.change_report"):
        return []
    return [
        _submission_queue(Report, curator, "reported", gettext_lazy("Reported by visitors")),
        _submission_queue(Suggestion, curator, "suggested", gettext_lazy("Suggested by visitors")),
    ]


def _submission_queue(model: type[SubmissionType], curator: CuratorUser, key: str, label: Any) -> WorkQueue:
    """Return the work queue of the open submissions of one model that the curator may see."""
    submissions = open_submissions(visible_submissions(model, curator))
    first = submissions.first()
    if first is None:
        return WorkQueue(key, label, 0, None, reverse(f"admin:curation_{model._meta.model_name}_changelist"))
    return WorkQueue(
        key, label, submissions.count(), timezone.localdate(first.created), admin_url(first), requested=True
    )


def admin_url(submission: Submission) -> str:
    """Return the address of the page on which a curator handles a submission."""
    return reverse(f"admin:curation_{submission._meta.model_name}_change", args=(submission.pk,))


def submission_by_code(code: str) -> Report | Suggestion | None:
    """Return the submission with this access code; None where there is none."""
    code_hash = access_codes.hash_code(code)
    return (
        Report.objects.select_related("listing", "meeting", "duplicate_of")
        .filter(code_hash=code_hash)
        .first()
        or Suggestion.objects.select_related("listing", "duplicate_of").filter(code_hash=code_hash).first()
    )


def sender_messages(submission: Report | Suggestion) -> QuerySet[Message]:
    """Return the messages that the sender may read: their own, and those of curators since they sent it."""
    field = thread_field(submission)
    return Message.objects.filter(
        Q(**{field: submission})
        | Q(**{field: submission.original}, from_curator=True, created__gte=submission.created)
    )


def all_messages(submission: Report | Suggestion) -> QuerySet[Message]:
    """Return all messages about a submission, those of later equal ones included."""
    field = thread_field(submission)
    return Message.objects.filter(Q(**{field: submission}) | Q(**{f"{field}__duplicate_of": submission}))


def may_reply(submission: Report | Suggestion) -> bool:
    """Return whether the sender may write: only one message until a curator has answered."""
    last = sender_messages(submission).last()
    return last is None or last.from_curator


def thread_field(submission: Report | Suggestion) -> str:
    """Return the name of the field of `Message` that points to a submission."""
    return "report" if isinstance(submission, Report) else "suggestion"


def submission_facts(submission: Report | Suggestion) -> list[PageFact]:
    """Return the fields that the sender filled in, as lines of a page, without the long text."""
    if isinstance(submission, Report):
        meeting = meeting_text(submission.meeting) if submission.meeting else ""
        lines = [(_("About"), str(submission.listing)), (_("Meeting"), meeting)]
        return _filled_facts([*lines, (_("What is wrong"), str(submission.get_problem_display()))])
    kind = kinds.get(submission.kind)
    return _filled_facts(
        [
            (_("Kind"), str(kind.name) if kind else ""),
            (_("Name"), submission.name),
            (_("Where"), submission.location),
            (_("When"), submission.schedule),
            (_("How to reach it"), submission.contact),
        ]
    )


def _filled_facts(lines: Iterable[tuple[str, str]]) -> list[PageFact]:
    """Return the lines that have a value, as facts of a page."""
    return [PageFact(term, value) for term, value in lines if value]


def status_text(submission: Report | Suggestion) -> str:
    """Return the status of a submission in words for its sender."""
    status = submission.original.status
    if status == Resolution.ASKED:
        return _("We have a question for you.")
    if status == Resolution.OPEN:
        return _("It waits to be looked at.")
    if isinstance(submission, Report):
        fixed, dismissed = _("Put right. Thank you."), _("We looked into it and found nothing to change.")
        return fixed if status == Resolution.FIXED else dismissed
    if status == Resolution.DISMISSED:
        return _("We looked into it and could not add it.")
    listing = submission.original.listing
    is_there = listing is not None and listing.status == Status.PUBLISHED
    return _("It is on the site now. Thank you.") if is_there else _("We are adding it. Thank you.")


def meeting_text(meeting: Meeting) -> str:
    """Return a text that names a meeting of a group, such as "Monday 7 pm, Newcomers"."""
    time = availability.time_text(meeting.start) if meeting.start else ""
    day = str(meeting.get_weekday_display() or "") or (meeting.first.isoformat() if meeting.first else "")
    return ", ".join(filter(None, (f"{day} {time}".strip(), rhythm_text(meeting), meeting.name)))


def current_value(listing: Listing, meeting: Meeting | None, problem: str) -> str:
    """Return in words what the listing says now about what was reported."""
    if meeting is not None:
        inactive = "" if meeting.active else _("does not take place")
        links = (meeting.join_url, meeting.join_phone) if problem == Report.Problem.WRONG_NUMBER else ()
        text = "; ".join(filter(None, (meeting_text(meeting), inactive, *links)))
    elif problem == Report.Problem.WRONG_NUMBER:
        text = "; ".join(channel_text(channel) for channel in listing.channels.all())
    elif problem == Report.Problem.WRONG_PLACE:
        text = ", ".join(listing.place.public_parts) if listing.place else _("no address")
    else:
        text = str(listing.get_status_display())
    return text[:MAX_VALUE_LENGTH]
